"""The last good answers of each series, with which a new one is compared; at first those of the store.

What is remembered is how they were built, not their rows. The user may have the comparison begin anew, when a
vendor has changed for good: earlier answers then no longer count, after a restart either.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeVar

from app.domain.answer import Count, answer_of, counted
from app.domain.capture import Capture, CaptureLine
from app.domain.drift import FORERUNNERS, Witness
from app.domain.quality import quoted_at
from app.domain.routing import Channel, SourceId
from app.domain.units import Ns
from app.engine.chain_reading import rule_of_thumb, series_of
from app.engine.desk import Desk
from app.engine.workers import DB

_T = TypeVar("_T")
_LIMIT_S: Final = 20.0
# With whose quotes the new ones are compared; a chain of 700 contracts takes half a megabyte.
_CHAINS_KEPT: Final = 3
_NOTHING: Final = Count(0, {})
_ANEW: Final = "compared-since/"


class Forerunners:
    def __init__(self, desk: Desk, source: SourceId) -> None:
        self._desk = desk
        self._source = source
        self._known: dict[str, deque[Witness]] = {}
        self._since: Ns | None = None

    async def of(self, series: str) -> tuple[Witness, ...]:
        """The newest first."""
        known = self._known.get(series)
        if known is None:
            known = self._known[series] = deque(await self._kept(series), FORERUNNERS)
        return tuple(known)

    def add(self, series: str, witness: Witness) -> None:
        """An answer that was accepted."""
        known = self._known.setdefault(series, deque(maxlen=FORERUNNERS))
        known.appendleft(replace(witness, answer=witness.answer.profile))
        for n in range(_CHAINS_KEPT, len(known)):
            if known[n].chain is not None:
                known[n] = replace(known[n], chain=None)

    async def begin_anew(self) -> None:
        """From now on only answers that come later count."""
        self._since = self._desk.clock.now()
        self._known = {series: deque(maxlen=FORERUNNERS) for series in self._known}
        name, said = f"{_ANEW}{self._source}", str(self._since)
        await self._db(lambda: self._desk.store.remember(name, said, self._desk.clock.now()))

    async def _kept(self, series: str) -> list[Witness]:
        since = await self._begun()
        kept = await self._db(lambda: self._load(series, since))
        return await self._desk.workers.run(
            "read forerunners", lambda: [self._witness(series, *one) for one in kept], _LIMIT_S
        )

    def _witness(self, series: str, line: CaptureLine, capture: Capture | None) -> Witness:
        calendar, at = self._desk.market.calendar, line.fetched
        end = rule_of_thumb(line.expiry, series_of(series, calendar.trading_day(at)))
        answer = answer_of(capture.body).profile if capture is not None else counted(line.count or _NOTHING)
        return Witness(answer, None, series, calendar.at(at).state, quoted_at(at, end, calendar))

    async def _begun(self) -> Ns:
        if self._since is None:
            known = await self._db(lambda: dict(self._desk.store.remembered(_ANEW)))
            said = known.get(f"{_ANEW}{self._source}", "")
            self._since = Ns(int(said)) if said.isdigit() else Ns(0)
        return self._since

    def _load(self, series: str, since: Ns) -> list[tuple[CaptureLine, Capture | None]]:
        """The newest whole, for how it is built; of the others the count, which stands in the index."""
        store, now = self._desk.store, self._desk.clock.now()
        asked = Capture("", self._source, Channel.OPT_CHAIN, series, "", now, None, "", {}, b"")
        kept: list[tuple[CaptureLine, Capture | None]] = []
        for line in store.good_before(asked, FORERUNNERS, pages=False):
            if line.fetched <= since:
                break
            if kept and line.count is not None:
                kept.append((line, None))
            elif (capture := store.load_capture(line.id)) is not None:
                kept.append((line, capture))
        return kept

    async def _db(self, fn: Callable[[], _T]) -> _T:
        return await self._desk.workers.run("forerunners", fn, _LIMIT_S, DB)
