"""What one channel did lately, in columns and minutes, from looks taken by the timer and data as it comes.

A stretch in which nobody looked (sleep, a stopped program) counts as not watched, never as good or bad.
"""

from collections import deque
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.domain.health import Beat, Freshness, History
from app.domain.market_state import MarketState
from app.domain.roll_up import RollUp
from app.domain.routing import Channel, SourceId
from app.domain.units import MINUTE, SECOND, Ns

COLUMN_S: Final = 15
_COLUMNS: Final = 60
_BEATS: Final = 60
_LONGEST_LOOK_S: Final = 3.0
_NEARLY: Final = 0.98
_DELIVERING: Final = frozenset({Freshness.LIVE, Freshness.QUIET})
_MOST_LATENCIES: Final = 600
_GLANCE_S: Final = 3.0
"""A start that finds no key is not a minute of failing."""


@dataclass(slots=True)
class _Minute:
    start: Ns
    day: date
    state: MarketState
    open_s: float = 0.0
    good_s: float = 0.0
    closed_s: float = 0.0
    records: int = 0
    calls: int = 0
    errors: int = 0

    @property
    def beat(self) -> Beat:
        if self.open_s + self.closed_s < _GLANCE_S and not self.good_s:
            return Beat.UNSEEN
        if self.open_s <= self.closed_s:
            return Beat.CLOSED if self.closed_s > 0 else Beat.UNSEEN
        share = self.good_s / self.open_s
        return Beat.GOOD if share >= _NEARLY else Beat.BAD if share <= 1 - _NEARLY else Beat.PARTLY


class Trend:
    def __init__(self, source: SourceId, channel: Channel) -> None:
        self.history = History(COLUMN_S, (), (), (), ())
        self._source = source
        self._channel = channel
        self._p50: deque[float | None] = deque([None] * _COLUMNS, _COLUMNS)
        self._p95: deque[float | None] = deque([None] * _COLUMNS, _COLUMNS)
        self._rates: deque[float | None] = deque([None] * _COLUMNS, _COLUMNS)
        self._beats: dict[Ns, Beat] = {}
        self._minute: _Minute | None = None
        self._looked: Ns | None = None
        self._column: Ns | None = None
        self._latencies: list[float] = []
        self._records = 0
        self._up = False
        self._uptime: tuple[float | None, float | None] = (None, None)

    def records(self, count: int) -> None:
        self._records += count
        if self._minute is not None:
            self._minute.records += count

    def latency(self, ms: float) -> None:
        if len(self._latencies) < _MOST_LATENCIES:
            self._latencies.append(ms)

    def called(self, ok: bool) -> None:
        if self._minute is not None:
            self._minute.calls += 1
            self._minute.errors += not ok

    def remember(self, minutes: tuple[RollUp, ...], uptime: tuple[float | None, float | None]) -> None:
        """What was kept of the last hour, and the uptimes of the last day and month."""
        for one in minutes:
            kept = _Minute(one.start, one.day, one.state, one.open_s, one.good_s)
            self._beats.setdefault(one.start, kept.beat)
        self.up(uptime)

    def up(self, uptime: tuple[float | None, float | None]) -> None:
        self._uptime = uptime
        self._made()

    def look(
        self,
        now: Ns,
        monotonic: Ns,
        day: date,
        state: MarketState,
        freshness: Freshness,
        wanted: bool,
        connected: bool,
    ) -> RollUp | None:
        """Called at least once a second; hands out the minute that has ended. `wanted`: by key and user."""
        done = self._turn(now, day, state)
        passed = 0.0 if self._looked is None else (monotonic - self._looked) / SECOND
        self._looked = monotonic
        minute = self._minute
        if minute is not None and wanted and passed <= _LONGEST_LOOK_S:
            if not state.is_open and freshness not in _DELIVERING:
                minute.closed_s += passed
            else:
                minute.open_s += passed
                minute.good_s += passed if freshness in _DELIVERING else 0.0
        self._up = self._up or connected
        column = Ns(monotonic // (COLUMN_S * SECOND))
        if self._column is None:
            self._column = column
        elif column != self._column:
            self._columns(column - self._column)
            self._column = column
        elif done is not None:
            self._made()
        return done

    def _turn(self, now: Ns, day: date, state: MarketState) -> RollUp | None:
        """A market that changes its state inside a minute gives that minute to the state it began in."""
        start = Ns(now - now % MINUTE)
        minute = self._minute
        if minute is not None and minute.start == start:
            self._beats[start] = minute.beat
            return None
        self._minute = _Minute(start, day, state)
        if minute is None:
            return None
        self._beats[minute.start] = minute.beat
        return RollUp(
            self._source, self._channel, minute.start, minute.day, minute.state, minute.open_s, minute.good_s,
            minute.records, minute.calls, minute.errors,
        )  # fmt: skip

    def _columns(self, number: int) -> None:
        for n in range(min(number, _COLUMNS)):
            seen = n == 0 and self._up
            ordered = sorted(self._latencies) if n == 0 else []
            self._p50.append(ordered[len(ordered) // 2] if ordered else None)
            self._p95.append(ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))] if ordered else None)
            self._rates.append(self._records / COLUMN_S if seen else None)
        self._latencies, self._records, self._up = [], 0, False
        self._made()

    def _made(self) -> None:
        newest = self._minute.start if self._minute is not None else max(self._beats, default=Ns(0))
        oldest = newest - (_BEATS - 1) * MINUTE
        self._beats = {start: beat for start, beat in self._beats.items() if start >= oldest}
        beats = tuple(self._beats.get(Ns(oldest + n * MINUTE), Beat.UNSEEN) for n in range(_BEATS))
        self.history = History(
            COLUMN_S, tuple(self._p50), tuple(self._p95), tuple(self._rates), beats, *self._uptime
        )


def worst(histories: tuple[History, ...]) -> History | None:
    """A source as a whole: its worst beat of each minute, its slowest column, all its records together."""
    filled = [one for one in histories if one.beats]
    if not filled:
        return None
    return History(
        COLUMN_S,
        tuple(_most(column) for column in zip(*(one.p50 for one in filled), strict=True)),
        tuple(_most(column) for column in zip(*(one.p95 for one in filled), strict=True)),
        tuple(_sum(column) for column in zip(*(one.rates for one in filled), strict=True)),
        tuple(max(beats, key=_BADNESS.index) for beats in zip(*(one.beats for one in filled), strict=True)),
        _least(tuple(one.uptime_day for one in filled)),
        _least(tuple(one.uptime_month for one in filled)),
    )


_BADNESS: Final = (Beat.UNSEEN, Beat.CLOSED, Beat.GOOD, Beat.PARTLY, Beat.BAD)


def _most(values: tuple[float | None, ...]) -> float | None:
    return max((v for v in values if v is not None), default=None)


def _least(values: tuple[float | None, ...]) -> float | None:
    return min((v for v in values if v is not None), default=None)


def _sum(values: tuple[float | None, ...]) -> float | None:
    known = [v for v in values if v is not None]
    return sum(known) if known else None
