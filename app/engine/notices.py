"""What the user should read now: repeats are one notice with a count, children of a trouble are none.

An hour has so many of a kind and no more, or nobody would read any. What lasts and was not taken note of is
told again, louder.
"""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from app.domain.units import SECOND, Ns
from app.domain.updates import Notice
from app.engine.outbox import Outbox
from app.engine.ports import Clock

_log = logging.getLogger(__name__)

_MERGED_WITHIN: Final = 600 * SECOND
_HOUR: Final = 3_600 * SECOND
_LOUDER_AFTER: Final = 1_800 * SECOND
_MOST_AN_HOUR: Final = {"INFO": 60, "WARNING": 30, "ERROR": 12}
_CAPPED: Final = "capped"


@dataclass(slots=True)
class _Told:
    """`at` is when it was told last, `since` when first; `lasts` as long as nobody says that it is over."""

    notice: Notice
    at: Ns
    since: Ns
    lasts: bool
    louder: bool = False


class Notices:
    """While `parent` says so, whatever is a child of it stays silent. Times are monotonic."""

    def __init__(self, clock: Clock, outbox: Outbox, parent: Callable[[], bool]) -> None:
        self._clock = clock
        self._outbox = outbox
        self._parent = parent
        self._told: dict[str, _Told] = {}
        self._hour: dict[str, deque[Ns]] = {}
        self.suppressed = 0

    def say(
        self, topic: str, severity: str, sentence: str, *, child: bool = True, lasts: bool = False
    ) -> None:
        if child and self._parent():
            self.suppressed += 1
            return
        now, mono = self._clock.now(), self._clock.monotonic()
        before = self._told.get(topic)
        notice = Notice(now, severity, sentence, topic, first=now)
        since, louder = mono, False
        if before is not None and mono - before.at < _MERGED_WITHIN:
            notice = replace(notice, count=before.notice.count + 1, first=before.notice.first)
            since, louder = before.since, before.louder
        elif not self._has_room(severity, mono):
            _log.info("not told, as too much was this hour: %s", sentence)
            self._tell_capped(severity, now)
            return
        self._put(topic, _Told(notice, mono, since, lasts, louder))

    def over(self, topic: str, sentence: str) -> None:
        """What was told has ended; silent if nothing was told, or if its end was."""
        before = self._told.get(topic)
        if before is None or before.notice.over:
            return
        ended = replace(before.notice, at=self._clock.now(), severity="INFO", sentence=sentence, over=True)
        self._put(topic, replace(before, notice=ended, lasts=False))

    def look(self) -> None:
        """Called now and then: what lasts for half an hour and nobody took note of is told once more."""
        mono = self._clock.monotonic()
        for topic, told in tuple(self._told.items()):
            quiet = not told.lasts or told.louder or told.notice.seen
            if quiet or mono - told.since < _LOUDER_AFTER or self._parent():
                continue
            sentence = f"{told.notice.sentence} It has been so for half an hour."
            again = replace(
                told.notice, at=self._clock.now(), severity="CRITICAL", sentence=sentence, count=1
            )
            self._put(topic, replace(told, notice=again, louder=True))

    async def acknowledge(self, topic: str) -> None:
        """The user has taken note: it stays in the list, and is not told again while it lasts."""
        told = self._told.get(topic)
        if told is not None and not told.notice.seen:
            self._put(topic, replace(told, notice=replace(told.notice, seen=True)))

    def _has_room(self, severity: str, mono: Ns) -> bool:
        most = _MOST_AN_HOUR.get(severity, _MOST_AN_HOUR["ERROR"])
        told = self._hour.setdefault(severity, deque())
        while told and mono - told[0] >= _HOUR:
            told.popleft()
        if len(told) >= most:
            self.suppressed += 1
            return False
        told.append(mono)
        return True

    def _tell_capped(self, severity: str, now: Ns) -> None:
        before = self._told.get(_CAPPED)
        count = 1 if before is None else before.notice.count + 1
        most = _MOST_AN_HOUR.get(severity, _MOST_AN_HOUR["ERROR"])
        words = f"More than {most} alerts of one kind within an hour: the others are in the log."
        first = now if before is None else before.notice.first
        mono = self._clock.monotonic()
        self._put(
            _CAPPED, _Told(Notice(now, severity, words, _CAPPED, count, first), mono, mono, lasts=False)
        )

    def _put(self, topic: str, told: _Told) -> None:
        self._told[topic] = told
        self._outbox.put_state(told.notice)
