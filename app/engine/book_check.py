"""Whether the order book that a snapshot began anew is the one that was carried over the gap by a replay.

The snapshot's is used in any case; a difference is told, because then one of the two ways is wrong.
"""

import logging
from collections.abc import Callable
from typing import Final

from app.domain.books import Books
from app.domain.errors import SourceError
from app.domain.units import HOUR, SECOND, Ns
from app.domain.updates import Notice
from app.engine.desk import Desk
from app.engine.feeds import PastOrders
from app.engine.lines import Day

_log = logging.getLogger(__name__)
_LIMIT_S: Final = 300.0
_LONGEST: Final = HOUR
_MARGIN: Final = SECOND


class BookCheck:
    def __init__(self, desk: Desk, name: str, title: str, make: Callable[[], PastOrders]) -> None:
        self._desk = desk
        self._name = name
        self._title = title
        self._make = make
        self._runs = False

    def begin(self, day: Day, since: Ns, carried: Books, now: Books) -> None:
        """Of one gap at a time, and of none that is so long that its orders would take minutes."""
        if self._runs or since < self._desk.clock.now() - _LONGEST:
            return
        self._runs = True
        self._desk.supervisor.spawn(f"{self._name}-check", lambda: self._run(day, since, carried, now))

    async def _run(self, day: Day, since: Ns, carried: Books, now: Books) -> None:
        replay, names = self._make(), tuple(future.raw for future in day.futures)
        ids = [one.id for one in day.intake.instruments.futures() if one.future in day.intake.charted]
        start = Ns(since - _MARGIN)
        try:
            found = await self._desk.workers.run(
                f"{self._name} check", lambda: replay.compare(names, start, carried, now, ids), _LIMIT_S
            )
        except (SourceError, TimeoutError) as e:
            _log.info("%s: the book could not be checked: %s", self._name, e)
            return
        finally:
            self._runs = False
            replay.stop()
        if not found.differing:
            _log.info("%s: carried over the gap and begun anew, the book is the same ✓ (%d levels)",
                      self._name, found.levels)  # fmt: skip
            return
        sentence = (
            f"{self._title}: after the gap {found.differing} of {found.levels} levels of the order book "
            "differ between the vendor's snapshot, which is shown, and a replay of the orders."
        )
        _log.warning("%s", sentence)
        notice = Notice(self._desk.clock.now(), "WARNING", sentence, f"{self._name}-check")
        self._desk.outbox.put_state(notice)
