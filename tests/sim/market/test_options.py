"""The options of the simulated market: listed, priced and held as real chains are."""

from collections import defaultdict

import numpy as np

from app.domain.contract import Family, Series
from app.domain.symbols import family, option_tick, rule_underlying
from app.domain.units import POINT, Ns, ns_from_iso, px
from app.sim.market import Market
from tests.sim.market.wednesday import LUNCH, WEDNESDAY


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
