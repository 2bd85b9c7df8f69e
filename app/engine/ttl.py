"""How long an answer may be used, by channel and by what the market is doing when it was received. Pure."""

import math
from dataclasses import dataclass
from typing import Final

from app.domain.market_state import MarketState, SessionMoment
from app.domain.routing import Channel
from app.domain.units import DAY, MINUTE, SECOND, Ns

_CLASSIC_OPEN: Final = 5 * MINUTE
_CLASSIC_CLOSED: Final = 30 * MINUTE
# Multiples of the poll interval at which an answer is asked for again: 1, 3 and 30 minutes of 60 s.
_SOFT: Final = {MarketState.RTH: 1, MarketState.UNKNOWN: 1, MarketState.ETH: 3}
_SOFT_CLOSED: Final = 30
_HARD: Final = {MarketState.RTH: 5 * MINUTE, MarketState.UNKNOWN: 5 * MINUTE, MarketState.ETH: 15 * MINUTE}
# Nothing passes as fresh for longer, however seldom the user wants it to be read.
_FRESHEST_OPEN: Final = _CLASSIC_OPEN
_FRESHEST_CLOSED: Final = _CLASSIC_CLOSED
_KEPT_INTERVALS: Final = 2.5
# The last bars of a session may still be corrected for so long after its close.
_SETTLES: Final = 15 * MINUTE
_FIRST_ERROR_S: Final = 15.0
_LONGEST_ERROR_S: Final = 300.0


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Fresh until the first, usable with its age shown until the second; `why` says it in words."""

    fresh_until: Ns
    keep_until: Ns
    why: str = ""


def poll_every(state: MarketState, interval_s: float, mode: str) -> float:
    """Seconds between two reads of a chain; this is also how long one is fresh."""
    if mode == "classic":
        return (_CLASSIC_OPEN if state is MarketState.RTH else _CLASSIC_CLOSED) / SECOND
    return interval_s * _SOFT.get(state, _SOFT_CLOSED)


def chain_lifetime(moment: SessionMoment, interval_s: float, mode: str, jitter: float) -> Lifetime:
    """An answer made in one state of the market does not survive into the next: a chain kept since Friday
    must not pass as Sunday evening's. `jitter` (0 to 1) spreads what ends together over two seconds.
    """
    now, boundary = moment.at, _boundary(moment, jitter)
    soft = min(int(poll_every(moment.state, interval_s, mode) * SECOND), _freshest(moment.state, mode))
    hard = max(soft, _HARD[moment.state]) if moment.state in _HARD else boundary - now
    fresh, keep = min(now + soft, boundary), min(now + hard, boundary)
    return Lifetime(Ns(fresh), Ns(keep), _why(moment, soft, hard, boundary, mode))


def price_lifetime(moment: SessionMoment, interval_s: float, jitter: float) -> Lifetime:
    """A single price: until it is asked for again, and to be seen a little longer, never into another state
    of the market."""
    now, boundary = moment.at, _boundary(moment, jitter)
    soft = min(int(poll_every(moment.state, interval_s, "market") * SECOND), _freshest(moment.state, ""))
    hard = int(soft * _KEPT_INTERVALS)
    fresh, keep = min(now + soft, boundary), min(now + hard, boundary)
    return Lifetime(Ns(fresh), Ns(keep), _why(moment, soft, hard, boundary, ""))


def bars_lifetime(moment: SessionMoment, bar_s: float, closed_at: Ns | None, jitter: float) -> Lifetime:
    """Bars of the running day: as long as one bar. Once the session is over and had time to settle, they no
    longer change until the next one opens. `closed_at` is when it closed, None while it runs.
    """
    now, boundary = moment.at, _boundary(moment, jitter)
    if closed_at is None:
        fresh = min(now + int(bar_s * SECOND), boundary)
        keep = min(now + _HARD.get(moment.state, _CLASSIC_CLOSED), boundary)
        return Lifetime(Ns(fresh), Ns(keep), f"bars of the running day: fresh one bar ({bar_s:.0f} s)")
    settled = closed_at + _SETTLES
    if now >= settled:
        return Lifetime(Ns(boundary), Ns(boundary), "the session is over: its bars no longer change")
    fresh = min(settled, boundary)
    return Lifetime(Ns(fresh), Ns(boundary), "the session has just closed: looked at again after 15 min")


def _boundary(moment: SessionMoment, jitter: float) -> int:
    return moment.next_change + int(jitter * 2 * SECOND)


def _freshest(state: MarketState, mode: str) -> int:
    """With the classic numbers the user chose these themselves."""
    if mode != "classic" and state in (MarketState.RTH, MarketState.UNKNOWN):
        return _FRESHEST_OPEN
    return _FRESHEST_CLOSED


def _why(moment: SessionMoment, soft: int, hard: int, boundary: int, mode: str) -> str:
    rule = "classic 5/30" if mode == "classic" else moment.state.value
    words = f"{rule}: fresh {_span(soft)}, usable {_span(hard)}"
    if moment.at + hard > boundary:
        words += f"; ends with {moment.state.value}, which becomes {moment.next_state.value}"
    return words


def _span(nanoseconds: int) -> str:
    seconds = nanoseconds // SECOND
    if seconds < 120:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 7_200 else f"{seconds / 3_600:.0f} h"


def page_lifetime(now: Ns) -> Lifetime:
    """Which series are listed changes by the day; page views are few, the underlying's price ages with it."""
    return Lifetime(
        Ns(now + 10 * MINUTE),
        Ns(now + DAY),
        "which series are listed: looked at again after 10 min, kept 24 h",
    )


def after_error(failures: int) -> float:
    """Seconds to leave a series alone after so many failures in a row."""
    return min(_LONGEST_ERROR_S, _FIRST_ERROR_S * 2.0 ** min(max(0, failures - 1), 10))


def stale_age(channel: Channel, state: MarketState) -> float:
    """Seconds beyond which a polled channel's answer is no longer what the channel promises."""
    if channel not in (Channel.OPT_CHAIN, Channel.PROXY_CHAIN):
        return math.inf
    return _HARD[state] / SECOND if state in _HARD else math.inf
