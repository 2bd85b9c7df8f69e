import pytest

from app.domain.book import ASK, BID
from app.domain.books import MBO, MBP_1, MBP_10, PLAIN, Passes
from app.domain.units import POINT
from tests.domain import dbn_bytes as made
from tests.domain.dbn_bytes import T0
from tests.domain.order_books import END, TICK, clear, event, kept, levels, seen, taken


@pytest.fixture(params=["plain", "compiled"])
def passes(request: pytest.FixtureRequest, compiled: Passes) -> Passes:
    return PLAIN if request.param == "plain" else compiled


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
