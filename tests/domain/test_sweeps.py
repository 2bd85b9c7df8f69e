from hypothesis import given
from hypothesis import strategies as st

from app.domain.sweeps import Sweep, Sweeps
from app.domain.ticks import BUY, NO_SIDE, SELL
from app.domain.units import SECOND, px
from tests.domain.prints import T0, cuts, pieces, sessions
from tests.domain.trade_columns import Print, columns

MS = SECOND // 1000


def told(*prints: Print) -> tuple[Sweep, ...]:
    found = Sweeps()
    found.add(columns(prints))
    return found.changed()


def climb(side: int, *steps: tuple[int, str], size: int = 2) -> list[Print]:
    return [Print(T0 + ms * MS, size, side, px(price)) for ms, price in steps]


def test_three_levels_within_fifty_milliseconds_are_a_sweep() -> None:
    (up,) = told(*climb(BUY, (0, "100"), (10, "100"), (20, "100.25"), (50, "100.5"), (60, "100.5")))
    assert (up.at, up.until, up.side) == (T0, T0 + 60 * MS, BUY)
    assert (up.origin, up.reach, up.levels, up.size, up.prints) == (px(100), px("100.5"), 3, 10, 5)

    (down,) = told(*climb(SELL, (0, "100"), (1, "99.75"), (2, "99.25")))
    assert (down.side, down.origin, down.reach, down.levels) == (SELL, px(100), px("99.25"), 3)


def test_what_was_long_before_or_comes_long_after_is_no_part_of_it() -> None:
    (found,) = told(
        *climb(BUY, (0, "100"), (500, "100"), (510, "100.25"), (520, "100.5"), (570, "100.5"), (571, "100.5"))
    )
    assert (found.at, found.until, found.prints) == (T0 + 500 * MS, T0 + 570 * MS, 4)


def test_slower_or_fewer_or_a_step_back_is_none() -> None:
    assert told(*climb(BUY, (0, "100"), (20, "100.25"), (51, "100.5"))) == ()
    assert told(*climb(BUY, (0, "100"), (20, "100.25"), (30, "100.25"))) == ()
    assert told(*climb(BUY, (0, "100.5"), (10, "100.25"), (20, "100"))) == ()
    assert told(*climb(BUY, (0, "100"), (10, "100.25"), (20, "100"), (30, "100.25"))) == ()
    assert told(*climb(NO_SIDE, (0, "100"), (10, "100.25"), (20, "100.5"))) == ()


def test_a_sweep_that_goes_on_is_one() -> None:
    (whole,) = told(*climb(BUY, (0, "100"), (30, "101"), (40, "102"), (60, "103"), (80, "104"), (300, "105")))
    assert (whole.levels, whole.prints, whole.reach, whole.until) == (5, 5, px(104), T0 + 80 * MS)


def test_the_other_side_in_between_ends_nothing() -> None:
    prints = climb(BUY, (0, "100"), (10, "100.25"), (20, "100.5")) + climb(SELL, (5, "99"), (15, "99"))
    (found,) = told(*sorted(prints, key=lambda p: p.ts))
    assert (found.side, found.size) == (BUY, 6)


@given(sessions, cuts, st.sampled_from([300, 3_000, 100_000]))
def test_sweeps_equal_a_plain_look_however_trades_were_batched(
    prints: list[Print], at: list[int], pace: int
) -> None:
    prints = [p._replace(ts=T0 + (p.ts - T0) // pace) for p in prints]
    found: dict[tuple[int, int, int], Sweep] = {}
    sweeps = Sweeps()
    for piece in pieces(prints, at):
        sweeps.add(piece)
        found.update({(one.instrument, one.side, one.at): one for one in sweeps.changed()})
    plain = {}
    for instrument in (1, 2):
        for side in (BUY, SELL):
            mine = [p for p in prints if (p.instrument, p.side) == (instrument, side)]
            plain.update({(instrument, side, one[0]): one for one in _plain(mine, side)})

    assert {
        key: (one.at, one.until, one.origin, one.reach, one.levels, one.size, one.prints)
        for key, one in found.items()
    } == plain


def _plain(prints: list[Print], side: int) -> list[tuple[int, int, int, int, int, int, int]]:
    """Level by level."""
    levels: list[list[Print]] = []
    for p in prints:
        if levels and levels[-1][0].price == p.price:
            levels[-1].append(p)
        else:
            levels.append([p])
    found: list[tuple[int, int]] = []
    for n in range(2, len(levels)):
        a, b, c = levels[n - 2 : n + 1]
        farther = side * a[0].price < side * b[0].price < side * c[0].price
        if not farther or c[0].ts - a[-1].ts > 50 * MS:
            continue
        if found and found[-1][1] == n - 1:
            found[-1] = found[-1][0], n
        else:
            found.append((n, n))
    sweeps = []
    for first, last in found:
        third, end = levels[first][0].ts, levels[last][0].ts
        inside = [p for p in levels[first - 2] if p.ts >= third - 50 * MS]
        inside += [p for level in levels[first - 1 : last] for p in level]
        inside += [p for p in levels[last] if p.ts <= end + 50 * MS]
        sweeps.append((
            inside[0].ts, inside[-1].ts, inside[0].price, levels[last][0].price,
            last - first + 3, sum(p.size for p in inside), len(inside),
        ))  # fmt: skip
    return sweeps
