"""Holes in what a source delivered: opened by a loss, ended by the next live record, filled by a replay."""

from dataclasses import dataclass

from app.domain.routing import Channel, SourceId
from app.domain.units import Ns
from app.domain.updates import GapChanged
from app.engine.health_watch import HealthWatch
from app.engine.outbox import Outbox


@dataclass(slots=True)
class _Hole:
    start: Ns
    reason: str
    end: Ns | None = None


class GapWatch:
    """A hole lasts from the last record received to the first live one after it."""

    def __init__(self, source: SourceId, outbox: Outbox, health: HealthWatch) -> None:
        self._source = source
        self._outbox = outbox
        self._health = health
        self._last: dict[Channel, Ns] = {}
        self._open: dict[Channel, _Hole] = {}
        self._unfilled: dict[Channel, Ns] = {}

    def position(self, channel: Channel, event: Ns) -> None:
        """A record of any kind: what comes after it may be lost."""
        self._last[channel] = max(event, self._last.get(channel, event))

    def record(self, channel: Channel, event: Ns) -> None:
        """A record that was received as it happened."""
        self.position(channel, event)
        hole = self._open.get(channel)
        if hole is not None and hole.end is None:
            hole.end = Ns(max(event, hole.start))
            self._tell(channel, hole, filled=False)

    def lost(self, channel: Channel, reason: str) -> None:
        """The channel was cut; nothing to mark if it never spoke, or if it already is a hole."""
        last = self._last.get(channel)
        if last is None:
            return
        hole = self._open.get(channel)
        if hole is None:
            hole = self._open[channel] = _Hole(last, reason)
            watch = self._health.of(self._source, channel)
            watch.gaps += 1
        hole.end = None
        self._health.of(self._source, channel).filling = False
        self._tell(channel, hole, filled=False)

    def refilling(self, channel: Channel) -> None:
        if channel in self._open:
            self._health.of(self._source, channel).filling = True

    def replayed(self, channel: Channel, covered_from: Ns | None, until: Ns) -> None:
        """A replay has caught up: it began at `covered_from` and is complete until `until`."""
        hole = self._open.pop(channel, None)
        self._health.of(self._source, channel).filling = False
        if hole is None:
            return
        filled = covered_from is not None and covered_from <= hole.start
        if hole.end is None:
            hole.end = Ns(max(until, hole.start))
        if not filled:
            self._unfilled[channel] = hole.end
        self._tell(channel, hole, filled, lost=not filled)

    def hole(self, channel: Channel) -> tuple[Ns, Ns | None] | None:
        """From when and until when something is missing that may still come; None: nothing is."""
        hole = self._open.get(channel)
        return None if hole is None else (hole.start, hole.end)

    def unfilled_since(self, channel: Channel, start: Ns) -> bool:
        """Whether something after `start` is missing for good."""
        end = self._unfilled.get(channel)
        return end is not None and end > start

    def _tell(self, channel: Channel, hole: _Hole, filled: bool, lost: bool = False) -> None:
        self._outbox.put_state(
            GapChanged(self._source, channel, hole.start, hole.end, filled, hole.reason, lost)
        )
