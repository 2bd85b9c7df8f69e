import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.tick_bars import TickBar, TickBars, invalid, joined, longer
from app.domain.ticks import BUY, NO_SIDE, SELL
from app.domain.units import SECOND, Ns
from tests.domain.prints import T0, cuts, of, pieces, sessions
from tests.domain.trade_columns import Print, columns


def made(prints: list[Print], unit: int = 5, instrument: int = 1) -> list[TickBar]:
    book = TickBars(unit)
    book.add(columns(prints))
    return [bar for bar in book.changed() if bar.instrument == instrument]


def _plain(prints: list[Print], unit: int) -> list[TickBar]:
    bars = []
    for first in range(0, len(prints), unit):
        group = prints[first : first + unit]
        run = [0]
        for p in group:
            run.append(run[-1] + p.size * p.side)
        volume = {side: sum(p.size for p in group if p.side == side) for side in (BUY, SELL, NO_SIDE)}
        bars.append(
            TickBar(
                group[0].instrument, first // unit, Ns(group[0].ts), Ns(group[-1].ts), len(group),
                group[0].price, max(p.price for p in group), min(p.price for p in group), group[-1].price,
                volume[BUY], volume[SELL], volume[NO_SIDE], min(run), max(run),
            )
        )  # fmt: skip
    return bars


@given(sessions, cuts, st.integers(1, 9))
def test_bars_equal_a_plain_count_however_trades_were_batched(
    prints: list[Print], at: list[int], unit: int
) -> None:
    book, found = TickBars(unit), {}
    for piece in pieces(prints, at):
        book.add(piece)
        found.update({(bar.instrument, bar.number): bar for bar in book.changed()})

    for instrument in (1, 2):
        bars = [bar for (mine, _), bar in sorted(found.items()) if mine == instrument]
        assert bars == _plain(of(prints, instrument), unit)


@given(sessions, st.integers(1, 4), st.integers(1, 4))
def test_longer_bars_are_joined_from_whole_ones(prints: list[Print], unit: int, times: int) -> None:
    mine = of(prints, 1)
    fine = made(prints, unit)
    found = longer(fine, unit * times, unit)

    expected = _plain(mine, unit * times)
    assert [bar.number // times for bar in found] == [bar.number for bar in expected]
    assert [(b.start, b.end, b.trades, b.open, b.high, b.low, b.close, b.delta, b.low_delta, b.high_delta)
            for b in found] == [
        (b.start, b.end, b.trades, b.open, b.high, b.low, b.close, b.delta, b.low_delta, b.high_delta)
        for b in expected
    ]  # fmt: skip


def test_lengths_that_do_not_add_up_are_refused() -> None:
    for trades in (50, 250):
        with pytest.raises(ValueError, match="cannot be made"):
            longer((), trades, 100)


def test_bars_behind_an_unfilled_hole_are_no_truth_of_the_market() -> None:
    bars = made([Print(T0 + n * SECOND) for n in range(20)])

    assert invalid(bars, ()) == (False,) * 4
    assert invalid(bars, ((T0 + 9 * SECOND, T0 + 11 * SECOND),)) == (False, False, True, True)
    assert invalid(bars, ((T0 + 8 * SECOND, T0 + 9 * SECOND),)) == (False, True, True, True)


def test_one_bar_joined_is_itself() -> None:
    (bar,) = made([Print(T0, 3, SELL)])

    assert joined([bar]) == bar
