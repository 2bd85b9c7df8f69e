"""The simulated market: any moment of any day, always the same, and all its views agree."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pytest

from app.domain.contract import Family, Series
from app.domain.symbols import family, option_tick, parse_raw, rule_underlying
from app.domain.units import FUTURE_TICK, HOUR, MINUTE, POINT, SECOND, Ns, ns_from_iso, px
from app.sim.batch import merged
from app.sim.clock import SimClock
from app.sim.dbn_records import UNDEF_PRICE
from app.sim.feed import Feed
from app.sim.market import Market
from tests.sim.rebuilt import RebuiltBook, by_event, shown

WEDNESDAY = ns_from_iso("2026-06-10T15:00:00Z")
LUNCH = ns_from_iso("2026-06-10T16:30:00Z")


def market_of(seed: int = 7, activity: float = 1.0) -> Market:
    return Market(seed, SimClock(WEDNESDAY, speed=0), activity)


@pytest.fixture(scope="module")
def market() -> Market:
    return market_of()


@pytest.fixture(scope="module")
def feed(market: Market) -> Feed:
    return Feed(market)


def ids_of(market: Market, *symbols: str, at: Ns = WEDNESDAY) -> Any:
    known = market.universes.of(market.day(at)).ids
    return np.array([known[symbol] for symbol in symbols])


def records_of(feed: Feed, schema: str, ids: Any, start: int, end: int) -> Sequence[Any]:
    found = [batch for batch in feed.batches(schema, ids, start, end) if len(batch.due)]
    together = np.concatenate([batch.records for batch in found])
    order = np.argsort(np.concatenate([batch.due for batch in found]), kind="stable")
    return list(together[order])


def test_the_same_seed_gives_the_same_market_whatever_was_asked_before(market: Market) -> None:
    another = market_of()
    another.truth(Ns(LUNCH - HOUR), LUNCH)  # asked in another order
    stranger = market_of(seed=8)
    window = (WEDNESDAY, Ns(WEDNESDAY + 2 * MINUTE))

    assert another.truth(*window) == market.truth(*window)
    assert another.future(another.front(LUNCH), LUNCH) == market.future(market.front(LUNCH), LUNCH)
    assert stranger.truth(*window) != market.truth(*window)


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


def test_the_truth_equals_the_records_of_trades(feed: Feed, market: Market) -> None:
    end = Ns(WEDNESDAY + 3 * MINUTE)
    universe = market.universes.of(market.day(WEDNESDAY))
    counted: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for trade in records_of(feed, "trades", np.array(list(universe.symbols)), WEDNESDAY, end):
        row = counted[universe.symbols[int(trade["instrument_id"])]]
        row["BAN".index(trade["side"].decode())] += int(trade["size"])
        row[3] += 1

    truth = market.truth(WEDNESDAY, end)

    assert {symbol: [t.bought, t.sold, t.unknown, t.trades] for symbol, t in truth.items()} == dict(counted)
    assert {"NQM6", "NQU6"} <= set(truth)
    assert any(t.unknown for t in truth.values())


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


def test_activity_changes_how_much_trades_and_not_where_prices_go() -> None:
    calm, busy = market_of(activity=0.5), market_of(activity=4.0)
    end = Ns(WEDNESDAY + 5 * MINUTE)
    few, many = (m.truth(WEDNESDAY, end)["NQM6"] for m in (calm, busy))

    assert many.trades > 4 * few.trades
    assert abs(many.close - few.close) < 10 * POINT


def test_regular_hours_are_lively_with_bursts_and_the_night_is_quiet(feed: Feed, market: Market) -> None:
    def per_second(start: Ns) -> Any:
        trades = records_of(feed, "trades", ids_of(market, "NQM6"), start, start + 20 * MINUTE)
        return np.bincount([(int(t["ts_event"]) - start) // SECOND for t in trades], minlength=1200)

    opening, night = per_second(ns_from_iso("2026-06-10T13:30:00Z")), per_second(Ns(WEDNESDAY - 10 * HOUR))

    assert 15 < opening.mean() < 150
    assert opening.max() > 150
    assert opening.max() > 3 * opening.mean()
    assert 0.3 < night.mean() < 8


def test_nothing_trades_while_closed(market: Market) -> None:
    saturday = ns_from_iso("2026-06-13T12:00:00Z")
    maintenance = ns_from_iso("2026-06-10T21:00:00Z")

    assert market.truth(saturday, Ns(saturday + HOUR)) == {}
    assert market.truth(maintenance, Ns(maintenance + HOUR)) == {}
    assert market.truth(Ns(maintenance - MINUTE), Ns(maintenance + HOUR)) == market.truth(
        Ns(maintenance - MINUTE), maintenance
    )


def test_a_holiday_pauses_the_session_at_its_hour(market: Market) -> None:
    stop, again = ns_from_iso("2026-07-03T17:00:00Z"), ns_from_iso("2026-07-05T22:00:00Z")

    assert market.truth(Ns(stop - MINUTE), stop)
    assert market.truth(stop, again) == {}
    assert market.truth(again, Ns(again + 5 * MINUTE))
    assert market.day(Ns(stop - 1)) == market.day(again) == date(2026, 7, 6)


@pytest.mark.parametrize("day", ["2025-03-10", "2026-06-10", "2026-12-24", "2028-02-29"])
def test_any_date_has_a_market_near_the_real_level(market: Market, day: str) -> None:
    noon = ns_from_iso(f"{day}T16:00:00Z")
    front = market.front(noon)
    quote = market.future(front, noon)

    assert px(19_000) < quote.bid < quote.ask < px(27_000)
    assert quote.bid % FUTURE_TICK == quote.ask % FUTURE_TICK == 0
    assert quote.session.low <= quote.session.last <= quote.session.high
    assert quote.bid_size > 0
    assert quote.ask_size > 0


def test_roots_follow_the_rules_of_listing(market: Market) -> None:
    listed = market.listed(WEDNESDAY)
    expiries = [one.expiry for one in listed]

    assert 25 <= len(listed) <= 34
    assert expiries == sorted(expiries)
    assert len({one.series for one in listed}) == len(listed)
    assert {family(one.series.root) for one in listed} == set(Family)
    assert all(one.underlying == rule_underlying(one.series) for one in listed)
    # from the Monday of the third-Friday week the next quarterly is delivered
    assert {one.series.raw: one.underlying.raw for one in listed}["Q3AM6"] == "NQU6"


def test_ladders_have_the_sizes_of_real_chains(market: Market) -> None:
    today = market.day(WEDNESDAY)
    sizes: dict[Family | None, list[tuple[int, int]]] = defaultdict(list)
    for one in market.listed(WEDNESDAY):
        left, kind = (one.expiry - today).days, family(one.series.root)
        sizes[kind if kind in (Family.QUARTERLY, Family.FRIDAY) else None].append(
            (left, len(market.legs(one.series, WEDNESDAY)))
        )

    def within(kind: Family | None, days: range, least: int, most: int) -> bool:
        found = [size for left, size in sizes[kind] if left in days]
        return bool(found) and all(least <= size <= most for size in found)

    assert within(None, range(5), 520, 660)
    assert within(None, range(6, 8), 250, 320)
    assert within(None, range(12, 28), 165, 200)
    assert within(Family.FRIDAY, range(3), 640, 780)
    assert within(Family.QUARTERLY, range(5, 12), 400, 500)
    assert within(Family.QUARTERLY, range(95, 3_000), 105, 145)
    assert 6_000 < sum(size for kind in sizes.values() for _, size in kind) < 20_000


def test_premiums_lie_on_the_grid_and_a_missing_side_is_none(market: Market) -> None:
    legs = [leg for one in market.listed(LUNCH)[:12] for leg in market.legs(one.series, LUNCH)]
    prices = [price for leg in legs for price in (leg.bid, leg.ask) if price is not None]
    traded = [leg.session.last for leg in legs if leg.session]

    assert all(price > 0 and price % option_tick(price) == 0 for price in prices + traded)
    assert any(leg.bid is None and leg.ask is not None for leg in legs)
    assert any(leg.ask is None for leg in legs)
    assert any(leg.session is None for leg in legs)
    assert all(leg.bid < leg.ask for leg in legs if leg.bid is not None and leg.ask is not None)


def test_calls_and_puts_agree_on_the_underlying(market: Market) -> None:
    for one in market.listed(LUNCH)[:6]:
        future = market.future(one.underlying, LUNCH)
        legs = {
            (leg.contract.strike, leg.contract.right.value): leg for leg in market.legs(one.series, LUNCH)
        }
        near = min({strike for strike, _ in legs}, key=lambda strike: abs(strike - future.bid))
        call, put = legs[near, "C"], legs[near, "P"]
        assert call.bid is not None
        assert call.ask is not None
        assert put.bid is not None
        assert put.ask is not None
        implied = near + (call.bid + call.ask - put.bid - put.ask) // 2
        assert abs(implied - future.bid) < 8 * POINT


def test_straddles_cost_what_they_did_in_real_chains(market: Market) -> None:
    """0DTE in the afternoon 61, one day 169, four days 238 to 257, 13 days 550."""
    table = market.options.table(market.day(WEDNESDAY))
    straddles = {}
    for one in market.listed(WEDNESDAY)[:16]:
        rows = table.rows_of(one.series)
        future = market.future(one.underlying, WEDNESDAY).bid / POINT
        row = int(rows[np.abs(table.points[rows] - future).argmin()]) // 2 * 2
        both = market.options.quotes(table, np.array([row, row + 1]), np.array([WEDNESDAY, WEDNESDAY]))
        if (both.bid > 0).all() and (both.ask > 0).all():
            straddles[(one.expiry - table.day).days] = float((both.bid + both.ask).sum() / 2 / POINT)

    assert 40 < straddles[0] < 180
    assert 100 < straddles[1] < 330
    assert 350 < straddles[14] < 900
    ordered = [straddles[days] for days in sorted(straddles)]
    assert ordered == sorted(ordered)


def test_open_interest_grows_towards_expiry(market: Market) -> None:
    today = market.day(WEDNESDAY)
    sums = {
        (one.expiry - today).days: sum(leg.open_interest for leg in market.legs(one.series, WEDNESDAY))
        for one in market.listed(WEDNESDAY)
        if family(one.series.root) in (Family.WEDNESDAY, Family.TUESDAY)
    }

    assert 4_000 < sums[0] < 30_000
    assert sums[0] > 3 * sums[7] > 3 * sums[14]


def test_an_expired_series_has_no_quotes_and_settles_at_its_worth(market: Market) -> None:
    after = ns_from_iso("2026-06-10T20:30:00Z")
    legs = market.legs(Series("Q2C", 2026, 6), after)
    closed = ns_from_iso("2026-06-10T21:30:00Z")
    settled = {leg.contract.raw: leg.settled for leg in market.legs(Series("Q2C", 2026, 6), closed)}

    assert legs
    assert all(leg.bid is leg.ask is None for leg in legs)
    assert settled["Q2CM6 C15500"] > px(5_000)
    assert settled["Q2CM6 P15500"] == 0


def test_what_a_chain_says_of_trading_is_what_was_traded(market: Market) -> None:
    opened = market.calendar.session(market.day(LUNCH))[0]
    series = Series("Q2C", 2026, 6)
    truth = market.truth(opened, Ns(LUNCH + 1))
    for leg in market.legs(series, LUNCH):
        known = truth.get(leg.contract.raw)
        assert (leg.session is None) == (known is None)
        if leg.session and known:
            said = leg.session
            assert (said.volume, said.open, said.high, said.low, said.last) == (
                known.volume, known.open, known.high, known.low, known.close,
            )  # fmt: skip


def test_prints_and_depth_belong_to_the_same_market(market: Market) -> None:
    front = market.front(LUNCH)
    prints = market.prints(front, Ns(LUNCH - MINUTE), LUNCH)
    truth, quote = market.truth(Ns(LUNCH - MINUTE), LUNCH)[front.raw], market.future(front, LUNCH)
    depth = market.depth(front, LUNCH)

    assert len(prints) == truth.trades
    assert int(prints.size[prints.side == 1].sum()) == truth.bought
    assert (depth.bids[0].price, depth.bids[0].size) == (quote.bid, quote.bid_size)
    assert (depth.asks[0].price, depth.asks[0].size) == (quote.ask, quote.ask_size)
    assert len(depth.bids) == len(depth.asks) == 10


def test_definitions_name_every_instrument_once_a_leg(feed: Feed, market: Market) -> None:
    universe = market.universes.of(market.day(WEDNESDAY))
    ids = np.array(list(universe.symbols))
    published = feed.reference.published(universe.day)
    made = records_of(feed, "definition", ids, published, published + 1)
    by_class = defaultdict(list)
    for record in made:
        by_class[record["instrument_class"].decode()].append(record)

    assert {int(r["instrument_id"]) for r in made} == set(universe.symbols)
    assert set(by_class) == {"F", "S", "C", "P", "T"}
    for record in by_class["C"] + by_class["P"]:
        contract = parse_raw(record["raw_symbol"].decode(), near=universe.day)
        assert contract is not None
        assert contract.raw == record["raw_symbol"].decode()
        assert record["unit_of_measure_qty"] == 20 * POINT
        assert record["underlying"].decode() in {f.raw for f in universe.futures}
    assert {int(r["leg_count"]) for r in by_class["S"] + by_class["T"]} == {2}
    assert all(parse_raw(r["raw_symbol"].decode(), universe.day) is None for r in by_class["T"])


def test_statistics_are_those_of_the_day_before(feed: Feed, market: Market) -> None:
    day = market.day(WEDNESDAY)
    published = feed.reference.published(day)
    row = market.options.table(day).rows_of(Series("Q2D", 2026, 6))
    ids = market.options.table(day).id[row]
    made = records_of(feed, "statistics", ids, published, published + 1)
    legs = {leg.contract.raw: leg for leg in market.legs(Series("Q2D", 2026, 6), WEDNESDAY)}
    names = market.universes.of(day).symbols
    interest = {names[int(r["instrument_id"])]: int(r["quantity"]) for r in made if r["stat_type"] == 9}
    settled = {names[int(r["instrument_id"])]: int(r["price"]) for r in made if r["stat_type"] == 3}

    assert interest == {raw: leg.open_interest for raw, leg in legs.items() if leg.open_interest}
    known = {raw: leg.settled for raw, leg in legs.items() if leg.settled_before is not None}
    assert settled == known  # a strike that is new today has not settled yet
    assert {int(r["ts_ref"]) for r in made} == {ns_from_iso("2026-06-09T00:00:00Z")}
    assert all(r["price"] == UNDEF_PRICE for r in made if r["stat_type"] == 9)


def test_status_says_when_trading_begins_and_ends(feed: Feed, market: Market) -> None:
    start = ns_from_iso("2026-07-02T20:00:00Z")
    said = [
        (int(r["ts_event"]), int(r["action"]), r["is_trading"].decode())
        for r in records_of(feed, "status", ids_of(market, "NQU6"), start, start + 76 * HOUR)
    ]

    assert said == [
        (ns_from_iso("2026-07-02T21:00:00Z"), 12, "N"),
        (ns_from_iso("2026-07-02T21:45:00Z"), 1, "N"),
        (ns_from_iso("2026-07-02T22:00:00Z"), 7, "Y"),
        (ns_from_iso("2026-07-03T17:00:00Z"), 12, "N"),
        (ns_from_iso("2026-07-05T22:00:00Z"), 7, "Y"),
    ]


def test_an_impossible_activity_is_refused() -> None:
    with pytest.raises(ValueError, match="times as active"):
        market_of(activity=0)
