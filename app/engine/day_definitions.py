"""Definitions of the day from the vendor's history, when his live gateway does not give them.

Without them nobody knows what expires when. They cost cents: bought once a day through the till, without a
question only if the amount needs none.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from app.domain.errors import AppError
from app.domain.history import HistoryWant
from app.domain.intervals import Span
from app.domain.routing import SourceId
from app.domain.symbols import ROOTS
from app.domain.ticks import Rare
from app.domain.units import DAY, HOUR, MINUTE, Ns, usd
from app.domain.updates import Notice
from app.engine.desk import Desk
from app.engine.history import History
from app.engine.streamer import Streamer

_log = logging.getLogger(__name__)
DEFINITION: Final = "definition"
_LOOK_EVERY_S: Final = 5.0
_READ_LIMIT_S: Final = 60.0
# files begin each UTC day with all that is in force; history trails by a quarter of an hour
_SPAN: Final = HOUR
_TRAILS: Final = 20 * MINUTE

Read = Callable[[str], Sequence[Rare]]


class DayDefinitions:
    """`read` gives the records of a file, and blocks. Without it nothing is ever bought."""

    def __init__(
        self, desk: Desk, history: History, streamers: Mapping[SourceId, Streamer], read: Read | None
    ) -> None:
        self._desk = desk
        self._history = history
        self._streamers = streamers
        self._read = read
        self._tried: dict[SourceId, date] = {}

    async def run(self) -> None:
        while self._read is not None:
            for source, streamer in self._streamers.items():
                day = streamer.day.intake.day
                if streamer.lacks(DEFINITION) and self._tried.get(source) != day:
                    self._tried[source] = day
                    await self._fetch(source, streamer, self._read)
            await asyncio.sleep(_LOOK_EVERY_S)

    async def _fetch(self, source: SourceId, streamer: Streamer, read: Read) -> None:
        topic = f"definitions/{source}"
        try:
            quote = await self._history.quote(self._want(source))
            files = await self._history.buy(quote, None)
            for file in files:
                await self._take(file, streamer, read)
        except (AppError, TimeoutError) as e:
            _log.info("definitions of the day could not be had: %s", e)
            self._say(topic, "WARNING", f"The definitions of the day are missing: {e}")
            return
        cost = "" if quote.cost is None else f" (${usd(quote.cost):.2f})"
        streamer.day.is_defined = True
        self._say(topic, "INFO", f"The definitions of the day come from the vendor's history{cost}.")

    async def _take(self, file: str, streamer: Streamer, read: Read) -> None:
        rows = await self._desk.workers.run("definitions", lambda: read(file), _READ_LIMIT_S)
        connection = f"{streamer.source}-history"
        await streamer.day.intake.rare(tuple(rows), self._desk.clock.now(), connection)

    def _want(self, source: SourceId) -> HistoryWant:
        settled = self._desk.clock.now() - _SPAN - _TRAILS
        start = Ns(settled - settled % DAY)
        symbols = tuple(f"{root}.OPT" for roots in ROOTS.values() for root in roots)
        dataset = str(getattr(self._desk.settings(), f"{source}_dataset", ""))
        span = Span(start, Ns(start + _SPAN))
        return HistoryWant(source, dataset, DEFINITION, ("NQ.FUT", *symbols), "parent", span)

    def _say(self, topic: str, severity: str, sentence: str) -> None:
        self._desk.outbox.put_state(Notice(self._desk.clock.now(), severity, sentence, topic))
