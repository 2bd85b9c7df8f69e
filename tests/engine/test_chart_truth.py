"""What the chart shows of the simulated market is the market's own, also behind a hole that was filled."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.domain.absorption import WITHIN, Absorptions
from app.domain.contract import Future
from app.domain.health import Link
from app.domain.large_prints import LEAST, LargePrint, LargePrints
from app.domain.sweeps import Sweeps
from app.domain.symbols import front_future, next_future
from app.domain.tick_bars import TickBar, TickBars
from app.domain.ticks import BUY, NO_SIDE, SELL, TradeColumns
from app.domain.units import MINUTE, SECOND, Ns, moment
from app.domain.updates import (
    AbsorptionChanged,
    FlowChanged,
    InstrumentKnown,
    LargePrintChanged,
    PriceVolumeChanged,
    QuoteSecondChanged,
    SweepChanged,
    TickBarChanged,
)
from tests.engine.live_run import START, Run, live_run, wait

FRONT = front_future(moment(START).date())
FUTURES = FRONT, next_future(FRONT)
Cell = tuple[int, int, int, int]


def _numbers(run: Run) -> dict[Future, int]:
    return {known.future: known.instrument for known in run.screen.now(InstrumentKnown) if known.future}


def _begin(run: Run) -> int:
    """Of the backfill: what was asked for begins with a whole window of five minutes."""
    flows = [flow.cvd_since for flow in run.screen.now(FlowChanged) if flow.cvd_since is not None]
    return min(flows)


def _traded(run: Run, future: Future) -> TradeColumns:
    return run.farm.market.prints(future, Ns(_begin(run)), Ns(run.clock.now()))


def _cells(run: Run, instrument: int) -> Iterator[tuple[Cell, int]]:
    for one in run.screen.now(PriceVolumeChanged):
        if one.instrument == instrument:
            for side, column in ((BUY, one.bought), (SELL, one.sold), (NO_SIDE, one.unknown)):
                for row in np.flatnonzero(column).tolist():
                    yield (one.start, one.low + row * one.tick, side, 0), int(column[row])


def _counted(trades: TradeColumns, until: int) -> Counter[Cell]:
    found: Counter[Cell] = Counter()
    rows = zip(trades.ts_event.tolist(), trades.price.tolist(), trades.side.tolist(), trades.size.tolist(),
               strict=True)  # fmt: skip
    for at, price, side, size in rows:
        if at < until:
            found[at // MINUTE * MINUTE, price, side, 0] += size
    return found


@pytest.mark.expected_log("reconnecting")
@pytest.mark.parametrize("kind", ["fin", "rst", "garbage", "skip"])
def test_behind_a_filled_hole_the_chart_is_the_markets_own(
    tmp_path: Path, kind: str, request: pytest.FixtureRequest
) -> None:
    if kind == "skip":
        request.applymarker(pytest.mark.expected_log("Skipped"))
    with live_run(tmp_path) as run:
        run.watch(3)
        lasts = 2.0 if kind == "skip" else None
        run.farm.faults.set("databento_live", "stream/trades", kind, seconds=lasts)
        wait(lambda: run.gaps(), "no gap was marked")
        wait(lambda: all(gap.filled for gap in run.gaps()), "the gap stayed open")
        wait(lambda: (h := run.health()) is not None and h.link is Link.UP, "it did not come back")
        run.watch(4)
        run.freeze()
        # the newest minute as far as it came
        numbers = _numbers(run)
        for future in FUTURES:
            trades = _traded(run, future)
            assert len(trades) > 20
            _volume_agrees(run, numbers[future], trades)
            _tick_bars_agree(run, numbers[future], trades)
            _large_prints_agree(run, numbers[future], trades)
            _sweeps_agree(run, numbers[future], trades)
            _absorptions_agree(run, numbers[future], trades)
        seconds = [u for u in run.screen.now(QuoteSecondChanged) if u.instrument == numbers[FRONT]]
        assert all(u.quotes and (u.imbalance is None or abs(u.imbalance) <= 1) for u in seconds)
        assert any(u.imbalance is not None for u in seconds)


def _volume_agrees(run: Run, instrument: int, trades: TradeColumns) -> None:
    whole = run.newest_bar() // MINUTE * MINUTE
    shown = dict(_cells(run, instrument))
    assert {cell: size for cell, size in shown.items() if cell[0] < whole} == _counted(trades, whole)
    running = sum(size for cell, size in shown.items() if cell[0] >= whole)
    assert running <= int(trades.size[trades.ts_event >= whole].sum())


def _tick_bars_agree(run: Run, instrument: int, trades: TradeColumns) -> None:
    """All but the last, which is still filling."""
    truth = TickBars()
    truth.add(trades)
    expected = {bar.number: _without_names(bar) for bar in truth.changed()}
    shown = sorted(
        (u.bar for u in run.screen.now(TickBarChanged) if u.bar.instrument == instrument),
        key=lambda bar: bar.number,
    )
    assert [bar.number for bar in shown] == list(range(len(shown)))
    assert all(bar.trades == 100 for bar in shown[:-1])
    for bar in shown[:-1]:
        assert _without_names(bar) == expected[bar.number]


def _large_prints_agree(run: Run, instrument: int, trades: TradeColumns) -> None:
    until = run.newest_bar()
    truth = LargePrints(Ns(0))
    truth.add(trades)
    expected = {(one.at, one.side): _print(one) for one in truth.changed() if one.at < until}
    shown = {
        (u.at, u.side): (u.size, u.prints, u.price)
        for u in run.screen.now(LargePrintChanged)
        if u.instrument == instrument and u.at < until
    }
    assert shown == expected
    assert all(size >= LEAST for size, *_ in shown.values())


def _sweeps_agree(run: Run, instrument: int, trades: TradeColumns) -> None:
    until = run.newest_bar() - SECOND
    truth = Sweeps()
    truth.add(trades)
    expected = {replace(one, instrument=instrument) for one in truth.changed() if one.until < until}
    shown = {u.sweep for u in run.screen.now(SweepChanged) if u.sweep.instrument == instrument}
    assert {one for one in shown if one.until < until} == expected


def _absorptions_agree(run: Run, instrument: int, trades: TradeColumns) -> None:
    until = run.newest_bar() - 2 * WITHIN
    truth = Absorptions()
    truth.add(trades)
    expected = {
        (one.began, one.price, one.side): replace(one, instrument=instrument) for one in truth.changed()
    }
    told = [u.absorption for u in run.screen.now(AbsorptionChanged)]
    shown = {(one.began, one.price, one.side): one for one in told if one.instrument == instrument}
    assert shown.keys() <= expected.keys()
    over = {key for key, one in expected.items() if one.at < until}
    assert {key: shown.get(key) for key in over} == {key: expected[key] for key in over}


def _without_names(bar: TickBar) -> tuple[object, ...]:
    return tuple(getattr(bar, name) for name in TickBar.__slots__ if name != "instrument")


def _print(one: LargePrint) -> tuple[int, int, int]:
    return one.size, one.prints, one.price
