"""Whether a channel's data may be called live: by age alone, against a limit made from how often it speaks.

Pure. The limit is `b·ln(λ·86400/α)/λ` between a floor and a ceiling: α false alarms a day for arrivals of
rate λ, stretched by b because markets are burstier than Poisson.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from app.domain.health import Freshness
from app.domain.market_state import MarketState
from app.domain.routing import Channel
from app.engine.ttl import stale_age

_FALSE_ALARMS_A_DAY: Final = 0.01
_STRETCH: Final = 2.0
_FLOOR_S: Final = 3.0
_CEILING_S: Final = 300.0
_FRONT_QUOTES_CEILING_S: Final = 90.0
# Records a second in RTH and otherwise, until a channel has five sessions of its own.
_SHIPPED_RATES: Final = {Channel.NQ_QUOTES: (5.0, 1.0), Channel.NQ_TRADES: (2.0, 0.3)}
_POLLS_MISSED: Final = 2.5


@dataclass(frozen=True, slots=True)
class Pace:
    """Records a second of a channel by session: as measured, else as shipped or as the profile says.

    A session without a rate of its own, such as UNKNOWN, is taken for the busier one.
    """

    measured: Mapping[MarketState, float] = field(default_factory=dict)
    assumed: tuple[float, float] | None = None

    def of(self, state: MarketState) -> float | None:
        bucket = MarketState.RTH if state is MarketState.UNKNOWN else state
        if bucket in self.measured:
            return self.measured[bucket]
        if self.assumed is None:
            return None
        return self.assumed[0 if bucket is MarketState.RTH else 1]


def shipped(channel: Channel) -> Pace:
    return Pace(assumed=_SHIPPED_RATES.get(channel))


def stale_after(channel: Channel, rate: float | None) -> float:
    """Seconds without a record after which a stream is stale; `rate` is None where nobody knows it."""
    ceiling = _FRONT_QUOTES_CEILING_S if channel is Channel.NQ_QUOTES else _CEILING_S
    if rate is None or rate <= 0:
        return ceiling
    expected = rate * 86_400 / _FALSE_ALARMS_A_DAY
    if expected <= math.e:
        return ceiling
    return min(ceiling, max(_FLOOR_S, _STRETCH * math.log(expected) / rate))


def stale_after_poll(channel: Channel, interval_s: float, state: MarketState) -> float:
    """The same for a polled channel, which never promises more than its answers are good for."""
    return min(_POLLS_MISSED * interval_s, stale_age(channel, state))


@dataclass(frozen=True, slots=True)
class Signs:
    """What is known of a channel: ages in seconds, None for what never happened."""

    state: MarketState
    stale_after_s: float
    age_s: float | None
    since_subscribed_s: float | None
    data_while_closed: bool = False
    filling: bool = False


def judge(signs: Signs) -> Freshness:
    if not signs.state.is_open and not signs.data_while_closed:
        return Freshness.HALTED if signs.state is MarketState.HALTED else Freshness.CLOSED
    age, limit = signs.age_s, signs.stale_after_s
    if age is None or not age >= 0:
        waited = signs.since_subscribed_s
        return Freshness.STALE if waited is not None and waited > limit else Freshness.UNKNOWN
    if age > limit:
        return Freshness.STALE
    if signs.filling:
        return Freshness.GAP
    return Freshness.QUIET if age > limit / 2 else Freshness.LIVE
