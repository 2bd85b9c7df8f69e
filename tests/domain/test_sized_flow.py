from hypothesis import given

from app.domain.sized_flow import LARGEST, SizedFlow, SizedFlowBook
from app.domain.ticks import BUY, NO_SIDE, SELL
from app.domain.units import SECOND, Ns
from tests.domain.prints import T0, cuts, of, pieces, sessions
from tests.domain.trade_columns import Print, columns


def test_trades_of_each_size_are_kept_apart() -> None:
    book = SizedFlowBook()
    book.add(
        columns([
            Print(T0, 4, BUY), Print(T0 + 1, 1, SELL), Print(T0 + 2, 5, SELL), Print(T0 + 3, 19, BUY),
            Print(T0 + 4, 20, SELL), Print(T0 + 5, 7, NO_SIDE), Print(T0 + 10 * SECOND, 2, SELL),
        ])
    )  # fmt: skip

    assert book.changed() == (
        SizedFlow(1, Ns(T0), 10, (1, 4, 5, 19, 20), (-1, 4, -5, 19, -20), 7),
        SizedFlow(1, Ns(T0 + 10 * SECOND), 10, (2,), (-2,), 0),
    )
    assert book.changed() == ()


def test_the_largest_are_counted_together() -> None:
    book = SizedFlowBook()
    book.add(columns([Print(T0, 64, BUY), Print(T0 + 1, 700, BUY), Print(T0 + 2, 63, SELL)]))
    (one,) = book.changed()
    assert (one.sizes, one.deltas) == ((63, 64), (-63, 764))
    assert (one.between(1, 63), one.between(64, LARGEST)) == (-63, 764)


def test_old_windows_are_dropped() -> None:
    book = SizedFlowBook()
    book.add(columns([Print(T0), Print(T0 + 10 * SECOND)]))
    book.drop_before(Ns(T0 + 10 * SECOND))

    assert [one.start for one in book.of(1)] == [T0 + 10 * SECOND]
    assert [one.start for one in book.changed()] == [T0 + 10 * SECOND]


@given(sessions, cuts)
def test_classes_add_up_to_the_whole_delta_however_trades_were_batched(
    prints: list[Print], at: list[int]
) -> None:
    book = SizedFlowBook()
    for piece in pieces(prints, at):
        book.add(piece)
    for instrument in (1, 2):
        mine = of(prints, instrument)
        for one in book.of(instrument):
            inside = [p for p in mine if one.start <= p.ts < one.start + 10 * SECOND]
            for low, high in ((1, 4), (5, 19), (20, LARGEST)):
                assert one.between(low, high) == sum(p.size * p.side for p in inside if low <= p.size <= high)
            assert one.unknown == sum(p.size for p in inside if p.side == NO_SIDE)
        assert sum(sum(one.deltas) for one in book.of(instrument)) == sum(p.size * p.side for p in mine)
