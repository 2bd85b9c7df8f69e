"""How long an answer is good for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.market_state import MarketState
from app.domain.session import Calendar
from app.domain.units import HOUR, MINUTE, SECOND, Ns, ns_from_iso
from app.engine.ttl import after_error, bars_lifetime, chain_lifetime, poll_every, price_lifetime

_CALENDAR = Calendar()


@pytest.mark.parametrize(
    ("at", "soft_s", "hard_s"),
    [
        ("2025-06-10T15:00:00Z", 60, 300),  # regular hours
        ("2025-06-10T03:00:00Z", 180, 900),  # the evening session
        ("2025-06-10T21:05:00Z", 1_800, 3_300),  # the daily break, 55 minutes before it ends
    ],
)
def test_lifetimes_follow_the_market(at: str, soft_s: int, hard_s: int) -> None:
    moment = _CALENDAR.at(ns_from_iso(at))
    life = chain_lifetime(moment, 60, "market", 0.0)
    assert (life.fresh_until - moment.at, life.keep_until - moment.at) == (soft_s * SECOND, hard_s * SECOND)


def test_the_classic_numbers_are_taken_literally_up_to_the_boundary() -> None:
    rth, closed = (_CALENDAR.at(ns_from_iso(t)) for t in ("2025-06-10T15:00:00Z", "2025-06-07T12:00:00Z"))
    assert chain_lifetime(rth, 60, "classic", 0).fresh_until == rth.at + 5 * MINUTE
    assert chain_lifetime(closed, 60, "classic", 0).fresh_until == closed.at + 30 * MINUTE
    assert poll_every(MarketState.ETH, 60, "classic") == 1_800


@given(st.integers(0, 400 * 24), st.integers(0, 3_599), st.integers(30, 3_600), st.floats(0, 1))
def test_nothing_survives_the_next_change_of_the_market(
    hour: int, second: int, interval: int, jitter: float
) -> None:
    moment = _CALENDAR.at(Ns(ns_from_iso("2025-01-01T00:00:00Z") + hour * HOUR + second * SECOND))
    life = chain_lifetime(moment, interval, "market", jitter)
    assert moment.at < life.fresh_until <= life.keep_until <= moment.next_change + 2 * SECOND


def test_failures_wait_longer_up_to_five_minutes() -> None:
    assert [after_error(n) for n in (1, 2, 3, 4, 5, 6, 60)] == [15, 30, 60, 120, 240, 300, 300]


def test_nothing_passes_as_fresh_for_longer_than_the_mission_says_however_seldom_it_is_read() -> None:
    rth, evening = (_CALENDAR.at(ns_from_iso(t)) for t in ("2025-06-10T15:00:00Z", "2025-06-10T03:00:00Z"))
    assert chain_lifetime(rth, 3_600, "market", 0).fresh_until == rth.at + 5 * MINUTE
    assert chain_lifetime(evening, 3_600, "market", 0).fresh_until == evening.at + 30 * MINUTE
    assert price_lifetime(rth, 3_600, 0).fresh_until == rth.at + 5 * MINUTE


def test_bars_of_the_running_day_live_as_long_as_one_bar() -> None:
    moment = _CALENDAR.at(ns_from_iso("2025-06-10T15:00:00Z"))
    life = bars_lifetime(moment, 60, None, 0)
    assert (life.fresh_until - moment.at, life.keep_until - moment.at) == (MINUTE, 5 * MINUTE)


@pytest.mark.parametrize(
    ("after_close", "fresh_until"),
    [(5 * MINUTE, "2025-06-10T21:15:00Z"), (16 * MINUTE, "2025-06-10T22:00:00Z")],
)
def test_bars_of_a_closed_session_settle_and_then_never_change(after_close: int, fresh_until: str) -> None:
    closed = ns_from_iso("2025-06-10T21:00:00Z")
    moment = _CALENDAR.at(Ns(closed + after_close))
    life = bars_lifetime(moment, 60, closed, 0)
    assert life.fresh_until == ns_from_iso(fresh_until)
    assert life.keep_until == moment.next_change


@given(st.integers(0, 400 * 24), st.integers(0, 3_599), st.floats(0, 1))
def test_no_price_and_no_bar_survives_the_next_change_either(hour: int, second: int, jitter: float) -> None:
    moment = _CALENDAR.at(Ns(ns_from_iso("2025-01-01T00:00:00Z") + hour * HOUR + second * SECOND))
    closed = None
    if not moment.state.is_open:
        closed = _CALENDAR.session(_CALENDAR.last_session_day(moment.at))[1]
    for life in (price_lifetime(moment, 15, jitter), bars_lifetime(moment, 60, closed, jitter)):
        assert moment.at < life.fresh_until <= life.keep_until <= moment.next_change + 2 * SECOND
