"""How long an answer is good for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.market_state import MarketState
from app.domain.session import Calendar
from app.domain.units import HOUR, MINUTE, SECOND, Ns, ns_from_iso
from app.engine.ttl import after_error, chain_lifetime, poll_every

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
