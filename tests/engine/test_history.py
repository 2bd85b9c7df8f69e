"""Closed history is bought once, whole or not at all, and paid for exactly; a crash loses nothing of it."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.domain.cost import Approval
from app.domain.errors import AskFirst, BadPayload, ConfigError, OverBudget, SourceError, Unavailable
from app.domain.history import HistoryWant, PriceTag
from app.domain.history_updates import Buying, HistoryChanged
from app.domain.intervals import Span
from app.domain.settings import with_value
from app.domain.units import HOUR, MicroUsd, Ns, ns_from_iso
from app.domain.updates import CacheCounted, Notice
from app.engine.engine import Engine
from app.engine.feeds import SourceContext
from app.engine.history_feed import GoOn, HistoryFeed
from app.system.history_files import HistoryFiles
from tests.engine.bench import TICKS, Bench, tick_source, until
from tests.engine.clocks import ManualClock
from tests.engine.gateway import Gateway

MORNING = ns_from_iso("2025-06-02T00:00:00Z")
_A_CENT = 10_000


def _want(start_h: int, end_h: int, *symbols: str, schema: str = "trades") -> HistoryWant:
    span = Span(Ns(MORNING + start_h * HOUR), Ns(MORNING + end_h * HOUR))
    return HistoryWant(TICKS, "GLBX.MDP3", schema, symbols or ("NQ.FUT",), "parent", span)


@dataclass
class Vendor:
    """Sells an hour of one symbol for a cent, and remembers what it sold."""

    sold: list[HistoryWant] = field(default_factory=list)
    a_cent: int = _A_CENT
    fails_with: SourceError | None = None
    hangs: bool = False
    silent: bool = False

    def cost(self, want: HistoryWant) -> MicroUsd | None:
        if self.silent:
            return None
        return MicroUsd(want.span.length // HOUR * len(want.symbols) * self.a_cent)

    def price(self, want: HistoryWant) -> PriceTag:
        return PriceTag(want, self.cost(want), 10, 480, len(want.symbols))

    def fetch(self, tag: PriceTag, target: str, go_on: GoOn) -> int:
        if self.fails_with is not None:
            raise self.fails_with
        while self.hangs:
            if not go_on(1):
                raise BadPayload("The download was stopped.")
        self.sold.append(tag.want)
        Path(target).write_bytes(tag.want.request.encode())
        return len(tag.want.request)

    def close(self) -> None:
        return


@pytest.fixture
def vendor() -> Vendor:
    return Vendor()


@pytest.fixture
def bench(tmp_path: Path, clock: ManualClock, gateway: Gateway, vendor: Vendor) -> Bench:
    def sells(context: SourceContext) -> HistoryFeed:
        return vendor

    bench = Bench(tmp_path, clock, sources=(tick_source(gateway.make, history_feed=sells),))
    bench.shelf = HistoryFiles(tmp_path / "history")
    return bench


async def _bought(engine: Engine, want: HistoryWant) -> tuple[str, ...]:
    return await engine.history.buy(await engine.history.quote(want), Approval.USER)


async def _ready(engine: Engine) -> None:
    """Its key is known."""
    async with asyncio.timeout(5):
        while True:
            try:
                await engine.history.quote(_want(0, 1))
            except ConfigError:
                await asyncio.sleep(0.01)
            else:
                return


async def test_only_what_is_missing_is_bought_and_the_files_hold_all_of_it(
    bench: Bench, vendor: Vendor
) -> None:
    async with bench.running() as engine:
        await _ready(engine)
        await _bought(engine, _want(2, 4))
        quote = await engine.history.quote(_want(0, 6))
        assert quote.held == pytest.approx(2 / 6)
        assert (quote.cost, quote.whole) == (4 * _A_CENT, 6 * _A_CENT)
        assert [tag.want for tag in quote.tags] == [_want(0, 2), _want(4, 6)]
        files = await engine.history.buy(quote, Approval.USER)
        assert len(files) == 3
        assert vendor.sold == [_want(2, 4), _want(0, 2), _want(4, 6)]
        again = await engine.history.quote(_want(1, 5))
        assert (again.held, again.tags, again.cost) == (1.0, (), 0)
        assert engine.ledger.cost().metered == 6 * _A_CENT
        assert engine.ledger.cost().reserved == 0
        await engine.history.buy(again, None)
        assert len(vendor.sold) == 3
        counted = bench.screen.one(CacheCounted)
        assert counted is not None
        assert (counted.hits, counted.misses, counted.entries) == (1, (("cold", 2),), 3)
        assert counted.saved == 2 * _A_CENT


async def test_symbols_held_already_are_not_bought_with_new_ones(bench: Bench, vendor: Vendor) -> None:
    async with bench.running() as engine:
        await _ready(engine)
        await _bought(engine, _want(0, 2, "A"))
        await _bought(engine, _want(0, 3, "A", "B"))
        assert vendor.sold[1:] == [_want(0, 3, "B"), _want(2, 3, "A")]


async def test_a_purchase_asks_above_small_amounts_and_is_refused_above_the_budget(
    bench: Bench, vendor: Vendor
) -> None:
    bench.settings = with_value(bench.settings, "cost_budget", 10.0)
    async with bench.running() as engine:
        await _ready(engine)
        small, large = await engine.history.quote(_want(0, 4)), await engine.history.quote(_want(0, 48))
        assert (small.unasked, large.unasked, large.must_type) == (True, False, False)
        await engine.history.buy(small, None)
        with pytest.raises(AskFirst):
            await engine.history.buy(large, None)
        vendor.a_cent = 100 * _A_CENT
        dear = await engine.history.quote(_want(48, 96))
        assert dear.must_type
        with pytest.raises(OverBudget, match="above the cap"):
            await engine.history.buy(dear, Approval.USER)
        with pytest.raises(OverBudget, match="does not fit"):
            await engine.history.buy(dear, Approval.TYPED)
        assert engine.ledger.cost().metered == 4 * _A_CENT
        await engine.change_setting("cost_over_limit", "ask each time")
        await engine.history.buy(dear, Approval.TYPED)
        assert engine.ledger.cost().metered == 4 * _A_CENT + 48 * 100 * _A_CENT


async def test_what_has_no_price_is_not_bought(bench: Bench, vendor: Vendor) -> None:
    async with bench.running() as engine:
        await _ready(engine)
        vendor.silent = True
        quote = await engine.history.quote(_want(0, 4))
        assert quote.cost is None
        assert "did not say what this costs" in quote.refused
        with pytest.raises(OverBudget, match="price"):
            await engine.history.buy(quote, Approval.TYPED)
        assert vendor.sold == []


@pytest.mark.parametrize(
    ("error", "reserved"), [(Unavailable("Gone."), 0), (BadPayload("Cut."), 11 * 4 * _A_CENT // 10)]
)
async def test_a_broken_download_stays_reserved_and_one_never_sent_does_not(
    bench: Bench, vendor: Vendor, error: SourceError, reserved: int
) -> None:
    async with bench.running() as engine:
        await _ready(engine)
        vendor.fails_with = error
        with pytest.raises(type(error)):
            await _bought(engine, _want(0, 4))
        assert engine.ledger.cost().reserved == reserved
        assert bool(reserved) == any("broke off" in n.sentence for n in bench.screen.now(Notice))
        told = bench.screen.one(HistoryChanged)
        assert told is not None
        assert (told.state, told.sentence) == (Buying.FAILED, str(error))
        assert await engine.history.held(_want(0, 4)) == 0


async def test_a_running_purchase_can_be_stopped(bench: Bench, vendor: Vendor) -> None:
    async with bench.running() as engine:
        await _ready(engine)
        vendor.hangs = True
        buying = asyncio.get_running_loop().create_task(_bought(engine, _want(0, 4)))
        await until(lambda: bench.screen.one(HistoryChanged))
        await engine.history.stop_buying()
        with pytest.raises(BadPayload, match="stopped"):
            await buying
        told = bench.screen.one(HistoryChanged)
        assert told is not None
        assert told.state is Buying.STOPPED


async def test_a_damaged_file_counts_as_missing_again(bench: Bench, vendor: Vendor) -> None:
    async with bench.running() as engine:
        await _ready(engine)
        (file,) = await _bought(engine, _want(0, 4))
        Path(file).write_bytes(b"x")  # noqa: ASYNC240 - a byte of a test
        with pytest.raises(ConfigError, match="damaged or gone"):
            await engine.history.files(_want(0, 4))
        assert await engine.history.held(_want(0, 4)) == 0
        with pytest.raises(ConfigError, match="Only 0% of this range"):
            await engine.history.files(_want(0, 4))


async def test_a_file_that_was_paid_for_before_a_crash_is_found_again(
    bench: Bench, vendor: Vendor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with bench.running() as engine:
        await _ready(engine)
        _dies_at(engine, monkeypatch)
        with pytest.raises(RuntimeError, match="power"):
            await _bought(engine, _want(0, 4))
        assert await engine.history.held(_want(0, 4)) == 0
    again = Bench(tmp_path, bench.clock, sources=bench.sources)
    again.shelf = bench.shelf
    async with again.running() as engine:
        await until(lambda: engine.ledger.cost().metered == 4 * _A_CENT)
        assert engine.ledger.cost().reserved == 0
        assert await engine.history.held(_want(0, 4)) == 1
        assert len(await engine.history.files(_want(0, 4))) == 1
    assert len(vendor.sold) == 1


def _dies_at(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the file and the books."""

    async def dies(*_: object, **__: object) -> None:
        raise RuntimeError("power")

    monkeypatch.setattr(engine.ledger, "settle", dies)
