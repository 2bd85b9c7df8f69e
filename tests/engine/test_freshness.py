"""Only data makes a channel live."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.health import Freshness
from app.domain.market_state import MarketState
from app.domain.routing import Channel
from app.engine.freshness import Pace, Signs, judge, shipped, stale_after, stale_after_poll


@pytest.mark.parametrize(
    ("rate", "seconds"),
    [(20, 3.0), (5, 7.0), (1, 32.0), (0.5, 61.0), (0.1, 273.0), (1e-7, 300.0), (0, 300.0)],
)
def test_the_limit_follows_the_rate_between_floor_and_ceiling(rate: float, seconds: float) -> None:
    assert stale_after(Channel.OPT_TRADES, rate) == pytest.approx(seconds, abs=0.5)


def _shipped(channel: Channel, state: MarketState) -> float:
    return stale_after(channel, shipped(channel).of(state))


def test_shipped_rates_hold_until_a_channel_has_its_own() -> None:
    assert _shipped(Channel.NQ_QUOTES, MarketState.RTH) == pytest.approx(7.0, abs=0.1)
    assert _shipped(Channel.NQ_QUOTES, MarketState.UNKNOWN) == pytest.approx(7.0, abs=0.1)
    assert _shipped(Channel.NQ_QUOTES, MarketState.ETH) == pytest.approx(31.9, abs=0.5)
    assert _shipped(Channel.NQ_TRADES, MarketState.RTH) == pytest.approx(16.7, abs=0.1)
    assert _shipped(Channel.OPT_QUOTES, MarketState.RTH) == 300.0
    assert stale_after(Channel.NQ_QUOTES, 0.01) == 90.0


def test_a_measured_rate_counts_in_its_own_session_only() -> None:
    pace = Pace({MarketState.RTH: 20.0}, (5.0, 1.0))
    assert [pace.of(s) for s in (MarketState.RTH, MarketState.ETH)] == [20.0, 1.0]
    assert Pace({MarketState.RTH: 20.0}).of(MarketState.ETH) is None


def test_a_poll_is_stale_after_two_and_a_half_intervals_but_never_beyond_its_promise() -> None:
    assert stale_after_poll(Channel.OPT_CHAIN, 60, MarketState.RTH) == 150
    assert stale_after_poll(Channel.OPT_CHAIN, 600, MarketState.RTH) == 300
    assert stale_after_poll(Channel.OPT_CHAIN, 600, MarketState.ETH) == 900
    assert stale_after_poll(Channel.OPT_CHAIN, 1_800, MarketState.CLOSED) == 4_500


def _signs(age: float | None, **others: object) -> Signs:
    return Signs(MarketState.RTH, 10.0, age, 1.0, **others)  # type: ignore[arg-type]


def test_age_decides() -> None:
    assert judge(_signs(1)) is Freshness.LIVE
    assert judge(_signs(5.1)) is Freshness.QUIET
    assert judge(_signs(10.1)) is Freshness.STALE
    assert judge(_signs(1, filling=True)) is Freshness.GAP
    assert judge(_signs(11, filling=True)) is Freshness.STALE


def test_nothing_received_is_unknown_and_then_stale() -> None:
    assert judge(Signs(MarketState.RTH, 10, None, None)) is Freshness.UNKNOWN
    assert judge(Signs(MarketState.RTH, 10, None, 9)) is Freshness.UNKNOWN
    assert judge(Signs(MarketState.RTH, 10, None, 11)) is Freshness.STALE


def test_a_closed_market_excuses_silence_and_ignorance_does_not() -> None:
    assert judge(Signs(MarketState.CLOSED, 10, 1e6, 1e6)) is Freshness.CLOSED
    assert judge(Signs(MarketState.MAINTENANCE, 10, None, None)) is Freshness.CLOSED
    assert judge(Signs(MarketState.HALTED, 10, 1, 1)) is Freshness.HALTED
    assert judge(Signs(MarketState.UNKNOWN, 10, 1e6, 1e6)) is Freshness.STALE


def test_data_in_a_closed_market_is_believed() -> None:
    assert judge(Signs(MarketState.CLOSED, 10, 1, 1, data_while_closed=True)) is Freshness.LIVE


@given(st.one_of(st.none(), st.floats(max_value=0, exclude_max=True), st.just(math.nan)), st.booleans())
def test_no_age_or_an_impossible_one_is_never_live(age: float | None, filling: bool) -> None:
    assert judge(_signs(age, filling=filling)) in (Freshness.UNKNOWN, Freshness.STALE)
