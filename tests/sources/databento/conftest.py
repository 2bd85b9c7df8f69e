"""A live feed in front of a scripted gateway."""

import time
from collections.abc import Callable, Iterator
from typing import TypeVar

import pytest

from app.domain.ticks import TickBatch
from app.domain.units import Ns
from app.engine.feeds import SourceContext, TickWant
from app.sources.databento.live import DatabentoFeed
from app.system.clock import RealClock
from tests.sources.databento.gateway import KEY, Gateway, Play
from tests.waiting import PATIENCE

WANT = TickWant(futures=("NQZ6",), option_roots=("NQ", "Q3D"), since=Ns(5))

T = TypeVar("T")
Start = Callable[..., tuple[DatabentoFeed, Gateway]]


def until(ask: Callable[[], T | None], why: str = "nothing came") -> T:
    """The first answer that is something; the test fails when there is none in time."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if answer := ask():
            return answer
        time.sleep(0.005)
    raise AssertionError(why)


def drained(feed: DatabentoFeed, records: int) -> list[TickBatch]:
    """Batches until so many records have come."""
    batches: list[TickBatch] = []

    def enough() -> bool:
        batches.append(feed.drain())
        return sum(batch.records for batch in batches) >= records

    until(enough, f"fewer than {records} records came")
    return batches


def ended(feed: DatabentoFeed) -> Exception:
    """How the session ended, drained meanwhile as the engine does it."""

    def end() -> Exception | None:
        feed.drain()
        return feed.closed_by()

    return until(end, "the session did not end")


@pytest.fixture(params=[True, False], ids=["tap", "plain path"])
def tapped(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


@pytest.fixture
def start(make_context: Callable[..., SourceContext]) -> Iterator[Start]:
    opened: list[tuple[DatabentoFeed, Gateway]] = []

    def begin(play: Play, tapped: bool = True, key: str | None = KEY) -> tuple[DatabentoFeed, Gateway]:
        gateway = Gateway(play)
        keys = {"databento": key} if key else {}
        context = make_context("databento", RealClock(), {"databento_live": gateway.address}, keys)
        opened.append((DatabentoFeed(context, tapped=tapped), gateway))
        return opened[-1]

    yield begin
    for feed, gateway in opened:
        feed.close()
        gateway.stop()
