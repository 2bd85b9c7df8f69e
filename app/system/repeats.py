"""Identical log lines in quick succession become one with a count, and none of the count is lost."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from app.domain.units import SECOND, Ns
from app.domain.updates import LogLine
from app.engine.ports import Clock

WINDOW: Final = Ns(10 * SECOND)
_MOST_WATCHED: Final = 200

_Key = tuple[str, str, str]


@dataclass(slots=True)
class _Held:
    line: LogLine
    until: Ns
    count: int = 0


class Repeats:
    """The first line passes at once; the same one within ten seconds is counted and told afterwards."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: dict[_Key, _Held] = {}

    def after(self, line: LogLine) -> Iterator[LogLine]:
        """What is to be kept now that this line has come."""
        now = self._clock.monotonic()
        yield from self._told(now)
        key = line.level, line.source, line.text
        known = self._held.get(key)
        if known is not None:
            known.line, known.count = line, known.count + 1
            return
        if len(self._held) >= _MOST_WATCHED:
            yield from self._release(next(iter(self._held)))
        self._held[key] = _Held(line, Ns(now + WINDOW))
        yield line

    def rest(self) -> Iterator[LogLine]:
        for key in tuple(self._held):
            yield from self._release(key)

    def _told(self, now: Ns) -> Iterator[LogLine]:
        for key in [key for key, held in self._held.items() if now >= held.until]:
            yield from self._release(key)

    def _release(self, key: _Key) -> Iterator[LogLine]:
        held = self._held.pop(key)
        if held.count:
            yield replace(held.line, repeats=held.count)
