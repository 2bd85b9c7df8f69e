"""Seven figures of the whole: what each says, in which colour, and the panel that it opens. No Qt."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from app.domain.cost import MonthCost, SpendStatus
from app.domain.health import ChannelHealth, Freshness
from app.domain.units import MicroUsd, Ns
from app.domain.updates import (
    CacheCounted,
    CostChanged,
    HealthChanged,
    MarketChanged,
    Mode,
    Notice,
    RouteChanged,
    Update,
)
from app.ui import format as text
from app.ui.format import Zone
from app.ui.outlook import Outlook

_SLOW_MS: Final = 300.0
_LATE_MS: Final = 150.0
_FRESH: Final = (Freshness.LIVE, Freshness.QUIET)
_MOST_ALERTS: Final = 500
_ALERTS: Final = frozenset({"WARNING", "WARN", "ERROR", "CRITICAL"})
_SPENT: Final = {SpendStatus.CAUTION: "warn", SpendStatus.WARNING: "down", SpendStatus.STOPPED: "down"}
_MODES: Final = {
    Mode.LIVE: ("up", "the real market"),
    Mode.DELAYED: ("warn", "the real market, late"),
    Mode.REPLAY: ("info", "a recorded market"),
    Mode.DEMO: ("accent", "a simulated market"),
}


@dataclass(frozen=True, slots=True)
class Figure:
    caption: str
    value: str
    words: str
    colour: str
    tip: str
    opens: str


class OverviewModel:
    def __init__(self) -> None:
        self._outlook = Outlook()
        self._caches: dict[str, CacheCounted] = {}
        self._cost: MonthCost | None = None
        self._trading_day: date | None = None
        self._alerts: dict[tuple[str, Ns | None], Notice] = {}

    def apply(self, update: Update) -> None:
        match update:
            case HealthChanged() | RouteChanged():
                self._outlook.apply(update)
            case CacheCounted():
                self._caches[update.key] = update
            case CostChanged(cost):
                self._cost = cost
            case MarketChanged(moment):
                self._trading_day = moment.trading_day
            case Notice():
                self._take(update)

    def figures(self, mode: Mode | None, silent: bool, zone: Zone, now: Ns) -> tuple[Figure, ...]:
        fed = self._outlook.channels
        return (
            self._mode(mode, silent),
            self._live(silent),
            _oldest(fed),
            _slowest(fed),
            self._money(),
            self._cache(),
            self._told(zone, now),
        )

    def _take(self, notice: Notice) -> None:
        """One that repeats counts as often as it was told; one that has ended is still one of today."""
        for key, told in self._alerts.items():
            if told.topic == notice.topic:
                self._alerts[key] = replace(told, over=True)
        if notice.severity.upper() in _ALERTS and notice.sentence:
            self._alerts[notice.topic, notice.first] = notice
        while len(self._alerts) > _MOST_ALERTS:
            del self._alerts[next(iter(self._alerts))]

    def _mode(self, mode: Mode | None, silent: bool) -> Figure:
        tip = "What is shown. Opens source health."
        if silent:
            return Figure("Mode", "SILENT", "the engine does not speak", "down", tip, "health")
        if mode is None:
            return Figure("Mode", text.DASH, "starting", "faint", tip, "health")
        colour, words = _MODES[mode]
        return Figure("Mode", mode.value, words, colour, tip, "health")

    def _live(self, silent: bool) -> Figure:
        tip = "Channels whose feeding source is LIVE or QUIET, of all that are routed. Opens the matrix."
        routes = self._outlook.routes
        if not routes:
            return Figure("Channels live", text.DASH, "none is routed yet", "faint", tip, "matrix")
        states = {one.channel: self._outlook.freshness(one.channel) for one in routes}
        fresh = 0 if silent else sum(state in _FRESH for state in states.values())
        closed = sum(state is Freshness.CLOSED for state in states.values())
        rest = [
            channel.value for channel, state in states.items() if state not in (*_FRESH, Freshness.CLOSED)
        ]
        words = f"not: {', '.join(rest)}" if rest else (f"{closed} closed" if closed else "all of them")
        colour = "down" if rest or silent else "up"
        return Figure("Channels live", f"{fresh}/{len(states)}", words, colour, tip, "matrix")

    def _money(self) -> Figure:
        tip = "Metered money of this trading day; beside it fixed and metered of the month. Opens the cost."
        cost = self._cost
        if cost is None:
            return Figure("Cost today", text.DASH, "no month yet", "faint", tip, "cost")
        today = next((one.metered for one in cost.days if one.day == self._trading_day), MicroUsd(0))
        month = text.money(MicroUsd(cost.fixed + cost.metered))
        words = f"month {month}/{text.money(cost.budget, 0)}"
        caption = "Simulated cost" if cost.simulated else "Cost today"
        return Figure(caption, text.money(today), words, _SPENT.get(cost.status, "text"), tip, "cost")

    def _cache(self) -> Figure:
        tip = "Share of requests that the cache answered, since it was first kept. Opens the cache."
        hits = sum(one.hits for one in self._caches.values())
        asked = hits + sum(count for one in self._caches.values() for _, count in one.misses)
        rate = hits / asked if asked else None
        words = f"{hits:,} of {asked:,} requests" if asked else "nothing was asked yet"
        return Figure("Cache hits", text.percent(rate), words, "text", tip, "cache")

    def _told(self, zone: Zone, now: Ns) -> Figure:
        tip = "Warnings and errors told today, each with its repeats. Opens the notifications."
        today = zone.at(now).date()
        told = [one for one in self._alerts.values() if zone.at(one.at).date() == today]
        count = sum(one.count for one in told)
        running = [one for one in told if not one.over]
        newest = max(told, key=lambda one: one.at, default=None)
        words = newest.sentence if newest is not None else "nothing to tell"
        return Figure(
            "Alerts today", f"{count:,}", words, "warn" if running else "text", tip, "notifications"
        )


def _oldest(fed: tuple[ChannelHealth, ...]) -> Figure:
    tip = "The longest time since a record, of the sources that feed a channel now. Opens source health."
    aged = [(one.age_s, one) for one in fed if one.age_s is not None]
    if not aged:
        return Figure("Worst age", text.DASH, "no record yet", "faint", tip, "health")
    age, one = max(aged, key=lambda pair: pair[0])
    stale = one.freshness is Freshness.STALE
    words = f"{one.channel.value} · {one.source}"
    return Figure("Worst age", text.age(age), words, "down" if stale else "text", tip, "health")


def _slowest(fed: tuple[ChannelHealth, ...]) -> Figure:
    """Streams only: an answer that was asked for takes another kind of time."""
    tip = "From the vendor's receipt to here, 95 of 100 records of the slowest stream. Opens source health."
    timed = [
        (one.latency_p95_ms, one) for one in fed if one.channel.is_stream and one.latency_p95_ms is not None
    ]
    if not timed:
        return Figure("Latency p95", text.DASH, "no stream was timed yet", "faint", tip, "health")
    ms, one = max(timed, key=lambda pair: pair[0])
    colour = "down" if ms > _SLOW_MS else "warn" if ms > _LATE_MS or ms < 0 else "text"
    words = f"{one.channel.value} · {one.source}"
    return Figure("Latency p95", text.millis(ms), words, colour, tip, "health")
