"""What of a source a drill can break, and by which signs it is seen that the program has noticed."""

from typing import Final

from app.domain.drill import FAULTS, Aim, Fault
from app.domain.health import Breaker, Freshness, Link
from app.domain.units import Ns
from app.engine.channel_watch import ChannelWatch
from app.engine.plugging import Plugged

_DELIVERS: Final = (Freshness.LIVE, Freshness.QUIET, Freshness.CLOSED)
_SLOW_MS: Final = 5_000.0
# by this extra a source says that its stream needs the login of an account
_LOGIN: Final = "login_route"


def aims_of(one: Plugged) -> tuple[Aim, ...]:
    if one.streamer is not None:
        own = (Aim.REPLAYED,) if one.spec.replays else ()
        return (Aim.STREAM, *own, *((Aim.ACCOUNT,) if _LOGIN in one.spec.extras else ()))
    if one.poller is not None or one.opinions is not None:
        return Aim.ASKED, Aim.SCRAPED if one.spec.scrapes else Aim.CALLED
    return ()


def offered(one: Plugged) -> tuple[Fault, ...]:
    aims = set(aims_of(one))
    return tuple(fault for fault in FAULTS if aims & set(fault.aims))


def delivers(watch: ChannelWatch) -> bool:
    return watch.link is Link.UP and watch.freshness() in _DELIVERS and not watch.excluded_now()


def is_aim(one: Plugged, watch: ChannelWatch) -> bool:
    """Where a source streams, its streams are struck; what else it is asked for may go on untouched."""
    return one.streamer is None or watch.channel.is_stream


def state_of(watch: ChannelWatch) -> tuple[object, ...]:
    """What changes when a fault is noticed."""
    late = watch.freshness() not in _DELIVERS
    latency = watch.latencies.percentiles(watch.now())
    slow = latency is not None and latency[1] > _SLOW_MS
    return (
        slow,
        watch.link,
        late,
        watch.reconnects,
        watch.gaps,
        watch.errors,
        watch.excluded_now(),
        watch.note,
    )


def breakers(watches: tuple[ChannelWatch, ...]) -> str:
    open_ = [w.channel.value for w in watches if w.breaker_state() in (Breaker.OPEN, Breaker.HALF_OPEN)]
    return f" The breaker of {', '.join(open_)} waits for more good answers." if open_ else ""


def mended(one: Plugged, fault: Fault, watches: tuple[ChannelWatch, ...], start: Ns) -> bool:
    """A site that forgot us was visited anew, and answered, before anything could be seen of it."""
    passing = one.streamer is None and fault.times is not None
    return passing and any(w.receipt is not None and w.receipt > start for w in watches)
