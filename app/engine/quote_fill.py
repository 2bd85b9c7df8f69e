"""Fills holes in the quotes from a replay of their own: of the futures, so that the chart has no blank there,
of options, so that none shows what it was quoted before the hole when it was quoted in it.

Live quotes go on meanwhile. Whole seconds are told anew, from the one in which the hole began to the one in
which it ended, once the live quotes of that one have been told.
"""

import logging
from collections.abc import Callable
from typing import Final

import numpy as np

from app.domain.errors import SourceError
from app.domain.routing import Channel
from app.domain.ticks import TopColumns
from app.domain.units import HOUR, MINUTE, SECOND, Ns
from app.engine.desk import Desk
from app.engine.feeds import PastQuotes
from app.engine.lines import Day
from app.engine.pause import pause

_log = logging.getLogger(__name__)
_LIMIT_S: Final = 300.0
# the standing quote of the first second
_RUN_UP: Final = 5 * SECOND
# the live quotes of the last second are told two seconds after it
_SETTLED: Final = 4 * SECOND
_REPLAYABLE: Final = 24 * HOUR - MINUTE


class QuoteFill:
    """One hole at a time; one that is opened again meanwhile is filled as a whole afterwards. `options` names
    those whose quotes are streamed; without it the quotes are those of the futures.
    """

    def __init__(
        self,
        desk: Desk,
        name: str,
        make: Callable[[], PastQuotes],
        options: Callable[[], tuple[str, ...]] | None = None,
    ) -> None:
        self._desk = desk
        self._name = name
        self._make = make
        self._options = options
        self._runs = False

    def begin(self, day: Day, channel: Channel) -> bool:
        """False when it cannot be filled."""
        hole = day.gaps.hole(channel)
        if hole is None or hole[0] < self._desk.clock.now() - _REPLAYABLE:
            return False
        if not self._runs:
            self._runs = True
            self._desk.supervisor.spawn(f"{self._name}-fill", lambda: self._run(day, channel))
        return True

    async def _run(self, day: Day, channel: Channel) -> None:
        try:
            while (hole := day.gaps.hole(channel)) is not None and hole[1] is not None:
                await self._fill(day, channel, hole[0], hole[1])
        finally:
            self._runs = False

    async def _fill(self, day: Day, channel: Channel, start: Ns, end: Ns) -> None:
        since, until = Ns(start // SECOND * SECOND), Ns(-(-(end + 1) // SECOND) * SECOND)
        await pause(self._desk.clock, max(0.0, (until + _SETTLED - self._desk.clock.now()) / SECOND))
        replay = self._make()
        names = tuple(f.raw for f in day.futures) if self._options is None else self._options()
        covered: Ns | None = None
        try:
            tops = await self._desk.workers.run(
                f"{self._name} fill", lambda: replay.quotes(names, Ns(since - _RUN_UP), until), _LIMIT_S
            )
            self._take(day, channel, tops, (since, until))
            covered = start
        except (SourceError, TimeoutError) as e:
            _log.info("%s: the missing quotes could not be had: %s", self._name, e)
        finally:
            replay.stop()
        if day.gaps.hole(channel) == (start, end):
            day.gaps.replayed(channel, covered, end)

    def _take(self, day: Day, channel: Channel, tops: TopColumns, span: tuple[Ns, Ns]) -> None:
        if self._options is not None:
            day.intake.fill_quotes(tops, channel)
            return
        ids = [one.id for one in day.intake.instruments.futures() if one.future in day.intake.charted]
        charted = tops.chosen(np.isin(tops.instrument_id, ids))
        day.intake.charting.fill_quotes(charted, *span, f"{self._name}/replay")
