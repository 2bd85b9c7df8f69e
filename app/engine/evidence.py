"""Stored captures examined on demand: fetched from the store in its lane, read and compared on a worker."""

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.domain.answer import Answer, AnswerKind, answer_of, profile_of
from app.domain.capture import Capture
from app.domain.chain import Chain, ChainPage
from app.domain.drift import FORERUNNERS, Witness
from app.domain.examination import Examination, Exhibit, Reader, examine, exhibit
from app.domain.quality import moved, quoted_at
from app.domain.routing import SourceId
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


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """All that one examination needs of the store."""

    capture: Capture
    page: Capture | None
    good: tuple[Capture, ...]
    against: Capture | None


class Evidence:
    """`gather` belongs to the store's thread, `examine` to any other, one call at a time."""

    def __init__(self, sources: Sequence[SourceSpec], calendar: Calendar) -> None:
        self._readers: Mapping[SourceId, Reader] = {
            spec.id: _reader(spec.read_stored, calendar) for spec in sources if spec.read_stored is not None
        }
        self._calendar = calendar
        self._known: OrderedDict[str, Exhibit] = OrderedDict()
        self._profiles: OrderedDict[str, Answer] = OrderedDict()

    def gather(self, store: Store, capture_id: str, against: str | None = None) -> Found | None:
        """None when there is no such capture, or its file is gone."""
        capture = store.load_capture(capture_id)
        if capture is None:
            return None
        is_page = _asked_for_a_page(capture)
        good = _loaded(store, store.good_before(capture, FORERUNNERS, pages=is_page))
        page = () if is_page else _loaded(store, store.good_before(capture, 1, pages=True))
        other = None if against is None else store.load_capture(against)
        return Found(capture, page[0] if page else None, good, other)

    def examine(self, found: Found) -> Examination:
        this = self._exhibit(found.capture, self._page(found))
        beside = found.against or (found.good[0] if found.good else None)
        return examine(
            this, self._witnesses(this, found.good), None if beside is None else self._exhibit(beside)
        )

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

    def _witnesses(self, this: Exhibit, good: Sequence[Capture]) -> list[Witness]:
        """Chains are read only as far as it takes to see that something moved: each costs 20 ms."""
        found: list[Witness] = []
        for number, capture in enumerate(good):
            still = found and not _moved(found[-1].chain, this.chain)
            whole = number == 0 or (still and number < _CHAINS)
            found.append(self._exhibit(capture).witness if whole else self._counted(capture))
        return found

    def _counted(self, capture: Capture) -> Witness:
        profile = self._profiles.get(capture.id)
        if profile is None:
            profile = self._profiles[capture.id] = profile_of(capture.body)
            while len(self._profiles) > _PROFILES_KEPT:
                self._profiles.popitem(last=False)
        at = capture.fetched
        end = rule_of_thumb(capture.expiry, series_of(capture.key, self._calendar.trading_day(at)))
        state = self._calendar.at(at).state
        return Witness(profile, None, capture.key, state, quoted_at(at, end, self._calendar))


def _moved(before: Chain | None, after: Chain | None) -> bool:
    return before is None or after is None or moved(before, after)


def _reader(read: Callable[[Capture, Calendar], Chain | ChainPage], calendar: Calendar) -> Reader:
    return lambda capture: read(capture, calendar)


def _asked_for_a_page(capture: Capture) -> bool:
    """A page that came instead of data has the steps of a data call."""
    if any(step.name == "request" for step in capture.steps):
        return False
    return answer_of(capture.body).kind is AnswerKind.PAGE


def _loaded(store: Store, ids: Sequence[str]) -> tuple[Capture, ...]:
    loaded = (store.load_capture(one) for one in ids)
    return tuple(capture for capture in loaded if capture is not None)
