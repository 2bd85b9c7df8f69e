from hypothesis import given
from hypothesis import strategies as st

from app.domain.absorption import WITHIN, Absorption, Absorptions
from app.domain.ticks import BUY, NO_SIDE, SELL
from app.domain.units import FUTURE_TICK, SECOND, px
from tests.domain.prints import T0, cuts, pieces, sessions
from tests.domain.trade_columns import Print, columns

MS = SECOND // 1000


def told(*prints: tuple[int, int, int, str]) -> tuple[Absorption, ...]:
    """Prints as (milliseconds, contracts, side, price)."""
    found = Absorptions()
    found.add(columns([Print(T0 + ms * MS, size, side, px(price)) for ms, size, side, price in prints]))
    return found.changed()


def test_what_is_sold_into_a_price_that_holds_is_absorbed() -> None:
    (found,) = told(
        (0, 6, SELL, "100"), (400, 9, SELL, "100"), (900, 1, BUY, "100.25"), (1_500, 5, SELL, "100"),
        (3_600, 1, BUY, "101"),
    )  # fmt: skip
    assert (found.side, found.price, found.size, found.prints) == (SELL, px(100), 20, 3)
    assert (found.began, found.at) == (T0, T0 + 1_500 * MS)


def test_nothing_is_known_before_two_seconds_are_over() -> None:
    assert told((0, 50, BUY, "100"), (2_000, 1, BUY, "100")) == ()
    assert len(told((0, 50, BUY, "100"), (2_001, 1, BUY, "100"))) == 1


def test_a_price_that_gives_way_in_time_absorbed_nothing() -> None:
    assert told((0, 50, SELL, "100"), (1_900, 1, SELL, "99.50"), (9_000, 1, BUY, "100")) == ()
    assert told((0, 50, SELL, "100"), (1_900, 1, NO_SIDE, "100.50"), (9_000, 1, BUY, "100")) == ()
    (late,) = told((0, 50, SELL, "100"), (2_001, 1, SELL, "99"), (9_000, 1, BUY, "100"))
    assert late.size == 50


def test_only_the_busiest_two_seconds_count() -> None:
    (found,) = told(
        (0, 8, BUY, "100"), (1_900, 8, BUY, "100"), (3_800, 9, BUY, "100"), (5_700, 3, BUY, "100"),
        (9_000, 1, SELL, "90"),
    )  # fmt: skip
    assert (found.size, found.prints, found.began, found.at) == (17, 2, T0, T0 + 3_800 * MS)


def test_what_was_long_before_is_another_one() -> None:
    first, second = told(
        (0, 11, BUY, "100"), (2_001, 12, BUY, "100"), (9_000, 1, SELL, "90")
    )  # fmt: skip
    assert (first.began, first.size, second.began, second.size) == (T0, 11, T0 + 2_001 * MS, 12)


def test_sides_are_kept_apart_and_nobodys_trades_are_in_none() -> None:
    assert told((0, 6, BUY, "100"), (1, 6, SELL, "100"), (2, 99, NO_SIDE, "100"), (9_000, 1, BUY, "90")) == ()


@given(sessions, cuts, st.sampled_from([1, 30, 300]), st.sampled_from([1, 3, 12]))
def test_absorption_equals_a_plain_look_however_trades_were_batched(
    prints: list[Print], at: list[int], pace: int, span: int
) -> None:
    level = prints[0].price if prints else 0
    prints = [
        p._replace(
            ts=T0 + (p.ts - T0) // pace, price=level + (p.price - level) // FUTURE_TICK % span * FUTURE_TICK
        )
        for p in prints
    ]
    found: dict[tuple[int, int, int, int], Absorption] = {}
    absorptions = Absorptions()
    for piece in pieces(prints, at):
        absorptions.add(piece)
        found.update({(one.instrument, one.side, one.price, one.began): one for one in absorptions.changed()})
    assert {
        key: (one.at, one.size, one.prints) for key, one in found.items()
    } == {key: told for instrument in (1, 2) for key, told in _plain(prints, instrument).items()}  # fmt: skip


def _plain(prints: list[Print], instrument: int) -> dict[tuple[int, int, int, int], tuple[int, int, int]]:
    """Print by print."""
    mine = [p for p in prints if p.instrument == instrument]
    newest = mine[-1].ts if mine else 0
    held: dict[tuple[int, int], list[Print]] = {}
    for n, p in enumerate(mine):
        near = [q.price for q in mine[n:] if q.ts <= p.ts + WITHIN]
        stays = all(abs(price - p.price) <= FUTURE_TICK for price in near)
        if p.side != NO_SIDE and stays and p.ts + WITHIN < newest:
            held.setdefault((p.side, p.price), []).append(p)
    found: dict[tuple[int, int, int, int], tuple[int, int, int]] = {}
    for (side, price), those in held.items():
        began, last = 0, -WITHIN - 1
        for n, p in enumerate(those):
            began = began if p.ts - last <= WITHIN else p.ts
            last = p.ts
            window = [q for q in those[: n + 1] if q.ts >= p.ts - WITHIN]
            size = sum(q.size for q in window)
            key = instrument, side, price, began
            if size >= 10 and size > found.get(key, (0, 0, 0))[1]:
                found[key] = p.ts, size, len(window)
    return found
