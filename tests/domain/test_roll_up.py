"""The pace of a channel is measured over sessions; its uptime over what was watched."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.domain.market_state import MarketState
from app.domain.roll_up import RollUp, measured_rates, uptime
from app.domain.routing import Channel, SourceId
from app.domain.units import MINUTE, Ns

A = SourceId("a")
DAY_ONE = date(2025, 6, 2)
ONE = RollUp(A, Channel.NQ_QUOTES, Ns(0), DAY_ONE, MarketState.RTH, 60.0, 60.0, 300)


def session(number: int, *records: int, state: MarketState = MarketState.RTH) -> list[RollUp]:
    day = DAY_ONE + timedelta(days=number)
    return [
        replace(ONE, start=Ns(n * MINUTE), day=day, state=state, records=count)
        for n, count in enumerate(records)
    ]


def test_the_pace_is_the_tenth_percentile_minute_of_five_sessions() -> None:
    minutes = [m for n in range(5) for m in session(n, *range(60, 660, 60))]
    rates = measured_rates(minutes)
    assert rates == {(A, Channel.NQ_QUOTES, MarketState.RTH): pytest.approx(2.0)}


def test_four_sessions_are_not_enough_and_a_sixth_replaces_the_first() -> None:
    four = [m for n in range(4) for m in session(n, 600)]
    assert measured_rates(four) == {}
    six = [*session(0, 60), *(m for n in range(1, 6) for m in session(n, 600))]
    assert measured_rates(six)[A, Channel.NQ_QUOTES, MarketState.RTH] == pytest.approx(10.0)


def test_sessions_are_measured_apart_and_outages_do_not_count() -> None:
    day = [m for n in range(5) for m in session(n, 600, 600)]
    night = [m for n in range(5) for m in session(n, 60, state=MarketState.ETH)]
    out = [replace(m, good_s=20.0, records=0) for m in day]
    closed = [m for n in range(5) for m in session(n, 0, state=MarketState.CLOSED)]
    rates = measured_rates([*day, *night, *out, *closed])
    assert {state: rate for (_, _, state), rate in rates.items()} == {
        MarketState.RTH: pytest.approx(10.0),
        MarketState.ETH: pytest.approx(1.0),
    }


def test_uptime_is_a_share_of_what_was_watched() -> None:
    assert uptime([(600.0, 600.0), (600.0, 300.0)]) == 0.75
    assert uptime([(60.0, 60.0), (60.0, 30.0)]) is None  # of two minutes nothing is said about a month
    assert uptime([]) is None
    assert uptime([(0.0, 0.0)]) is None
