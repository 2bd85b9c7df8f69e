"""After purchases through the engine, the ledger equals the simulated vendor's own bill to the cent."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.cost import Approval
from app.domain.errors import ConfigError, NotEntitled
from app.domain.history import HistoryWant
from app.domain.intervals import Span
from app.domain.units import DOLLAR, MINUTE, Ns, ns_from_iso
from app.engine.engine import Engine
from app.sim import keys
from app.sim.clock import SimClock
from app.sim.databento_hist import HistServer
from app.sim.faults import FaultKind, Faults
from app.sim.market import Market
from app.sources.databento import ID, SOURCE
from app.system.download import Downloads
from app.system.history_files import HistoryFiles
from app.system.http import RequestsHttp
from tests.engine.bench import Bench
from tests.engine.clocks import ManualClock

NOW = ns_from_iso("2026-06-10T15:00:00Z")
START = ns_from_iso("2026-06-09T14:00:00Z")


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def server(faults: Faults) -> Iterator[HistServer]:
    server = HistServer(Market(7, SimClock(NOW, speed=0)), faults)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def bench(tmp_path: Path, server: HistServer) -> Bench:
    bench = Bench(
        tmp_path,
        ManualClock(NOW),
        keys={"databento": keys.DATABENTO},
        sources=(replace(SOURCE, tick_feed=None),),
        addresses={"databento_hist": server.address},
    )
    bench.shelf = HistoryFiles(tmp_path / "history")
    bench.http = RequestsHttp(bench.redactor)
    bench.download = Downloads(bench.redactor)
    return bench


def _want(schema: str, start: int, minutes: int) -> HistoryWant:
    begin = Ns(START + start * MINUTE)
    return HistoryWant(
        ID, "GLBX.MDP3", schema, ("NQ.FUT",), "parent", Span(begin, Ns(begin + minutes * MINUTE))
    )


async def _ready(engine: Engine) -> None:
    """Its key is known, and what was decided before."""
    async with asyncio.timeout(5):
        while True:
            try:
                await engine.history.quote(_want("trades", 0, 1))
            except ConfigError:
                await asyncio.sleep(0.01)
            else:
                return


async def test_the_ledger_equals_the_vendors_bill_to_the_cent(
    bench: Bench, server: HistServer, faults: Faults
) -> None:
    async with bench.running() as engine:
        await _ready(engine)
        for schema, start, minutes in (
            ("trades", 0, 10), ("trades", 5, 20), ("ohlcv-1s", 0, 60), ("mbp-1", 3, 2), ("trades", 0, 30),
        ):  # fmt: skip
            quote = await engine.history.quote(_want(schema, start, minutes))
            await engine.history.buy(quote, Approval.USER)
        faults.set(server.source, "timeseries.get_range", FaultKind.NO_ENTITLEMENT)
        refused = await engine.history.quote(_want("tbbo", 0, 5))
        with pytest.raises(NotEntitled):
            await engine.history.buy(refused, Approval.USER)
        cost = engine.ledger.cost()
        billed = sum(one.cost for one in server.ledger)
        assert len(server.ledger) == 5
        assert billed > 0
        assert abs(cost.metered - billed) <= len(server.ledger)
        assert cost.reserved == 0
        assert round(cost.metered / DOLLAR, 2) == round(billed / DOLLAR, 2)
        files = await engine.history.files(_want("trades", 0, 30))
        assert len(files) == 3
        again = await engine.history.quote(_want("trades", 2, 27))
        assert (again.tags, again.held) == ((), 1.0)
