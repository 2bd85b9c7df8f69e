"""What is said of a source or channel when somebody points at it: every figure with its name. No Qt."""

from app.domain.health import ChannelHealth, Role, Score, SourceHealth
from app.domain.routing import Level
from app.ui import format as text
from app.ui.health_looks import CHANNEL_WORDS, look


def source_tip(source: SourceHealth, since: float) -> str:
    """Its channels, a line each, then what concerns it as a whole."""
    if source.broken is not None:
        return f"{source.title} could not be loaded: {source.broken}"
    lines = [f"{source.title}{' · simulated' if source.simulated else ''}{_tier(source)}"]
    for channel in source.channels:
        age = None if channel.age_s is None else channel.age_s + since
        lines.append(
            f"{CHANNEL_WORDS[channel.channel]}: {look(channel).word}, {channel.role.value}, "
            f"{channel.fidelity}, {text.age(age)} old, {_score(channel.score)}"
        )
    if source.disabled:
        lines.append(f"switched off: {source.disabled}")
    cost = text.money(source.cost_month)
    lines.append(f"this month {cost} · {source.quota or 'no quota'} · {source.credits or 'no credits'}")
    return "\n".join(lines)


def channel_tip(source: SourceHealth, channel: ChannelHealth, since: float) -> str:
    age = None if channel.age_s is None else channel.age_s + since
    simulated = " · simulated" if source.simulated else ""
    lines = [
        f"{source.title} · {channel.channel.value} · {channel.fidelity}{simulated}",
        f"link {channel.link.value} · data {channel.freshness.value} · breaker {channel.breaker.value}"
        f" · {channel.role.value}",
        f"received {text.age(age)} ago · event {text.age(channel.event_age_s)} old · stale after "
        f"{text.age(channel.stale_after_s)}",
        *_latencies(channel),
        f"errors {channel.errors} of {channel.calls} calls · {channel.reconnects_today} reconnects and "
        f"{channel.gaps_today} gaps today",
        score_words(channel.score),
    ]
    if channel.schema:
        lines.insert(1, f"schema {channel.schema}, as delivered")
    if channel.excluded_until is not None:
        lines.append(f"rate limited until {text.clock(channel.excluded_until)}")
    if channel.role is not Role.ACTIVE and channel.barred:
        lines.append(f"may not feed it now: {channel.barred}")
    return "\n".join([*lines, *(part for part in (channel.role_reason, channel.note) if part)])


def is_streamed(channel: ChannelHealth) -> bool:
    """A stream's channel may also be fed by asking for snapshots, which are timed as answers."""
    return channel.channel.is_stream and channel.fidelity.level is Level.TICK


def _latencies(channel: ChannelHealth) -> tuple[str, ...]:
    """Of a stream from the vendor's receipt to here, and from the exchange to that receipt."""
    feed = f"latency p50 {text.millis(channel.latency_p50_ms)} · p95 {text.millis(channel.latency_p95_ms)}"
    if not is_streamed(channel):
        return (f"answered in: {feed}",)
    venue = f"p50 {text.millis(channel.venue_p50_ms)} · p95 {text.millis(channel.venue_p95_ms)}"
    said = [f"feed {feed}", f"venue latency {venue}"]
    figures = (channel.latency_p50_ms, channel.venue_p50_ms)
    if any(one is not None and one < 0 for one in figures):
        said.append("clock skew: a latency below zero shows clocks that disagree, not a fast line")
    return tuple(said)


def score_words(score: Score | None) -> str:
    """The four parts of H."""
    if score is None:
        return "H —"
    parts = (
        ("success", score.success),
        ("freshness", score.freshness),
        ("latency", score.latency),
        ("valid fields", score.valid),
    )
    said = " · ".join(f"{name} {text.percent(share)}" for name, share in parts)
    why = f" because of: {score.gate}" if score.gate else ""
    return f"{_score(score)}{why} = 40 % success, 25 % freshness, 20 % latency, 15 % valid: {said}"


def _score(score: Score | None) -> str:
    return "H —" if score is None or score.value is None else f"H {score.value:.0f}"


def _tier(source: SourceHealth) -> str:
    return "" if source.tier is None else f" · tier {source.tier}"
