"""What a channel did in one minute, hour or day: the long memory of health and of its rates. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from app.domain.market_state import MarketState
from app.domain.routing import Channel, SourceId
from app.domain.units import DAY, HOUR, MINUTE, Ns

_SESSIONS: Final = 5
_PERCENTILE: Final = 0.10
_FEWEST_WATCHED_S: Final = 600.0
_WHOLE_MINUTE_S: Final = 55.0


class Period(Enum):
    """What is kept, as its length."""

    MINUTE = MINUTE
    HOUR = HOUR
    DAY = DAY


@dataclass(frozen=True, slots=True)
class RollUp:
    """`open_s` is the open-market time that was watched, `good_s` the part of it spent LIVE or QUIET.

    `records` are records, or answers of what is polled. `state` is the bucket of the session.
    """

    source: SourceId
    channel: Channel
    start: Ns
    day: date
    state: MarketState
    open_s: float
    good_s: float
    records: int
    calls: int = 0
    errors: int = 0


Rates = Mapping[tuple[SourceId, Channel, MarketState], float]


def measured_rates(minutes: Iterable[RollUp]) -> Rates:
    """Records a second: the 10th-percentile minute of each session bucket, of its last five sessions.

    Only minutes that were delivered throughout count: an outage says nothing about the market. A channel
    with fewer than five sessions has no rate of its own yet.
    """
    found: dict[tuple[SourceId, Channel, MarketState], dict[date, list[int]]] = {}
    for one in minutes:
        if one.good_s >= _WHOLE_MINUTE_S and one.state.is_open:
            days = found.setdefault((one.source, one.channel, one.state), {})
            days.setdefault(one.day, []).append(one.records)
    rates: dict[tuple[SourceId, Channel, MarketState], float] = {}
    for key, days in found.items():
        if len(days) >= _SESSIONS:
            last = sorted(days)[-_SESSIONS:]
            counts = sorted(count for day in last for count in days[day])
            rates[key] = counts[int(len(counts) * _PERCENTILE)] * 1_000_000_000 / MINUTE
    return rates


def uptime(spans: Iterable[tuple[float, float]]) -> float | None:
    """Share of open-market time spent LIVE or QUIET, of (open_s, good_s); None where too little was watched:
    the first minute of a first run would say "30 days 60 %"."""
    watched = good = 0.0
    for open_s, good_s in spans:
        watched += open_s
        good += good_s
    return min(1.0, good / watched) if watched >= _FEWEST_WATCHED_S else None
