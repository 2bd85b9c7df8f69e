"""The ways to a fresh chain, one after the other: the plain call, the page's own call, the page's table.

The second is tried once, when the first brought something that is no chain; neither is tried after a refusal,
a check for robots or a dead line, which another call would not mend.
"""

from dataclasses import dataclass, replace
from typing import Final

from app.domain.capture import Capture
from app.domain.chain import ChainPage
from app.domain.errors import BadPayload, Blocked, SourceError
from app.domain.updates import Served, Tried
from app.engine.chain_reading import Question, Reading
from app.engine.errand import Errand

_PATIENCE_S: Final = 10.0


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of it: an accepted reading and its level, or the error of the last way that was open."""

    reading: Reading | None
    level: Served
    error: SourceError | None
    tried: tuple[Tried, ...]


class Attempts:
    def __init__(self, errand: Errand) -> None:
        self._errand = errand

    async def chain(self, series: str, question: Question, shown: Capture | None) -> Attempt:
        """`shown` is the page itself, if it shows rows and was fetched just now."""
        first = await self._ask(series, question, None, Served.LIVE)
        if first.reading is not None or not _may_be_mended(first.error):
            return first
        second = first
        if _own_call(series, question.page) and self._errand.wait_s() <= _PATIENCE_S:
            second = await self._ask(series, question, question.page, Served.OWN_CALL)
            second = replace(second, tried=first.tried + second.tried)
        if second.reading is not None or shown is None:
            return second
        return await self._table(question, shown, second)

    async def _ask(self, series: str, question: Question, page: ChainPage | None, level: Served) -> Attempt:
        try:
            reading = await self._errand.chain(series, question, page)
        except SourceError as e:
            return Attempt(None, level, e, (Tried(level, str(e)),))
        return _judged(reading, level)

    async def _table(self, question: Question, shown: Capture, before: Attempt) -> Attempt:
        try:
            reading = await self._errand.table(shown, question)
        except SourceError as e:
            return replace(before, tried=(*before.tried, Tried(Served.TABLE, str(e))))
        found = _judged(reading, Served.TABLE)
        return replace(found, tried=before.tried + found.tried)


def _judged(reading: Reading, level: Served) -> Attempt:
    if reading.verdict.accepted:
        return Attempt(reading, level, None, ())
    why = BadPayload(" ".join(reading.verdict.reasons), capture_id=reading.capture.id)
    return Attempt(None, level, why, (Tried(level, str(why)),))


def _may_be_mended(error: SourceError | None) -> bool:
    return isinstance(error, BadPayload) and not isinstance(error, Blocked)


def _own_call(series: str, page: ChainPage | None) -> bool:
    """A page that does not have the series has no call for it either."""
    return page is not None and bool(page.api) and page.vendor_series == series
