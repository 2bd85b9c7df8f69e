from collections import Counter

import pytest
from hypothesis import given

from app.domain.price_volume import PriceVolume, PriceVolumeBook
from app.domain.ticks import BUY, NO_SIDE, SELL
from app.domain.units import FUTURE_TICK, MINUTE, Ns, px
from tests.domain.prints import T0, cuts, of, pieces, sessions
from tests.domain.trade_columns import Print, columns

Cell = tuple[int, int, int]


def cells(minutes: tuple[PriceVolume, ...]) -> Counter[Cell]:
    """(minute, price, side): contracts."""
    found: Counter[Cell] = Counter()
    for one in minutes:
        for side, column in ((BUY, one.bought), (SELL, one.sold), (NO_SIDE, one.unknown)):
            for row, contracts in enumerate(column.tolist()):
                if contracts:
                    found[one.start, one.low + row * one.tick, side] += contracts
    return found


def counted(prints: list[Print]) -> Counter[Cell]:
    found: Counter[Cell] = Counter()
    for p in prints:
        found[p.ts // MINUTE * MINUTE, p.price, p.side] += p.size
    return found


def test_a_minute_holds_contracts_by_price_and_side() -> None:
    book = PriceVolumeBook()
    book.add(
        columns([
            Print(T0, 3, BUY, px("21500.5")),
            Print(T0 + 1, 2, SELL, px("21500")),
            Print(T0 + 2, 4, NO_SIDE, px("21500")),
            Print(T0 + MINUTE, 1, BUY, px("21501")),
        ])
    )  # fmt: skip
    first, second = book.changed()

    assert (first.start, first.seconds, first.low, first.tick) == (T0, 60, px(21_500), FUTURE_TICK)
    assert first.bought.tolist() == [0, 0, 3]
    assert first.sold.tolist() == [2, 0, 0]
    assert first.unknown.tolist() == [4, 0, 0]
    assert (second.start, second.volume) == (T0 + MINUTE, 1)
    assert book.changed() == ()


def test_a_minute_grows_to_both_sides_and_tells_only_itself() -> None:
    book = PriceVolumeBook()
    book.add(columns([Print(T0, 1, BUY, px(21_500)), Print(T0 + MINUTE, 1, BUY, px(21_500))]))
    book.changed()
    book.add(columns([Print(T0 + 5, 2, BUY, px("21499.5")), Print(T0 + 6, 3, SELL, px("21500.25"))]))
    (changed,) = book.changed()

    assert (changed.low, changed.bought.tolist(), changed.sold.tolist()) == (
        px("21499.5"),
        [2, 0, 1, 0],
        [0, 0, 0, 3],
    )


def test_a_price_between_two_ticks_counts_in_the_row_below() -> None:
    book = PriceVolumeBook()
    book.add(columns([Print(T0, 1, BUY, px("21500.30"))]))

    assert book.of(1)[0].low == px("21500.25")


def test_a_price_that_cannot_be_is_left_out_and_counted() -> None:
    book = PriceVolumeBook()
    book.add(columns([Print(T0 + n, 2, BUY, px(21_500)) for n in range(3)]))
    book.add(columns([Print(T0 + 9, 7, BUY, px(9_000_000))]))

    assert book.stray == 7
    assert book.of(1)[0].bought.tolist() == [6]


def test_values_cannot_be_written_into() -> None:
    book = PriceVolumeBook()
    book.add(columns([Print(T0)]))

    with pytest.raises(ValueError, match="read-only"):
        book.of(1)[0].bought[0] = 9


def test_old_minutes_are_dropped() -> None:
    book = PriceVolumeBook()
    book.add(columns([Print(T0 + n * MINUTE) for n in range(3)]))
    book.drop_before(Ns(T0 + 2 * MINUTE))

    assert [one.start for one in book.of(1)] == [T0 + 2 * MINUTE]
    assert [one.start for one in book.changed()] == [T0 + 2 * MINUTE]


@given(sessions, cuts)
def test_volume_is_conserved_and_independent_of_batches(prints: list[Print], at: list[int]) -> None:
    book = PriceVolumeBook()
    told: dict[tuple[int, int], PriceVolume] = {}
    for piece in pieces(prints, at):
        book.add(piece)
        told.update({(one.instrument, one.start): one for one in book.changed()})

    for instrument in (1, 2):
        expected = counted(of(prints, instrument))
        assert cells(book.of(instrument)) == expected
        assert cells(tuple(one for (i, _), one in told.items() if i == instrument)) == expected
    assert book.stray == 0


@given(sessions)
def test_the_order_of_arrival_does_not_matter(prints: list[Print]) -> None:
    forward, backward = PriceVolumeBook(), PriceVolumeBook()
    forward.add(columns(prints))
    for p in reversed(prints):
        backward.add(columns([p]))

    assert cells(forward.of(1)) == cells(backward.of(1))
