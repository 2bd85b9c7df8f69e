from hypothesis import given

from app.domain.large_prints import LEAST, MERGED_WITHIN, Basis, LargePrint, LargePrints, Threshold
from app.domain.ticks import BUY, NO_SIDE, SELL
from app.domain.units import HOUR, SECOND, Ns, Px, px
from tests.domain.prints import T0, cuts, pieces, sessions
from tests.domain.trade_columns import Print, columns

MS = SECOND // 1000


def told(*prints: Print) -> tuple[LargePrint, ...]:
    found = LargePrints(Ns(T0))
    found.add(columns(prints))
    return found.changed()


def test_prints_of_one_side_within_twenty_milliseconds_are_one() -> None:
    found = told(
        Print(T0, 6, BUY, px(21_500)),
        Print(T0 + 5 * MS, 50, SELL, px("21499.75")),
        Print(T0 + 20 * MS, 6, BUY, px("21500.5")),
        Print(T0 + 20 * MS + 1, 11, BUY, px(21_501)),
    )
    assert {(one.at, one.side, one.size, one.prints, one.price) for one in found} == {
        (T0, BUY, 12, 2, px("21500.25")),
        (T0 + 5 * MS, SELL, 50, 1, px("21499.75")),
        (T0 + 20 * MS + 1, BUY, 11, 1, px(21_501)),
    }


def test_small_orders_are_not_told_and_sides_are_not_mixed() -> None:
    assert told(Print(T0, LEAST - 1, BUY), Print(T0, LEAST - 1, SELL), Print(T0, LEAST - 1, NO_SIDE)) == ()
    (found,) = told(Print(T0, LEAST, NO_SIDE))
    assert found.side == NO_SIDE


def test_an_order_that_grows_is_told_again_under_its_own_time() -> None:
    found = LargePrints(Ns(T0))
    found.add(columns([Print(T0, 8)]))
    assert found.changed() == ()
    found.add(columns([Print(T0 + MS, 3)]))
    (first,) = found.changed()
    found.add(columns([Print(T0 + 2 * MS, 4), Print(T0 + HOUR, 1)]))
    (second,) = found.changed()

    assert (first.at, first.size, second.at, second.size, second.prints) == (T0, 11, T0, 15, 3)


def test_the_threshold_says_what_it_was_taken_from() -> None:
    found = LargePrints(Ns(T0))
    assert found.threshold(1) == Threshold(10, Basis.FIXED, 0)
    found.add(columns([Print(T0 + n * SECOND, 1 if n % 50 else 30) for n in range(999)]))
    assert found.threshold(1).basis is Basis.FIXED
    found.add(columns([Print(T0 + HOUR, 1)]))
    assert found.threshold(1) == Threshold(30, Basis.THIS_SESSION, 1000)
    found.add(columns([Print(T0 - HOUR + n * SECOND, 44 if n > 900 else 2, SELL) for n in range(1000)]))
    assert found.threshold(1) == Threshold(44, Basis.PRIOR_SESSION, 1000)


def test_a_quiet_session_never_lowers_the_threshold_under_ten() -> None:
    found = LargePrints(Ns(T0))
    found.add(columns([Print(T0 + n * SECOND, 2) for n in range(2000)]))
    assert found.threshold(1) == Threshold(10, Basis.THIS_SESSION, 2000)


def _plain(prints: list[Print]) -> dict[tuple[int, int, int], LargePrint]:
    orders: dict[tuple[int, int], list[list[Print]]] = {}
    for p in prints:
        mine = orders.setdefault((p.instrument, p.side), [])
        if mine and p.ts - mine[-1][0].ts <= MERGED_WITHIN:
            mine[-1].append(p)
        else:
            mine.append([p])
    found = {}
    for (instrument, side), merged in orders.items():
        for order in merged:
            size = sum(p.size for p in order)
            price = round(sum(p.size * p.price for p in order) / size)
            if size >= LEAST:
                found[instrument, side, order[0].ts] = LargePrint(
                    instrument, Ns(order[0].ts), side, Px(price), size, len(order)
                )
    return found


@given(sessions, cuts)
def test_large_prints_equal_a_plain_merge_however_they_were_batched(
    prints: list[Print], at: list[int]
) -> None:
    # close enough for many to merge
    prints = [p._replace(ts=T0 + (p.ts - T0) // 300) for p in prints]
    found: dict[tuple[int, int, int], LargePrint] = {}
    large = LargePrints(Ns(T0))
    for piece in pieces(prints, at):
        large.add(piece)
        found.update({(one.instrument, one.side, one.at): one for one in large.changed()})

    assert found == _plain(prints)
