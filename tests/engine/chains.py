"""What the screen was told of a chain source, and a run in which its nearest series have been read."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from app.domain.health import ChannelHealth
from app.domain.updates import (
    ChainArrived,
    ChainMissing,
    HealthChanged,
)
from app.engine.engine import Engine
from tests.engine.bench import Bench, until
from tests.engine.site import NEAREST


def health(bench: Bench) -> ChannelHealth:
    told = bench.screen.one(HealthChanged)
    assert told is not None
    return told.health.channels[0]


def chain_shown(bench: Bench, series: str = NEAREST) -> ChainArrived | None:
    return next((c for c in bench.screen.now(ChainArrived) if c.chain.vendor_series == series), None)


def chain_missing(bench: Bench, series: str = NEAREST) -> ChainMissing | None:
    return next((c for c in bench.screen.now(ChainMissing) if c.series == series), None)


@asynccontextmanager
async def with_chains(bench: Bench) -> AsyncIterator[Engine]:
    """The two nearest series have been read."""
    async with bench.running() as engine:
        await until(lambda: len(bench.screen.now(ChainArrived)) == 2)
        yield engine
