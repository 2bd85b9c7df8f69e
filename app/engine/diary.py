"""The long memory of health: minutes kept, summed and read back as each channel's own pace and uptime."""

import json
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from app.domain.errors import ConfigError
from app.domain.roll_up import Period, RollUp, measured_rates, uptime
from app.domain.routing import Channel, SourceId
from app.domain.units import DAY, HOUR, SECOND, Ns
from app.engine.channel_watch import ChannelWatch
from app.engine.freshness import Pace
from app.engine.health_watch import HealthWatch
from app.engine.ports import Clock, Store
from app.engine.workers import DB, Workers

_log = logging.getLogger(__name__)
_LIMIT_S: Final = 20.0
# Five sessions with a week-end and a holiday in between.
_RATES_FROM: Final = 9 * DAY
_MONTH: Final = 30 * DAY
_COUNTS: Final = "counts/"
_Key = tuple[SourceId, Channel]


class Diary:
    """`day` is the trading day whose reconnects and gaps are counted."""

    def __init__(
        self, clock: Clock, store: Store, workers: Workers, health: HealthWatch, day: Callable[[], date]
    ) -> None:
        self._day = day
        self._counts: dict[str, tuple[str, int, int, int]] = {}
        self._clock = clock
        self._store = store
        self._workers = workers
        self._health = health
        self._hours: dict[_Key, dict[Ns, list[float]]] = defaultdict(dict)
        self._days: dict[_Key, dict[Ns, list[float]]] = defaultdict(dict)

    async def load(self) -> None:
        """What earlier runs saw: the strip of the last hour, uptimes, and the pace of each channel."""
        now = self._clock.now()
        try:
            minutes, hours, days, counted = await self._workers.run(
                "diary", lambda: self._read(now), _LIMIT_S, DB
            )
        except (TimeoutError, ConfigError) as e:
            _log.warning("What channels did before is not known: %s", str(e) or "no answer in time")
            return
        for one in hours:
            self._count(self._hours, one, HOUR)
        for one in days:
            self._count(self._days, one, DAY)
        self._paced(minutes)
        lately = [one for one in minutes if one.start >= now - HOUR]
        for watch in self._health.watches():
            mine = tuple(o for o in lately if (o.source, o.channel) == (watch.source, watch.channel))
            watch.trend.remember(mine, self._uptimes((watch.source, watch.channel), now))
            self._counted_on(watch, counted.get(_name(watch)))

    async def new_day(self) -> None:
        """A session more to measure the pace from."""
        since = Ns(self._clock.now() - _RATES_FROM)
        minutes = await self._workers.run(
            "diary", lambda: self._store.roll_ups(Period.MINUTE, since), _LIMIT_S, DB
        )
        self._paced(minutes)

    def _counted_on(self, watch: ChannelWatch, said: str | None) -> None:
        """Reconnects and gaps of this trading day, from before the program was started again, and how often
        in a row its breaker had opened."""
        try:
            day, reconnects, gaps, *more = json.loads(said or "[]")
            openings, at = (int(one) for one in more) if more else (0, 0)
        except (ValueError, TypeError):
            return
        if day == self._day().isoformat():
            watch.reconnects += int(reconnects)
            watch.gaps += int(gaps)
        closed_s = max(0.0, (self._clock.now() - at) / SECOND)
        watch.breaker.remember(openings, closed_s, watch.now() / SECOND)

    def write(self) -> None:
        """The minutes that have ended; called by the timer."""
        ended = self._health.ended()
        if not ended:
            return
        self._workers.post("diary", lambda: self._store.add_roll_ups(ended), DB)
        now = self._clock.now()
        for one in ended:
            self._count(self._hours, one, HOUR)
            self._count(self._days, one, DAY)
            watch = self._health.of(one.source, one.channel)
            watch.trend.up(self._uptimes((one.source, one.channel), now))
            self._keep_counts(watch, now)

    def _keep_counts(self, watch: ChannelWatch, now: Ns) -> None:
        counts = self._day().isoformat(), watch.reconnects, watch.gaps, watch.openings()
        name, before = _name(watch), self._counts.get(_name(watch))
        if counts == before or not (before or any(counts[1:])):
            return
        self._counts[name] = counts
        said = json.dumps([*counts, now])
        self._workers.post("counts", lambda: self._store.remember(name, said, now), DB)

    def _read(
        self, now: Ns
    ) -> tuple[Sequence[RollUp], Sequence[RollUp], Sequence[RollUp], Mapping[str, str]]:
        return (
            self._store.roll_ups(Period.MINUTE, Ns(now - _RATES_FROM)),
            self._store.roll_ups(Period.HOUR, Ns(now - DAY)),
            self._store.roll_ups(Period.DAY, Ns(now - _MONTH)),
            self._store.remembered(_COUNTS),
        )

    def _paced(self, minutes: Sequence[RollUp]) -> None:
        rates = measured_rates(minutes)
        for watch in self._health.watches():
            measured = {
                s: r for (of, fed, s), r in rates.items() if (of, fed) == (watch.source, watch.channel)
            }
            watch.pace = Pace(measured, watch.pace.assumed)

    def _count(self, spans: dict[_Key, dict[Ns, list[float]]], one: RollUp, length: int) -> None:
        sums = spans[one.source, one.channel].setdefault(Ns(one.start - one.start % length), [0.0, 0.0])
        sums[0] += one.open_s
        sums[1] += one.good_s

    def _uptimes(self, key: _Key, now: Ns) -> tuple[float | None, float | None]:
        """(24 hours, 30 days)."""
        return _share(self._hours[key], Ns(now - DAY)), _share(self._days[key], Ns(now - _MONTH))


def _name(watch: ChannelWatch) -> str:
    return f"{_COUNTS}{watch.source}/{watch.channel.value}"


def _share(spans: dict[Ns, list[float]], since: Ns) -> float | None:
    for start in [start for start in spans if start < since]:
        del spans[start]
    return uptime((opened, good) for opened, good in spans.values())
