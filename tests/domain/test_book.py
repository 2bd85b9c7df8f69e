from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
import pytest
from databento_dbn import MBOMsg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.book import ASK, BID, Level, OrderBook
from app.domain.book_pass import BookAlong, BookTop, PlainBook
from app.domain.tape import Tape
from app.domain.units import UNDEF_PRICE, Px
from tests.domain import dbn_bytes as made
from tests.domain.dbn_bytes import T0

END = 128
MakeBook = Callable[[int], BookAlong]


@pytest.fixture(scope="session")
def compiled_book() -> MakeBook:
    from app.domain.book_kernel import CompiledBook

    return CompiledBook


@pytest.fixture(params=["plain", "compiled"])
def make_book(request: pytest.FixtureRequest, compiled_book: MakeBook) -> MakeBook:
    return PlainBook if request.param == "plain" else compiled_book


def level(price: int, size: int, orders: int) -> Level:
    return Level(Px(price), size, orders)


def along(book: BookAlong, *records: bytes) -> tuple[BookTop, ...]:
    Tape(also=[book]).feed(b"".join(records))
    return book.take()


def event(action: str, side: str, order: int, price: int, size: int, flags: int = END, **more: int) -> bytes:
    return made.mbo(action=action, side=side, order=order, price=price, size=size, flags=flags, **more)


def resting(*orders: tuple[int, str, int, int]) -> OrderBook:
    book = OrderBook()
    for number, side, price, size in orders:
        book.apply("A", side, number, price, size)
    return book


def test_orders_at_a_price_add_up_and_the_best_leads() -> None:
    book = resting((1, BID, 100, 5), (2, BID, 100, 3), (3, BID, 99, 9), (4, ASK, 101, 2), (5, ASK, 103, 1))

    assert (book.bid, book.ask) == (level(100, 8, 2), level(101, 2, 1))
    assert book.levels(BID) == (level(100, 8, 2), level(99, 9, 1))
    assert book.levels(ASK) == (level(101, 2, 1), level(103, 1, 1))
    assert len(book) == 5
    assert not book.is_crossed


def test_a_cancel_takes_a_part_or_all() -> None:
    book = resting((1, BID, 100, 5), (2, BID, 100, 3))
    book.apply("C", BID, 1, 100, 2)
    assert (book.bid, book.queue(BID, Px(100))) == (level(100, 6, 2), (1, 2))
    book.apply("C", BID, 1, 100, 3)
    assert book.bid == level(100, 3, 1)
    book.apply("C", BID, 2, 100, 3)
    assert len(book) == 0
    assert book.levels(BID) == ()


@pytest.mark.parametrize(
    ("price", "size", "queue"),
    [
        (100, 5, (1, 2, 3)),
        (100, 4, (1, 2, 3)),
        (100, 6, (2, 3, 1)),
    ],
)
def test_a_modify_keeps_its_place_unless_it_grows(price: int, size: int, queue: tuple[int, ...]) -> None:
    book = resting((1, BID, 100, 5), (2, BID, 100, 5), (3, BID, 100, 5))
    book.apply("M", BID, 1, price, size)

    assert book.queue(BID, Px(100)) == queue
    assert book.bid == level(100, 10 + size, 3)


def test_a_modify_to_another_price_or_side_goes_to_its_tail() -> None:
    book = resting((1, BID, 100, 5), (2, BID, 99, 5))
    book.apply("M", BID, 1, 99, 5)
    assert book.queue(BID, Px(99)) == (2, 1)
    book.apply("M", ASK, 1, 99, 4)
    assert (book.bid, book.ask) == (level(99, 5, 1), level(99, 4, 1))


def test_trades_and_fills_leave_the_book_until_the_change_that_follows() -> None:
    book = resting((1, ASK, 101, 5), (2, ASK, 101, 5))
    book.apply("T", BID, 9, 101, 3)
    book.apply("F", ASK, 1, 101, 3)
    assert book.ask == level(101, 10, 2)
    book.apply("M", ASK, 1, 101, 2)
    assert (book.ask, book.queue(ASK, Px(101))) == (level(101, 7, 2), (1, 2))


def test_a_refreshed_iceberg_goes_to_the_tail() -> None:
    book = resting((1, ASK, 101, 5), (2, ASK, 101, 5))
    book.apply("F", ASK, 1, 101, 5)
    book.apply("M", ASK, 1, 101, 5)

    assert book.queue(ASK, Px(101)) == (2, 1)
    book.apply("M", ASK, 1, 101, 4)
    assert book.queue(ASK, Px(101)) == (2, 1)


def test_unknown_orders_are_counted_and_a_modify_brings_them_in() -> None:
    book = OrderBook()
    book.apply("C", BID, 8, 100, 1)
    book.apply("M", BID, 9, 100, 4)

    assert (book.unknown, book.bid, book.is_synced) == (2, level(100, 4, 1), False)


def test_a_clear_empties_the_book_and_makes_it_whole() -> None:
    book = resting((1, BID, 100, 5), (2, ASK, 101, 5))
    book.apply("R", "N", 0, UNDEF_PRICE, 0)

    assert (len(book), book.bid, book.ask, book.is_synced) == (0, None, None, True)


def test_an_order_without_price_side_or_size_is_counted_and_left_out() -> None:
    book = resting((1, BID, UNDEF_PRICE, 5), (2, "N", 100, 5), (3, BID, 100, 0), (4, BID, 100, 2**32 - 1))

    assert (len(book), book.ignored) == (0, 4)


def test_the_same_order_added_again_replaces_itself() -> None:
    book = resting((1, BID, 100, 5), (1, BID, 101, 2))

    assert book.levels(BID) == (level(101, 2, 1),)


def test_the_top_is_told_only_when_an_event_is_complete_and_it_changed(make_book: MakeBook) -> None:
    tops = along(
        make_book(1),
        event("A", BID, 1, 100, 5, flags=0),
        event("A", ASK, 2, 101, 4, sequence=7, ts=T0 + 3, recv=T0 + 5),
        event("A", BID, 3, 90, 1),
        event("T", BID, 9, 101, 1),
        event("A", BID, 4, 100, 5),
    )

    assert tops[0] == BookTop(T0 + 5, T0 + 3, 7, level(100, 5, 1), level(101, 4, 1))  # type: ignore[arg-type]
    assert [top.bid for top in tops] == [level(100, 5, 1), level(100, 10, 2)]


def test_a_snapshot_becomes_visible_with_its_last_record(make_book: MakeBook) -> None:
    book = make_book(1)
    tops = along(
        book,
        event("R", "N", 0, UNDEF_PRICE, 0, flags=40),
        *(event("A", BID, n, 100 - n, 1, flags=40) for n in range(1, 50)),
        event("A", ASK, 99, 100, 3, flags=168),
    )

    assert [(top.bid, top.ask) for top in tops] == [(level(99, 1, 1), level(100, 3, 1))]
    assert book.summary().is_synced


def test_crossed_and_locked_events_are_counted_apart(make_book: MakeBook) -> None:
    book = make_book(1)
    along(book, event("A", BID, 1, 100, 5), event("A", ASK, 2, 100, 4), event("A", ASK, 3, 99, 4))
    summary = book.summary()

    assert (summary.crossed, summary.locked) == (1, 1)


def test_other_instruments_and_other_records_are_not_its_business(make_book: MakeBook) -> None:
    book = make_book(1)
    tops = along(
        book,
        made.mapping(1, "NQM5", "NQ.FUT"),
        event("A", BID, 1, 100, 5, instrument=2),
        made.mbp(1),
        made.unknown(77, 20),
        event("A", BID, 1, 101, 5),
    )

    assert [top.bid for top in tops] == [level(101, 5, 1)]
    assert book.summary().records == 1


_steps = st.tuples(
    st.sampled_from("AAAACCMMTFR"),
    st.sampled_from("BBBAAAN"),
    st.integers(1, 40) | st.integers(2**62, 2**64 - 1),
    st.integers(-60, 60).map(lambda n: n * 250_000_000) | st.integers(-(2**62), 2**62) | st.just(UNDEF_PRICE),
    st.integers(0, 9) | st.just(2**32 - 1),
    st.sampled_from([0, END, END]),
)
Step = tuple[str, str, int, int, int, int]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_steps, max_size=150), st.lists(st.integers(0, 150 * 56), max_size=5))
def test_compiled_and_plain_tell_the_same_tops(
    compiled_book: MakeBook, steps: Sequence[Step], cuts: list[int]
) -> None:
    data = b"".join(event(*step) for step in steps)
    plain, compiled = PlainBook(1), compiled_book(1)
    Tape(also=[plain]).feed(data)
    pieces = Tape(also=[compiled])
    edges = sorted({0, *(cut for cut in cuts if cut < len(data)), len(data)})
    for start, end in pairwise(edges):
        pieces.feed(data[start:end])

    assert compiled.take() == plain.take()
    assert compiled.summary() == plain.summary()


@settings(max_examples=50, deadline=None)
@given(st.lists(_steps, max_size=120))
def test_levels_always_add_up_to_the_orders(steps: Sequence[Step]) -> None:
    book, plain = OrderBook(), dict[int, tuple[str, int, int]]()
    for action, side, order, price, size, _ in steps:
        book.apply(action, side, order, price, size)
        if action == "R":
            plain.clear()
        elif action == "C" and order in plain:
            held = plain.pop(order)
            if held[2] > size:
                plain[order] = (held[0], held[1], held[2] - size)
        elif action in "AM":
            plain.pop(order, None)
            if side in "AB" and price != UNDEF_PRICE and 0 < size < 2**32 - 1:
                plain[order] = (side, price, size)
    for side in (BID, ASK):
        prices = sorted({p for s, p, _ in plain.values() if s == side}, reverse=side == BID)
        here = [[size for s, p, size in plain.values() if (s, p) == (side, price)] for price in prices]

        assert book.levels(side) == tuple(
            level(price, sum(sizes), len(sizes)) for price, sizes in zip(prices, here, strict=True)
        )
        assert all(len(book.queue(side, Px(p))) == len(h) for p, h in zip(prices, here, strict=True))


def test_a_deep_book_outgrows_its_first_memory(compiled_book: MakeBook) -> None:
    number = np.arange(40_000)
    adds = np.frombuffer(event("A", ASK, 1, 0, 1) * len(number), np.dtype(list(MBOMsg._dtypes))).copy()
    adds["order_id"], adds["side"] = number + 1, np.where(number % 2, b"B", b"A")
    adds["price"] = np.where(number % 2, -number, number) * 5
    cancels = adds[::3].copy()
    cancels["action"] = b"C"
    plain, compiled = PlainBook(1), compiled_book(1)
    Tape(also=[plain, compiled]).feed(adds.tobytes() + cancels.tobytes())

    assert compiled.take() == plain.take()
    assert compiled.summary() == plain.summary()
