"""What the user should read now: repeats are one notice with a count, children of a trouble are none."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from app.domain.units import SECOND, Ns
from app.domain.updates import Notice
from app.engine.outbox import Outbox
from app.engine.ports import Clock

_MERGED_WITHIN: Final = 600 * SECOND


@dataclass(slots=True)
class _Told:
    notice: Notice
    at: Ns


class Notices:
    """While `parent` says so, whatever is a child of it stays silent. Times are monotonic."""

    def __init__(self, clock: Clock, outbox: Outbox, parent: Callable[[], bool]) -> None:
        self._clock = clock
        self._outbox = outbox
        self._parent = parent
        self._told: dict[str, _Told] = {}
        self.suppressed = 0

    def say(self, topic: str, severity: str, sentence: str, child: bool = True) -> None:
        if child and self._parent():
            self.suppressed += 1
            return
        now, mono = self._clock.now(), self._clock.monotonic()
        before = self._told.get(topic)
        notice = Notice(now, severity, sentence, topic, first=now)
        if before is not None and mono - before.at < _MERGED_WITHIN:
            notice = replace(notice, count=before.notice.count + 1, first=before.notice.first)
        self._put(topic, notice, mono)

    def over(self, topic: str, sentence: str) -> None:
        """What was told has ended; silent if nothing was told, or if its end was."""
        before = self._told.get(topic)
        if before is None or before.notice.over:
            return
        ended = replace(before.notice, at=self._clock.now(), severity="INFO", sentence=sentence, over=True)
        self._put(topic, ended, before.at)

    def _put(self, topic: str, notice: Notice, at: Ns) -> None:
        self._told[topic] = _Told(notice, at)
        self._outbox.put_state(notice)
