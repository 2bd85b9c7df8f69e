"""One source on one channel as the screen shows it: what its watch knows, at this moment."""

import math

from app.domain.decisions import Grounds
from app.domain.health import Breaker as BreakerState
from app.domain.health import ChannelHealth, Role
from app.domain.units import SECOND, Ns
from app.engine.channel_watch import ChannelWatch
from app.engine.ports import Clock

_NONE = "—"
_DISAGREES = "calendar disagrees with exchange"


def report(watch: ChannelWatch, clock: Clock) -> ChannelHealth:
    now, freshness, state = clock.monotonic(), watch.freshness(), watch.breaker_state()
    latency, venue = watch.latencies.percentiles(now), watch.venues.percentiles(now)
    event_age = None if watch.event is None else max(0.0, (clock.now() - watch.event) / SECOND)
    retry = None if watch.retry_at is None else max(0.0, (watch.retry_at - now) / SECOND)
    left = watch.excluded_for_s()
    excluded, note, reopen = watch.excluded_now(), watch.note, watch.reopen_in()
    if not note and watch.closed_market() and watch.disagrees():
        note = _DISAGREES
    return ChannelHealth(
        source=watch.source,
        channel=watch.channel,
        fidelity=watch.fidelity,
        link=watch.link,
        freshness=freshness,
        breaker=state,
        role=Role.EXCLUDED if excluded and watch.role is not Role.PINNED else watch.role,
        note=excluded or note,
        last_receipt=watch.receipt,
        last_event=watch.event,
        age_s=watch.age_s(),
        event_age_s=event_age,
        rate_per_s=watch.rate_per_s(),
        latency_p50_ms=latency[0] if latency else None,
        latency_p95_ms=latency[1] if latency else None,
        venue_p50_ms=venue[0] if venue else None,
        venue_p95_ms=venue[1] if venue else None,
        calls=watch.calls,
        errors=watch.errors,
        retry_in_s=retry,
        reconnects_today=watch.reconnects,
        gaps_today=watch.gaps,
        score=watch.score(freshness),
        stale_after_s=watch.stale_after_s(),
        expected_s=watch.expected_s(),
        error_share=watch.error_share(),
        error_calls=watch.outcomes()[1],
        reopen_in_s=reopen if state is BreakerState.OPEN and math.isfinite(reopen) else None,
        half_open_good=watch.breaker.good,
        openings=watch.breaker.openings(now / SECOND),
        degraded=watch.breaker.degraded(now / SECOND),
        role_reason=excluded or watch.role_reason,
        barred=watch.barred,
        excluded_for_s=left,
        excluded_until=None if left is None else Ns(clock.now() + round(left * SECOND)),
        preferred=watch.preferred,
        draining=watch.draining,
        pin=watch.pin,
        history=watch.trend.history,
        schema=watch.schema,
    )


def evidence(watch: ChannelWatch, error: str = "") -> Grounds:
    """What was known of it when something was decided: age, err%, p95, last error."""
    age, share = watch.age_s(), watch.error_share()
    latency = watch.latencies.percentiles(watch.now())
    return Grounds(
        channel=watch.channel.value,
        source=watch.source,
        evidence=(
            ("age", _NONE if age is None else f"{age:.1f} s"),
            ("err%", _NONE if share is None else f"{100 * share:.0f} % of {watch.outcomes()[1]}"),
            ("p95", _NONE if latency is None else f"{latency[1]:.0f} ms"),
            ("last_error", error or watch.last_error or _NONE),
        ),
    )
