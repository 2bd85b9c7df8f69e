"""A source as one card, a channel as one line below it: all that is painted of them, as values. No Qt."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from app.domain.health import Breaker, ChannelHealth, Freshness, History, Link, Role, SourceHealth
from app.ui import format as text
from app.ui.health_looks import (
    BREAKERS,
    CHANNEL_WORDS,
    FRESH,
    LINKS,
    ROLES,
    Look,
    breaker_look,
    fresh_look,
    look,
)
from app.ui.panels.health.tips import channel_tip, is_streamed, source_tip
from app.ui.widgets.cells import Cell, Mark

_FEWEST_CALLS: Final = 5
"""Below this an error share says nothing."""
_BAD_SHARE: Final = 0.25
_UNHEARD: Final = (Freshness.STALE, Freshness.UNKNOWN)
_DELIVERS: Final = (Freshness.LIVE, Freshness.QUIET)
_RESTS: Final = (Link.DISABLED, Link.NO_KEY)
Fact = tuple[str, str, str]
Bands = tuple[float, float, float]
"""Feed latency (ms) that is good, fair, and no longer bad."""
BANDS: Final[Bands] = (80.0, 150.0, 300.0)


@dataclass(frozen=True, slots=True)
class Card:
    """`opened` None: there is nothing below it. `facts` are caption, value and colour."""

    title: str
    title_colour: str
    mark: Mark
    mark_colour: str
    pills: tuple[Look, ...]
    age: str
    age_colour: str
    struck: bool
    score: str
    history: History | None
    latency: str
    latency_colour: str
    rate: str
    facts: tuple[Fact, ...]
    note: str
    note_colour: str
    opened: bool | None


@dataclass(frozen=True, slots=True)
class ChannelLine:
    title: str
    strong: bool
    pills: tuple[Look, ...]
    mark: Mark
    mark_colour: str
    age: str
    age_colour: str
    struck: bool
    rate: str
    note: str
    note_colour: str


@dataclass(frozen=True, slots=True)
class CardCell(Cell):
    """A cell that is painted as a whole card or line."""

    shown: Card | ChannelLine | None = None


def card_cell(source: SourceHealth, since: float, *, opened: bool, bands: Bands = BANDS) -> CardCell:
    made = _broken(source) if source.broken is not None else _card(source, since, opened, bands)
    pills = ", ".join(pill.word for pill in made.pills)
    said = (
        f"{source.title}: {pills}, age {made.age}, {made.rate}" if pills else f"{source.title}: {made.note}"
    )
    return CardCell(
        source.title, tip=source_tip(source, since), spoken=said, mark=made.mark,
        mark_colour=made.mark_colour, shown=made,
    )  # fmt: skip


def line_cell(source: SourceHealth, channel: ChannelHealth, since: float) -> CardCell:
    seen = look(channel)
    age, colour, struck = _age((channel,), since)
    state = seen.word
    if channel.link is Link.RECONNECTING and channel.retry_in_s is not None:
        state = f"retry {max(0.0, channel.retry_in_s - since):.0f} s"
    role = replace(ROLES[channel.role], word="draining") if channel.draining else ROLES[channel.role]
    words = CHANNEL_WORDS[channel.channel]
    shown = ChannelLine(
        title=words,
        strong=channel.role in (Role.ACTIVE, Role.PINNED),
        pills=(LINKS[channel.link], fresh_look(channel), breaker_look(channel, since), role),
        mark=seen.mark,
        mark_colour=seen.colour,
        age=age,
        age_colour=colour,
        struck=struck,
        rate=text.rate(channel.rate_per_s),
        note=_note(channel),
        note_colour="down" if seen.mark is Mark.BAD else "faint",
    )
    return CardCell(
        words, tip=channel_tip(source, channel, since), spoken=f"{source.title} {words}: {state}",
        mark=seen.mark, mark_colour=seen.colour, shown=shown,
    )  # fmt: skip


def _card(source: SourceHealth, since: float, opened: bool, bands: Bands) -> Card:
    used = tuple(c for c in source.channels if c.link is not Link.DISABLED) or source.channels
    links = [LINKS[one] for one in LINKS if any(c.link is one for c in used)]
    age, age_colour, struck = _age(used, since)
    mark = _mark(used)
    p50, p95 = _most(c.latency_p50_ms for c in used), _most(c.latency_p95_ms for c in used)
    rates = [c.rate_per_s for c in used if c.rate_per_s is not None]
    rests = all(c.link in _RESTS for c in source.channels)
    off = bool(source.disabled) or all(c.link is Link.DISABLED for c in source.channels)
    worst = links[0] if links else Look(Mark.OFF, "idle", "no channel")
    note = source.disabled or next((c.note for c in sorted(used, key=_badness) if c.note), "")
    return Card(
        title=source.title,
        title_colour="faint" if off else "text",
        mark=mark.mark,
        mark_colour=mark.colour,
        pills=(worst, *(_quiet(one, rests) for one in (_fresh(used), _breaker(used, since), _role(used)))),
        age=age,
        age_colour=age_colour,
        struck=struck,
        score="" if off else _score(used),
        history=source.history,
        latency=_latency(p50, p95),
        latency_colour=latency_colour(used, bands),
        rate=text.rate(sum(rates)) if rates else text.DASH,
        facts=_facts(source, used),
        note=note,
        note_colour="down" if mark.mark is Mark.BAD else "faint",
        opened=opened,
    )


def _broken(source: SourceHealth) -> Card:
    return Card(
        source.title, "text", Mark.BAD, "down", (), text.DASH, "faint", struck=False, score="", history=None,
        latency=text.DASH, latency_colour="faint", rate=text.DASH, facts=(),
        note=f"broken: {source.broken}", note_colour="down", opened=None,
    )  # fmt: skip


def _quiet(look: Look, rests: bool) -> Look:
    """Of what is not in use nothing is green, and nothing is a warning."""
    return replace(look, colour="idle") if rests else look


def _badness(channel: ChannelHealth) -> tuple[int, int]:
    return list(LINKS).index(channel.link), list(FRESH).index(channel.freshness)


def _mark(channels: tuple[ChannelHealth, ...]) -> Look:
    return look(min(channels, key=_badness)) if channels else Look(Mark.OFF, "idle", "")


def _share(look: Look, count: int, of: int) -> Look:
    return look if count == of else replace(look, word=f"{look.word} {count}/{of}")


def _fresh(channels: tuple[ChannelHealth, ...]) -> Look:
    """The worst, and how many it concerns."""
    if not channels:
        return FRESH[Freshness.UNKNOWN]
    worst = min(channels, key=lambda c: list(FRESH).index(c.freshness))
    if worst.freshness in _DELIVERS:
        words = {fresh_look(c).word: fresh_look(c) for c in channels}
        first = min(words.values(), key=lambda one: one.colour == "up")
        return _share(first, sum(fresh_look(c).word == first.word for c in channels), len(channels))
    return _share(fresh_look(worst), sum(c.freshness is worst.freshness for c in channels), len(channels))


def _breaker(channels: tuple[ChannelHealth, ...], since: float) -> Look:
    if not channels:
        return BREAKERS[Breaker.CLOSED]
    order = list(BREAKERS)
    worst = min(channels, key=lambda c: (order.index(c.breaker), not c.degraded))
    return breaker_look(worst, since)


def _role(channels: tuple[ChannelHealth, ...]) -> Look:
    """What it feeds is said first; a source that asked to be left alone says until when."""
    waits = [c.excluded_for_s for c in channels if c.excluded_for_s]
    if waits:
        return replace(ROLES[Role.EXCLUDED], word=f"excluded {max(waits):.0f} s")
    for role, seen in ROLES.items():
        count = sum(c.role is role for c in channels)
        if count:
            return _share(seen, count, len(channels))
    return ROLES[Role.STANDBY]


def _age(channels: tuple[ChannelHealth, ...], since: float) -> tuple[str, str, bool]:
    """Of the newest record while all is well; else of what is late, struck."""
    late = [c for c in channels if c.freshness in _UNHEARD and c.link not in _RESTS]
    ages = [c.age_s + since for c in (late or channels) if c.age_s is not None]
    if not ages:
        return text.DASH, "idle" if late else "faint", False
    if late:
        return text.age(max(ages)), "idle", True
    return text.age(min(ages)), "text", False


def _score(channels: tuple[ChannelHealth, ...]) -> str:
    """The least of those that no hard gate bars; 0 only when all are barred."""
    known = [c.score for c in channels if c.score is not None]
    counted = [one.value for one in known if not one.gate and one.value is not None]
    if counted:
        return f"H {min(counted):.0f}"
    return "H 0" if known and all(one.gate for one in known) else ""


def _facts(source: SourceHealth, channels: tuple[ChannelHealth, ...]) -> tuple[Fact, ...]:
    gaps = max((c.gaps_today for c in channels), default=0)
    reconnects = max((c.reconnects_today for c in channels), default=0)
    facts = [
        ("err", *_errors(channels)),
        ("gaps", f"{gaps}", "warn" if gaps else "dim"),
        ("rec.", f"{reconnects}", "warn" if reconnects else "dim"),
        ("up 24 h", *_uptime(source.history.uptime_day if source.history else None)),
        ("30 d", *_uptime(source.history.uptime_month if source.history else None)),
    ]
    if source.cost_month is not None:
        facts.append(("", text.money(source.cost_month), "dim"))
    facts += [("", words, "dim") for words in (source.quota, source.credits) if words]
    return tuple(facts)


def _errors(channels: tuple[ChannelHealth, ...]) -> tuple[str, str]:
    """Of the worst channel; a share of fewer calls than five is a dash."""
    known = [c for c in channels if c.error_calls]
    if not known:
        return text.DASH, "faint"
    worst = max(known, key=lambda c: (c.error_share or 0.0, c.error_calls))
    if worst.error_share is None or worst.error_calls < _FEWEST_CALLS:
        return f"{text.DASH} (n {worst.error_calls})", "faint"
    colour = "down" if worst.error_share >= _BAD_SHARE else "warn" if worst.error_share else "dim"
    return f"{text.percent(worst.error_share)} (n {worst.error_calls})", colour


def _latency(p50: float | None, p95: float | None) -> str:
    """`12/31 ms`: the unit once where it is the same."""
    if p50 is None or p95 is None:
        return text.DASH
    if p50 < 0:
        return text.millis(p50)
    low, high = text.millis(p50), text.millis(p95)
    unit = high.rpartition(" ")[2]
    return f"{low.removesuffix(f' {unit}')}/{high}"


def latency_colour(channels: tuple[ChannelHealth, ...], bands: Bands) -> str:
    """By the slowest stream; what is asked for has limits of its own, which its breaker knows."""
    slowest = _most(c.latency_p95_ms for c in channels if is_streamed(c))
    if slowest is None:
        return "dim"
    good, fair, bad = bands
    return "up" if slowest <= good else "dim" if slowest <= fair else "warn" if slowest <= bad else "down"


def _uptime(share: float | None) -> tuple[str, str]:
    if share is None:
        return text.DASH, "faint"
    return text.percent(share, 1), "dim" if share >= 0.99 else "warn" if share >= 0.95 else "down"


def _note(channel: ChannelHealth) -> str:
    pinned = "pinned" if channel.role is Role.PINNED else ""
    preferred = "preferred" if channel.preferred else ""
    return " · ".join(part for part in (pinned, preferred, channel.schema, channel.note) if part)


def _most(values: Iterable[float | None]) -> float | None:
    return max((v for v in values if v is not None), default=None)
