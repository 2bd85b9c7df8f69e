"""Order books rebuilt from single orders agree with levels, snapshots and trades."""

from datetime import date

import numpy as np
import pytest

from app.domain.units import SECOND, Ns
from app.sim.batch import merged
from app.sim.feed import Feed
from app.sim.market import Market
from tests.sim.market.wednesday import WEDNESDAY, ids_of, records_of
from tests.sim.rebuilt import RebuiltBook, by_event, shown


def test_records_of_a_window_do_not_depend_on_how_it_is_cut(feed: Feed, market: Market) -> None:
    ids = ids_of(market, "NQM6", "Q2CM6 C23000")
    for schema in ("mbo", "mbp-1", "trades"):
        whole = merged(list(feed.batches(schema, ids, WEDNESDAY, WEDNESDAY + 24 * SECOND)))
        cut = []
        for start, end in ((0, 7), (7, 13), (13, 24)):
            cut += list(feed.batches(schema, ids, WEDNESDAY + start * SECOND, WEDNESDAY + end * SECOND))
        parts = merged(cut)

        assert len(whole) == len(parts)
        assert np.array_equal(np.sort(whole.due), parts.due)


@pytest.mark.parametrize("symbol", ["NQM6", "NQU6", "NQM6-NQU6"])
def test_the_book_of_a_future_rebuilt_from_its_orders_agrees_with_its_levels(
    feed: Feed, market: Market, symbol: str
) -> None:
    ids = ids_of(market, symbol)
    start, end = market.calendar.session(date(2026, 6, 10))[0], 0
    end = start + 40 * SECOND
    book, best, depth = RebuiltBook(), {}, {}
    for event in by_event(records_of(feed, "mbo", ids, start, end)):
        for message in event:
            if message["action"] == b"T":
                seen = tuple(book.levels(side, 10) for side in "BA")
                depth[int(message["ts_event"])] = seen
            book.apply(message)
        at = int(event[-1]["ts_event"])
        depth[at] = tuple(book.levels(side, 10) for side in "BA")
        best[at] = tuple(levels[:1] for levels in depth[at])
        for bid, ask in zip(*depth[at], strict=False):
            assert bid[0] < ask[0]

    last_1 = {int(r["ts_event"]): r for r in records_of(feed, "mbp-1", ids, start, end)}
    last_10 = {int(r["ts_event"]): r for r in records_of(feed, "mbp-10", ids, start, end)}
    assert book.unknown == 0
    assert len(last_10) > 100
    for at, record in last_10.items():
        assert (shown(record, "B"), shown(record, "A")) == depth[at]
    for at, record in last_1.items():
        assert (shown(record, "B"), shown(record, "A")) == best[at]


def test_every_trade_hits_resting_orders_of_its_own_size(feed: Feed, market: Market) -> None:
    messages = records_of(feed, "mbo", ids_of(market, "NQM6"), WEDNESDAY, WEDNESDAY + 30 * SECOND)
    trades = 0
    for event in by_event(messages):
        actions = "".join(m["action"].decode() for m in event)
        assert actions.lstrip("TF").strip("CMA") == ""  # fills come before what they did
        traded = sum(int(m["size"]) for m in event if m["action"] == b"T" and m["side"] != b"N")
        filled = sum(int(m["size"]) for m in event if m["action"] == b"F")
        assert traded == filled
        trades += traded > 0
        assert all(m["flags"] == 0 for m in event[:-1])
        assert event[-1]["flags"] == 130
    assert trades > 50


def test_a_snapshot_and_what_follows_make_the_same_book_as_the_whole_session(
    feed: Feed, market: Market
) -> None:
    ids = ids_of(market, "NQM6", "Q2CM6 C23000")
    opened = market.calendar.session(date(2026, 6, 10))[0]
    middle, end = Ns(opened + 23 * SECOND), opened + 60 * SECOND
    books: dict[str, dict[int, RebuiltBook]] = {}
    whole = records_of(feed, "mbo", ids, opened, end)
    joined = [*feed.snapshot(ids, middle), *records_of(feed, "mbo", ids, middle + 1, end)]
    for name, messages in (("whole", whole), ("joined", joined)):
        books[name] = {int(i): RebuiltBook() for i in ids}
        for message in messages:
            books[name][int(message["instrument_id"])].apply(message)
    flags = [int(m["flags"]) for m in feed.snapshot(ids[:1], middle)]

    for identity in books["whole"]:
        assert books["whole"][identity].orders == books["joined"][identity].orders
        assert books["joined"][identity].unknown == 0
    assert flags[-1] == 168
    assert set(flags[:-1]) == {40}


def test_an_option_book_rebuilt_from_its_orders_agrees_with_its_best_prices(
    feed: Feed, market: Market
) -> None:
    rows = market.options.table(market.day(WEDNESDAY)).id[200:420]
    start, end = WEDNESDAY, WEDNESDAY + 90 * SECOND
    books = {int(i): RebuiltBook() for i in rows}
    for message in feed.snapshot(rows, Ns(start - 1)):
        books[int(message["instrument_id"])].apply(message)
    best = {}
    for event in by_event(records_of(feed, "mbo", rows, start, end)):
        for message in event:
            books[int(message["instrument_id"])].apply(message)
        identity = int(event[-1]["instrument_id"])
        book = books[identity]
        best[identity, int(event[-1]["ts_event"])] = (book.levels("B", 1), book.levels("A", 1))
    last = {}
    for record in records_of(feed, "mbp-1", rows, start, end):
        last[int(record["instrument_id"]), int(record["ts_event"])] = (shown(record, "B"), shown(record, "A"))

    assert last == best
    assert sum(book.unknown for book in books.values()) == 0
    assert len(best) > 500


def test_arrivals_and_numbers_keep_the_order_of_events(feed: Feed, market: Market) -> None:
    messages = records_of(feed, "mbo", ids_of(market, "NQM6"), WEDNESDAY, WEDNESDAY + 20 * SECOND)
    at, arrived, number = (
        np.array([int(m[name]) for m in messages]) for name in ("ts_event", "ts_recv", "sequence")
    )

    assert (np.diff(arrived) >= 0).all()
    assert (np.diff(number) >= 0).all()
    assert ((arrived - at > 50_000) & (arrived - at < 200_000)).all()
