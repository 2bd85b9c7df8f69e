"""The simulated market: any moment of any day, always the same, and all its views agree."""

from collections import defaultdict
from datetime import date
from typing import Any

import numpy as np
import pytest

from app.domain.units import FUTURE_TICK, HOUR, MINUTE, POINT, SECOND, Ns, ns_from_iso, px
from app.sim.feed import Feed
from app.sim.market import Market
from tests.sim.market.wednesday import LUNCH, WEDNESDAY, ids_of, market_of, records_of


def test_the_same_seed_gives_the_same_market_whatever_was_asked_before(market: Market) -> None:
    another = market_of()
    another.truth(Ns(LUNCH - HOUR), LUNCH)  # asked in another order
    stranger = market_of(seed=8)
    window = (WEDNESDAY, Ns(WEDNESDAY + 2 * MINUTE))

    assert another.truth(*window) == market.truth(*window)
    assert another.future(another.front(LUNCH), LUNCH) == market.future(market.front(LUNCH), LUNCH)
    assert stranger.truth(*window) != market.truth(*window)


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


def test_an_impossible_activity_is_refused() -> None:
    with pytest.raises(ValueError, match="times as active"):
        market_of(activity=0)
