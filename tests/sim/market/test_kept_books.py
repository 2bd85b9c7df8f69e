"""The books that the program keeps of a stream agree with the levels that the market itself tells."""

from datetime import date

import pytest

from app.domain.books import PLAIN, Books, BookView, Passes
from app.domain.tape import Tape
from app.domain.units import SECOND, Ns
from app.sim.feed import Feed
from app.sim.market import Market
from tests.sim.market.wednesday import ids_of, records_of
from tests.sim.rebuilt import Level, by_event, shown

SYMBOLS = ("NQM6", "NQU6", "Q2CM6 C23000")


def compiled() -> Passes:
    from app.domain import books_kernel

    return books_kernel


def books_of(tape: Tape) -> Books:
    assert tape.books is not None
    return tape.books


def levels(view: BookView | None) -> tuple[tuple[Level, ...], ...]:
    assert view is not None
    return tuple(
        tuple(zip(side.price.tolist(), side.size.tolist(), side.orders.tolist(), strict=True))
        for side in (view.bids, view.asks)
    )


@pytest.mark.parametrize("passes", [PLAIN, compiled()], ids=["plain", "compiled"])
def test_orders_of_several_futures_make_the_ten_levels_and_the_best_prices_of_each(
    feed: Feed, market: Market, passes: Passes
) -> None:
    start = market.calendar.session(date(2026, 6, 10))[0]
    end = start + 20 * SECOND
    numbers = [int(n) for n in ids_of(market, "NQM6", "NQU6")]
    told = {
        schema: {
            (int(r["instrument_id"]), int(r["ts_event"])): (shown(r, "B"), shown(r, "A"))
            for r in records_of(feed, schema, ids_of(market, "NQM6", "NQU6"), start, end)
        }
        for schema in ("mbp-10", "mbp-1")
    }
    tape = Tape(books=True)
    books = books_of(tape)
    books._own_passes = passes
    found: dict[str, dict[tuple[int, int], tuple[tuple[Level, ...], ...]]] = {"mbp-10": {}, "mbp-1": {}}
    for event in by_event(records_of(feed, "mbo", ids_of(market, "NQM6", "NQU6"), start, end)):
        tape.feed(b"".join(record.tobytes() for record in event))
        moment = int(event[-1]["instrument_id"]), int(event[-1]["ts_event"])
        for schema, depth in (("mbp-10", 10), ("mbp-1", 1)):
            found[schema][moment] = levels(books.view(moment[0], depth))
        for top in tape.take(Ns(0)).tops:
            bid, ask = levels(books.view(top.instrument_id, 1))
            assert (top.bid, top.ask) == tuple(side[0][0] if side else None for side in (bid, ask))

    for schema, moments in told.items():
        assert len(moments) > 100
        assert {moment: found[schema][moment] for moment in moments} == moments
    for number in numbers:
        view = books.view(number, 1)
        assert view is not None
        assert (view.synced, view.unknown, view.ignored) == (True, 0, 0)


def test_levels_from_records_are_those_from_orders(feed: Feed, market: Market) -> None:
    ids = ids_of(market, "NQM6")
    opened = market.calendar.session(date(2026, 6, 10))[0]
    views = []
    for schema in ("mbo", "mbp-10", "mbp-1"):
        tape = Tape(books=True)
        for record in records_of(feed, schema, ids, opened, opened + 30 * SECOND):
            tape.feed(record.tobytes())
        views.append(levels(books_of(tape).view(int(ids[0]), 10)))
    orders, ten, best = views

    assert orders == ten
    assert tuple(side[:1] for side in orders) == best


def test_a_snapshot_in_mid_session_leads_to_the_book_of_the_whole_session(feed: Feed, market: Market) -> None:
    ids = ids_of(market, *SYMBOLS)
    opened = market.calendar.session(date(2026, 6, 10))[0]
    middle, end = Ns(opened + 23 * SECOND), opened + 60 * SECOND
    whole, late = Tape(books=True), Tape(books=True)
    for record in records_of(feed, "mbo", ids, opened, end):
        whole.feed(record.tobytes())
        if record["ts_event"] >= middle - middle % (10 * SECOND):
            late.feed(record.tobytes())
    for number in ids:
        view = books_of(late).view(int(number), 500)
        assert view is None or not view.synced
    late = Tape(books=True)
    late.feed(feed.snapshot(ids, middle).tobytes())
    for record in records_of(feed, "mbo", ids, middle + 1, end):
        late.feed(record.tobytes())
    for number in ids:
        one, other = (books_of(tape).view(int(number), 500) for tape in (whole, late))
        assert one is not None
        assert other is not None
        assert levels(one) == levels(other)
        assert (other.synced, other.unknown) == (True, 0)
