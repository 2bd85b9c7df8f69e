"""The last good answers of each series, with which a new one is compared; at first those of the store.

What is remembered is how they were built, not their rows. The user may have the comparison begin anew, when a
vendor has changed for good: earlier answers then no longer count, after a restart either.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from typing import Final, TypeVar

from app.domain.answer import answer_of
from app.domain.capture import Capture
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
        captures = await self._db(lambda: self._load(series, since))
        return await self._desk.workers.run(
            "read forerunners", lambda: [self._witness(series, one) for one in captures], _LIMIT_S
        )

    def _witness(self, series: str, capture: Capture) -> Witness:
        calendar, at = self._desk.market.calendar, capture.fetched
        end = rule_of_thumb(capture.expiry, series_of(series, calendar.trading_day(at)))
        answer, state = answer_of(capture.body).profile, calendar.at(at).state
        return Witness(answer, None, series, state, quoted_at(at, end, calendar))

    async def _begun(self) -> Ns:
        if self._since is None:
            known = await self._db(lambda: dict(self._desk.store.remembered(_ANEW)))
            said = known.get(f"{_ANEW}{self._source}", "")
            self._since = Ns(int(said)) if said.isdigit() else Ns(0)
        return self._since

    def _load(self, series: str, since: Ns) -> tuple[Capture, ...]:
        store, now = self._desk.store, self._desk.clock.now()
        asked = Capture("", self._source, Channel.OPT_CHAIN, series, "", now, None, "", {}, b"")
        loaded = (store.load_capture(one) for one in store.good_before(asked, FORERUNNERS, pages=False))
        return tuple(capture for capture in loaded if capture is not None and capture.fetched > since)

    async def _db(self, fn: Callable[[], _T]) -> _T:
        return await self._desk.workers.run("forerunners", fn, _LIMIT_S, DB)
