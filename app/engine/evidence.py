"""Stored captures examined on demand: fetched from the store in its lane, read and compared on a worker."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.domain.answer import Answer, AnswerKind, Count, answer_of, counted, profile_of
from app.domain.capture import Capture, CaptureLine
from app.domain.chain import Chain, ChainPage
from app.domain.drift import FORERUNNERS, Witness
from app.domain.examination import Examination, Exhibit, Reader, examine, exhibit
from app.domain.quality import moved, quoted_at
from app.domain.routing import SourceId
from app.domain.second_opinion import Opinion
from app.domain.session import Calendar
from app.engine.chain_reading import rule_of_thumb, series_of
from app.engine.feeds import SourceSpec
from app.engine.pages import PRICE_HOLDS
from app.engine.ports import Store

# A chain of 600 contracts with its answer takes 3 MB as objects.
_KEPT: Final = 24
# What is counted of an answer takes a kilobyte.
_PROFILES_KEPT: Final = 600
# How many answers in a row may stand still before it is told.
_CHAINS: Final = 3
_NOTHING: Final = Count(0, {})


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """All that one examination needs of the store; `whole` are those of the `good` ones that are read."""

    capture: Capture
    page: Capture | None
    good: tuple[CaptureLine, ...]
    whole: Mapping[str, Capture]
    against: Capture | None


class Evidence:
    """`gather` belongs to the store's thread, `examine` to any other, one call at a time."""

    def __init__(self, sources: Sequence[SourceSpec], calendar: Calendar) -> None:
        self._readers: Mapping[SourceId, Reader] = {
            spec.id: _reader(reads, calendar)
            for spec in sources
            if (reads := spec.read_stored or spec.read_opinion) is not None
        }
        self._calendar = calendar
        self._parsers = {spec.id: spec.parser for spec in sources}
        self._known: OrderedDict[str, Exhibit] = OrderedDict()
        self._profiles: OrderedDict[str, Answer] = OrderedDict()

    def gather(self, store: Store, capture_id: str, against: str | None = None) -> Found | None:
        """None when there is no such capture, or its file is gone."""
        capture = store.load_capture(capture_id)
        if capture is None:
            return None
        is_page = _asked_for_a_page(capture)
        lines = store.good_before(capture, 1 if is_page else FORERUNNERS, pages=is_page)
        read = {one.id: store.load_capture(one.id) for n, one in enumerate(lines) if _is_read(n, one)}
        good = tuple(one for one in lines if read.get(one.id, capture) is not None)
        whole = {name: one for name, one in read.items() if one is not None}
        pages = () if is_page else store.good_before(capture, 1, pages=True)
        page = store.load_capture(pages[0].id) if pages else None
        other = None if against is None else store.load_capture(against)
        return Found(capture, page, good, whole, other)

    def examine(self, found: Found) -> Examination:
        this = self._exhibit(found.capture, self._page(found))
        last = found.whole.get(found.good[0].id) if found.good else None
        beside = found.against or last
        looked_at = examine(
            this, self._witnesses(this, found), None if beside is None else self._exhibit(beside)
        )
        return replace(looked_at, parser=self._parsers.get(found.capture.source, ""))

    def forget(self, capture_id: str) -> None:
        """It is read again from its bytes when it is next asked for."""
        for name in (capture_id, f"{capture_id} with page"):
            self._known.pop(name, None)
        self._profiles.pop(capture_id, None)

    def _page(self, found: Found) -> ChainPage | None:
        """The page says the expiry for good, but a price only for its own moment."""
        page = None if found.page is None else self._exhibit(found.page).page
        if page is None or found.page is None or found.capture.fetched - found.page.fetched <= PRICE_HOLDS:
            return page
        return replace(page, underlying=None)

    def _exhibit(self, capture: Capture, page: ChainPage | None = None) -> Exhibit:
        name = f"{capture.id} with page" if page else capture.id
        known = self._known.get(name)
        if known is None or known.capture != capture:
            known = self._known[name] = exhibit(
                capture, self._readers.get(capture.source), page, self._calendar
            )
            while len(self._known) > _KEPT:
                self._known.popitem(last=False)
        self._known.move_to_end(name)
        return known

    def _witnesses(self, this: Exhibit, found: Found) -> list[Witness]:
        """Chains are read only as far as it takes to see that something moved: each costs 20 ms."""
        told: list[Witness] = []
        for number, line in enumerate(found.good):
            capture = found.whole.get(line.id)
            still = told and not _moved(told[-1].chain, this.chain)
            if capture is None or not (number == 0 or (still and number < _CHAINS)):
                told.append(self._counted(line, capture))
            elif told and capture.body == found.whole[found.good[0].id].body:
                # while the market is closed the same bytes come again and again
                told.append(replace(self._counted(line, capture), chain=told[0].chain))
            else:
                told.append(self._exhibit(capture).witness)
        return told

    def _counted(self, line: CaptureLine, capture: Capture | None) -> Witness:
        at = line.fetched
        end = rule_of_thumb(line.expiry, series_of(line.key, self._calendar.trading_day(at)))
        state = self._calendar.at(at).state
        answer = self._profile(line, capture)
        return Witness(answer, None, line.key, state, quoted_at(at, end, self._calendar))

    def _profile(self, line: CaptureLine, capture: Capture | None) -> Answer:
        if line.count is not None or capture is None:
            return counted(line.count or _NOTHING)
        profile = self._profiles.get(line.id)
        if profile is None:
            profile = self._profiles[line.id] = profile_of(capture.body)
            while len(self._profiles) > _PROFILES_KEPT:
                self._profiles.popitem(last=False)
        return profile


def _is_read(number: int, line: CaptureLine) -> bool:
    """The newest are read whole; those of an older Pitwall, too, whose rows were not counted then."""
    return number < _CHAINS or line.count is None


def _moved(before: Chain | None, after: Chain | None) -> bool:
    return before is None or after is None or moved(before, after)


def _reader(read: Callable[[Capture, Calendar], Chain | ChainPage | Opinion], calendar: Calendar) -> Reader:
    return lambda capture: read(capture, calendar)


def _asked_for_a_page(capture: Capture) -> bool:
    """A page that came instead of data has the steps of a data call."""
    if any(step.name == "request" for step in capture.steps):
        return False
    return answer_of(capture.body).kind is AnswerKind.PAGE
