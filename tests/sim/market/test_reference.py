"""What is published of the instruments: definitions, statistics, status."""

from collections import defaultdict

import numpy as np

from app.domain.contract import Series
from app.domain.symbols import parse_raw
from app.domain.units import HOUR, POINT, ns_from_iso
from app.sim.dbn_records import UNDEF_PRICE
from app.sim.feed import Feed
from app.sim.market import Market
from tests.sim.market.wednesday import WEDNESDAY, ids_of, records_of


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
