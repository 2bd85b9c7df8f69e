"""Every number of strip and board against plain arithmetic that shares nothing with the program."""

import math
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import partial

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.chain import Chain, Quote, Underlying
from app.domain.chain_metrics import board, strip
from app.domain.contract import Contract, Right, Series
from app.domain.routing import SourceId, delayed
from app.domain.units import DAY, Ns, px

NOW = Ns(1_750_000_000 * 10**9)
SERIES = Series("Q2A", 2025, 6)
STRIKES = tuple(range(21_000, 22_000, 50))


@dataclass(frozen=True)
class Case:
    future: float
    days: float
    rate: float
    chain: Chain

    @property
    def years(self) -> float:
        return self.days / 365


def cdf(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))


def black(future: float, strike: float, years: float, rate: float, vol: float, *, call: bool) -> float:
    spread = vol * math.sqrt(years)
    up = math.log(future / strike) / spread + spread / 2
    down = up - spread
    value = future * cdf(up) - strike * cdf(down) if call else strike * cdf(-down) - future * cdf(-up)
    return math.exp(-rate * years) * value


def bisected(case: Case, strike: float, premium: float, *, call: bool) -> float | None:
    """None where no volatility from 0.01 % to 500 % gives the premium."""
    low, high = 1e-4, 5.0
    value = partial(black, case.future, strike, case.years, case.rate, call=call)
    intrinsic = math.exp(-case.rate * case.years) * max(
        0.0, case.future - strike if call else strike - case.future
    )
    if premium <= intrinsic or not value(low) <= premium <= value(high):
        return None
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if value(middle) < premium else (low, middle)
    return (low + high) / 2


def valued(case: Case, strike: float, call: bool, future: float, vol: float, years: float) -> float:
    return black(future, strike, years, case.rate, vol, call=call)


counts = st.none() | st.integers(0, 5_000)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    future = draw(st.sampled_from([21_003.25, 21_487.5, 21_500.0, 21_731.75, 21_949.0]))
    days = draw(st.sampled_from([0.2, 1.0, 6.5, 30.0]))
    rate = draw(st.sampled_from([0.0, 0.04]))
    level = draw(st.sampled_from([0.09, 0.2, 0.6]))
    quotes = []
    for strike in STRIKES:
        for right in Right:
            call = right is Right.CALL
            vol = level * (1 + abs(math.log(strike / future)) * 4)
            fair = black(future, strike, days / 365, rate, vol, call=call)
            half = draw(st.sampled_from([0.05, 0.5, 2.0]))
            sides = draw(st.sampled_from(["both", "both", "both", "ask", "none", "crossed"]))
            bid, ask = round(max(0.05, fair - half), 2), round(fair + half + 0.05, 2)
            if sides == "crossed":
                bid, ask = ask, bid
            quotes.append(
                Quote(
                    Contract(SERIES, px(strike), right, date(2025, 6, 17)),
                    f"{strike}{right.value}",
                    bid=px(bid) if sides in ("both", "crossed") else None,
                    ask=None if sides == "none" else px(ask),
                    volume=draw(counts),
                    volume_is_prior_session=draw(st.booleans()),
                    open_interest=draw(counts),
                )
            )
    whole = Chain(
        SourceId("barchart"), SERIES, "MC7M25", NOW, NOW, delayed(10), tuple(quotes),
        underlying=Underlying("NQM25", px(future)),
    )  # fmt: skip
    return Case(future, days, rate, whole)


def mid_of(quote: Quote | None) -> float | None:
    if quote is None or quote.bid is None or quote.ask is None or quote.ask < quote.bid:
        return None
    return (quote.bid + quote.ask) / 2 / 1e9


def by_place(case: Case) -> dict[tuple[int, Right], Quote]:
    return {(q.contract.strike // 10**9, q.contract.right): q for q in case.chain.quotes}


def near(found: float | None, expected: float | None, within: float = 1e-6) -> bool:
    if found is None or expected is None:
        return found is expected
    return math.isclose(found, expected, rel_tol=within, abs_tol=within)


def total(case: Case, right: Right, *, volume: bool) -> int | None:
    said = [
        q.volume if volume else q.open_interest
        for q in case.chain.quotes
        if q.contract.right is right and not (volume and q.volume_is_prior_session)
    ]
    known = [n for n in said if n is not None]
    return sum(known) if known else None


def ratio(puts: int | None, calls: int | None) -> float | None:
    return None if puts is None or not calls else float(Fraction(puts, calls))


def most_painful(case: Case) -> set[int]:
    """All strikes at which the buyers of all listed options together are left with the least."""
    worth = {}
    for end in STRIKES:
        worth[end] = sum(
            (q.open_interest or 0) * max(0, (end - strike) if right is Right.CALL else (strike - end))
            for (strike, right), q in by_place(case).items()
        )
    least = min(worth.values())
    return {strike for strike, value in worth.items() if value == least}


@given(cases())
@settings(max_examples=25, deadline=None)
def test_ratios_coverage_and_max_pain_are_plain_sums(case: Case) -> None:
    quotes = case.chain.quotes
    end = Ns(NOW + int(case.days * DAY))
    said = strip(case.chain, board(case.chain, end, NOW, case.rate), end, NOW)
    for volume, found in ((True, said.volume_ratio), (False, said.interest_ratio)):
        puts, calls = (total(case, right, volume=volume) for right in (Right.PUT, Right.CALL))
        assert near(found, ratio(puts, calls))
    assert said.totals.call_volume == total(case, Right.CALL, volume=True)
    assert said.totals.put_interest == total(case, Right.PUT, volume=False)
    two_sided = [q for q in quotes if q.bid is not None and q.ask is not None]
    assert near(said.coverage.two_sided, len(two_sided) / len(quotes))
    assert near(said.coverage.with_interest, sum(1 for q in quotes if q.open_interest) / len(quotes))
    traded = [q for q in quotes if q.volume and not q.volume_is_prior_session]
    if said.coverage.with_volume is not None:
        assert near(said.coverage.with_volume, len(traded) / len(quotes))
    if any(q.open_interest for q in quotes):
        assert said.max_pain in most_painful(case)
    else:
        assert said.max_pain is None


@given(cases())
@settings(max_examples=12, deadline=None)
def test_straddle_volatility_and_move_at_the_money_are_those_of_the_formulas(case: Case) -> None:
    end = Ns(NOW + int(case.days * DAY))
    said = strip(case.chain, board(case.chain, end, NOW, case.rate), end, NOW)
    places = by_place(case)
    at_money = min(STRIKES, key=lambda strike: (abs(strike - case.future), strike))
    call, put = (mid_of(places[at_money, right]) for right in Right)
    assert said.future == case.future
    assert near(said.days, case.days)
    assert near(said.straddle, None if call is None or put is None else call + put)
    known = []
    for strike in STRIKES:
        both = []
        for right in Right:
            mid = mid_of(places[strike, right])
            is_call = right is Right.CALL
            both.append(None if mid is None else bisected(case, strike, mid, call=is_call))
        if both[0] is not None and both[1] is not None:
            known.append((strike, (both[0] + both[1]) / 2))
    below = [one for one in known if one[0] <= case.future]
    above = [one for one in known if one[0] >= case.future]
    expected = None
    if below and above:
        (left, one), (right_strike, other) = below[-1], above[0]
        width = right_strike - left
        expected = one if not width else one + (other - one) * (case.future - left) / width
    assert near(said.atm_vol, expected, 1e-5)
    moved = None if expected is None else case.future * expected * math.sqrt(case.years)
    assert near(said.expected_move, moved, 1e-5)


@given(cases())
@settings(max_examples=8, deadline=None)
def test_the_greeks_are_the_slopes_of_the_price(case: Case) -> None:
    end = Ns(NOW + int(case.days * DAY))
    made = board(case.chain, end, NOW, case.rate)
    for side, greeks, vols in (
        (Right.CALL, made.call_greeks, made.call_vol),
        (Right.PUT, made.put_greeks, made.put_vol),
    ):
        call = side is Right.CALL
        for place, strike in enumerate(made.strikes):
            vol = float(vols[place])
            if not 0.02 < vol < 3 or abs(strike / case.future - 1) > 0.01:
                continue
            at = partial(valued, case, float(strike), call)
            step, tick = 0.5, 1e-4
            here = at(case.future, vol, case.years)
            up, down = at(case.future + step, vol, case.years), at(case.future - step, vol, case.years)
            delta, gamma = (up - down) / (2 * step), (up - 2 * here + down) / step**2
            vega = (at(case.future, vol + tick, case.years) - at(case.future, vol - tick, case.years)) / (
                2 * tick * 100
            )
            hour = 1 / 365 / 240
            theta = (
                (at(case.future, vol, case.years - hour) - at(case.future, vol, case.years + hour)) / 2 * 240
            )
            assert near(float(greeks.delta[place]), delta, 1e-4)
            assert near(float(greeks.gamma[place]), gamma, 1e-3)
            assert near(float(greeks.vega[place]), vega, 1e-3)
            assert near(float(greeks.theta[place]), theta, 5e-3)
