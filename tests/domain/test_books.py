from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from databento_dbn import MBOMsg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain import books_state
from app.domain.book import ASK, BID, OrderBook
from app.domain.books import MBO, MBP_1, MBP_10, PLAIN, Books, BookView, Passes, Side
from app.domain.tape import Tape
from app.domain.ticks import TickBatch, TopOfBook
from app.domain.units import POINT, UNDEF_PRICE, Ns
from tests.domain import dbn_bytes as made
from tests.domain.dbn_bytes import T0

END = 128
TICK = POINT // 4
Level = tuple[int, int, int]


@pytest.fixture(scope="session")
def compiled() -> Passes:
    from app.domain import books_kernel

    return books_kernel


@pytest.fixture(params=["plain", "compiled"])
def passes(request: pytest.FixtureRequest, compiled: Passes) -> Passes:
    return PLAIN if request.param == "plain" else compiled


def kept(passes: Passes) -> tuple[Tape, Books]:
    tape = Tape(books=True)
    assert tape.books is not None
    tape.books._own_passes = passes
    return tape, tape.books


def event(action: str, side: str, order: int, price: int, size: int, flags: int = END, **more: int) -> bytes:
    return made.mbo(action=action, side=side, order=order, price=price, size=size, flags=flags, **more)


def clear(instrument: int = 1, flags: int = END) -> bytes:
    return event("R", "N", 0, UNDEF_PRICE, 0, flags, instrument=instrument)


def levels(side: Side) -> tuple[Level, ...]:
    return tuple(zip(side.price.tolist(), side.size.tolist(), side.orders.tolist(), strict=True))


def seen(books: Books, instrument: int = 1, most: int = 1_000) -> BookView:
    view = books.view(instrument, most)
    assert view is not None
    return view


def taken(tape: Tape) -> TickBatch:
    return tape.take(Ns(T0))


def test_orders_add_up_from_the_best_price_outwards(passes: Passes) -> None:
    tape, books = kept(passes)
    tape.feed(
        clear()
        + event("A", BID, 1, 100, 5)
        + event("A", BID, 2, 100, 3)
        + event("A", BID, 3, 98, 9)
        + event("A", ASK, 4, 103, 2)
        + event("A", ASK, 5, 101, 1, ts=T0 + 7, recv=T0 + 9)
    )
    view = seen(books)

    assert levels(view.bids) == ((100, 8, 2), (98, 9, 1))
    assert levels(view.asks) == ((101, 1, 1), (103, 2, 1))
    assert (view.schema, view.synced, view.resting, view.unknown) == (MBO, True, 5, 0)
    assert (view.ts_event, view.ts_recv) == (T0 + 7, T0 + 9)
    assert levels(seen(books, most=1).bids) == ((100, 8, 2),)
    assert books.instruments() == (1,)
    assert books.view(2, 5) is None


def test_a_book_without_a_beginning_is_not_whole_until_a_clear(passes: Passes) -> None:
    tape, books = kept(passes)
    tape.feed(event("A", BID, 1, 100, 5) + event("C", BID, 8, 99, 1) + event("M", ASK, 9, 101, 2))
    view = seen(books)
    assert (view.synced, view.unknown, view.resting) == (False, 2, 2)
    assert len(taken(tape).tops) == 0

    tape.feed(clear() + event("A", BID, 1, 100, 5))
    assert seen(books).synced
    (top,) = taken(tape).tops
    assert (top.instrument_id, top.bid, top.bid_size, top.ask) == (1, 100, 5, None)


def test_a_snapshot_shows_with_its_last_record_and_the_old_orders_are_gone(passes: Passes) -> None:
    tape, books = kept(passes)
    tape.feed(event("A", BID, 77, 500, 5) + clear(flags=40) + event("A", BID, 1, 99, 4, flags=40))
    assert books.view(1, 5) is None
    assert len(taken(tape).tops) == 0
    tape.feed(event("A", ASK, 2, 100, 3, flags=168))

    view = seen(books)
    assert (levels(view.bids), levels(view.asks), view.synced) == (((99, 4, 1),), ((100, 3, 1),), True)
    tape.feed(event("C", BID, 77, 500, 5))
    assert seen(books).unknown == 1


def test_a_channel_that_may_have_lost_something_leaves_no_whole_book(passes: Passes) -> None:
    tape, books = kept(passes)
    tape.feed(clear() + event("A", BID, 1, 100, 5) + event("A", BID, 2, 101, 5, flags=END | 4))
    assert not seen(books).synced
    tape.feed(event("A", BID, 3, 102, 5))
    assert not seen(books).synced
    tape.feed(clear())
    assert seen(books).synced


def test_the_top_is_told_when_it_changed_and_only_after_a_complete_event(passes: Passes) -> None:
    tape, _ = kept(passes)
    tape.feed(clear() + event("A", BID, 1, 100, 5, flags=0))
    batch = taken(tape)
    assert (len(batch.tops), batch.quotes) == (0, 1)
    tape.feed(event("A", ASK, 2, 101, 4) + event("A", BID, 3, 90, 1))
    batch = taken(tape)
    (top,) = batch.tops
    assert (top.bid, top.ask, top.bid_size, top.ask_size, batch.quotes) == (100, 101, 5, 4, 2)
    tape.feed(event("A", BID, 4, 80, 1))
    assert len(taken(tape).tops) == 0


def test_ten_levels_are_shown_as_the_record_has_them(passes: Passes) -> None:
    tape, books = kept(passes)
    tape.feed(made.mbp(3, T0, bid=100, ask=101, depth=10) + made.mbp(3, T0 + 5, bid=90, ask=None, depth=10))
    view = seen(books, 3)

    assert (levels(view.bids), levels(view.asks)) == (((90, 3, 1),) * 10, ())
    assert (view.schema, view.synced, view.ts_event, view.unknown) == (MBP_10, True, T0 + 5, None)
    (top,) = taken(tape).tops
    assert (top.bid, top.ask) == (90, None)


def test_a_best_price_alone_is_a_book_of_one_level(passes: Passes) -> None:
    tape, books = kept(passes)
    tape.feed(made.mbp(3, T0, bid=100, ask=101, sizes=(7, 8)))
    view = seen(books, 3)

    assert (levels(view.bids), levels(view.asks), view.schema) == (((100, 7, 1),), ((101, 8, 1),), MBP_1)


def test_orders_speak_for_an_instrument_that_has_quotes_too(passes: Passes) -> None:
    tape, books = kept(passes)
    tape.feed(made.mbp(1, bid=50, ask=60) + made.mbp(2) + clear() + event("A", BID, 1, 55, 2))

    assert {top.instrument_id: top.bid for top in taken(tape).tops} == {1: 55, 2: 4_999_750_000_000}
    assert seen(books).schema == MBO


def test_a_column_of_depth_has_each_price_in_its_row(passes: Passes) -> None:
    tape, books = kept(passes)
    low = 100 * POINT
    tape.feed(
        clear()
        + b"".join(event("A", BID, n, low + n * TICK, n) for n in range(1, 6))
        + b"".join(event("A", ASK, 10 + n, low + (5 + n) * TICK, n) for n in range(1, 60))
    )
    view = seen(books)

    assert view.bids.at_prices(low + 3 * TICK, TICK, 6).tolist() == [3, 4, 5, 0, 0, 0]
    assert view.asks.at_prices(low + 3 * TICK, TICK, 6).tolist() == [0, 0, 0, 1, 2, 3]


_prices = st.integers(-60, 60).map(lambda n: n * TICK)
_wild = st.integers(-(2**63), 2**63 - 1) | st.integers(-(10**6), 10**6) | st.just(UNDEF_PRICE)
_steps = st.tuples(
    st.sampled_from("AAAACCMMTF" * 6 + "R"),
    st.sampled_from("BBBAAAN"),
    st.integers(1, 40) | st.integers(2**62, 2**64 - 1),
    _prices | _prices | _prices | _wild,
    st.integers(0, 9) | st.just(2**32 - 1),
    st.sampled_from([0, END, END]),
    st.integers(1, 3),
)
Step = tuple[str, str, int, int, int, int, int]


def bytes_of(steps: Sequence[Step]) -> bytes:
    return b"".join(event(*step[:-1], instrument=step[-1]) for step in steps)


def expected(steps: Sequence[Step]) -> dict[int, OrderBook]:
    books: dict[int, OrderBook] = {}
    for action, side, order, price, size, _, instrument in steps:
        books.setdefault(instrument, OrderBook()).apply(action, side, order, price, size)
    return books


def check(books: Books, steps: Sequence[Step]) -> None:
    truth = expected(steps)
    assert books.instruments() == tuple(sorted(truth))
    for instrument, book in truth.items():
        ended = [step[5] for step in steps if step[-1] == instrument][-1] == END
        view = books.view(instrument, 1_000)
        assert (view is not None) == ended
        if view is None:
            continue
        for side, found in ((BID, view.bids), (ASK, view.asks)):
            assert levels(found) == tuple((o.price, o.size, o.orders) for o in book.levels(side))
        assert (view.resting, view.unknown, view.ignored) == (len(book), book.unknown, book.ignored)
        assert view.synced == book.is_synced


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_steps, max_size=200), st.lists(st.integers(0, 200 * 56), max_size=4), st.data())
def test_every_book_equals_the_plain_one_in_whatever_pieces_it_comes(
    compiled: Passes, steps: Sequence[Step], cuts: list[int], data: st.DataObject
) -> None:
    """The passes take turns over the same memory."""
    stream = bytes_of(steps)
    tape, books = kept(PLAIN)
    for start, end in pairwise(sorted({0, *(cut for cut in cuts if cut < len(stream)), len(stream)})):
        books._own_passes = data.draw(st.sampled_from([PLAIN, compiled]))
        tape.feed(stream[start:end])
        taken(tape)

    check(books, steps)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_steps, max_size=150))
def test_the_last_top_told_is_that_of_the_book(compiled: Passes, steps: Sequence[Step]) -> None:
    tape, books = kept(compiled)
    told: dict[int, TopOfBook] = {}
    for step in steps:
        tape.feed(bytes_of([step]))
        told |= {top.instrument_id: top for top in taken(tape).tops}
    for instrument in expected(steps):
        view = books.view(instrument, 1)
        if view is None or not view.synced:
            continue
        top = told.get(instrument)
        if top is None:
            assert (len(view.bids), len(view.asks)) == (0, 0)
            continue
        bid, ask = (side.price.tolist() for side in (view.bids, view.asks))
        assert ([top.bid] if bid else [], [top.ask] if ask else []) == (bid, ask)


def lively(count: int, seed: int, prices: int, step: int) -> list[Step]:
    """A long life of one book around a price that wanders off, with orders far from it."""
    chance = np.random.default_rng(seed)
    middle = 20_000 * POINT + (chance.integers(-1, 2, count).cumsum() * step)
    away = np.where(chance.random(count) < 0.05, chance.integers(0, 50 * prices, count), 0)
    away += chance.integers(1, prices, count)
    steps: list[Step] = [("R", "N", 0, UNDEF_PRICE, 0, END, 1)]
    for n in range(count):
        side = "BA"[int(chance.integers(0, 2))]
        price = int(middle[n]) + int(away[n]) * (TICK if side == "A" else -TICK)
        action, order = "AAACCM"[int(chance.integers(0, 6))], int(chance.integers(1, 900))
        steps.append((action, side, order, price, int(chance.integers(1, 9)), END, 1))
    return steps


@pytest.mark.parametrize(("prices", "step"), [(20, 0), (20, 40 * TICK), (300, TICK), (40, TICK // 5)])
def test_a_book_stays_exact_while_its_ladder_is_fitted_again(
    compiled: Passes, prices: int, step: int
) -> None:
    steps = lively(12_000, 7, prices, step)
    tape, books = kept(compiled)
    edge = 0
    for start in range(0, len(steps), 3_000):
        edge = start + 3_000
        tape.feed(bytes_of(steps[start:edge]))
        check(books, steps[:edge])
    head = books._state.head(1)

    assert head[books_state.WIDTH] >= 64


def test_orders_outgrow_their_first_memory(compiled: Passes) -> None:
    number = np.arange(60_000)
    adds = np.frombuffer(clear() + event("A", ASK, 1, 0, 1) * len(number), np.dtype(list(MBOMsg._dtypes)))
    adds = adds.copy()
    adds["order_id"][1:], adds["side"][1:] = number + 1, np.where(number % 2, b"B", b"A")
    adds["price"][1:] = np.where(number % 2, -number, number) * 5
    cancels = adds[1::3].copy()
    cancels["action"] = b"C"
    tape, books = kept(compiled)
    tape.feed(adds.tobytes() + cancels.tobytes())
    view = seen(books, most=100_000)

    assert (view.resting, view.unknown) == (40_000, 0)
    left = number[number % 3 != 0]
    assert view.asks.price.tolist() == (left[left % 2 == 0] * 5).tolist()
    assert view.bids.price.tolist() == (left[left % 2 == 1] * -5).tolist()
    tape.feed(clear() + adds[1:].tobytes())
    assert seen(books, most=1).resting == 60_000
    assert len(books._state.orders) == books_state.ORDER_WIDTH * 2**17


def test_many_books_do_not_mix(compiled: Passes) -> None:
    many = 700
    tape, books = kept(compiled)
    tape.feed(
        b"".join(clear(n * 977) + event("A", BID, 5, n + 1, 1, instrument=n * 977) for n in range(many))
    )

    assert books.instruments() == tuple(n * 977 for n in range(many))
    assert [levels(seen(books, n * 977).bids) for n in range(many)] == [((n + 1, 1, 1),) for n in range(many)]
    assert sorted(top.bid or 0 for top in taken(tape).tops) == list(range(1, many + 1))
