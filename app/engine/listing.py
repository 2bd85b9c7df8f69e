"""The series a chain source lists, gathered from its pages; which one is on screen, and which to read."""

from datetime import date
from typing import Final

from app.domain.chain import ChainPage, ListedSeries
from app.domain.contract import Series
from app.domain.routing import SourceId
from app.domain.units import Ns
from app.domain.updates import SeriesOffered
from app.engine.chain_reading import series_of
from app.engine.series_watch import in_order

_NEAREST: Final = 2


class Listing:
    """A page names the families, each by one of its series, and the series of its own family."""

    def __init__(self, source: SourceId) -> None:
        self.chosen: str | None = None
        self._source = source
        self._by_user = False
        self._families: tuple[ListedSeries, ...] = ()
        self._listed: dict[str, ListedSeries] = {}
        self._pages: dict[str, ChainPage] = {}

    @property
    def known(self) -> bool:
        return bool(self._listed)

    def add(self, page: ChainPage) -> None:
        self._families = page.families or self._families
        for one in page.families:
            self._listed.setdefault(one.key, one)
        self._listed |= {one.key: one for one in page.series_listed}
        if page.vendor_series is not None:
            self._pages[page.vendor_series] = page

    def choose(self, key: str) -> None:
        self.chosen, self._by_user = key, True

    def follow(self, series: Series, near: date) -> bool:
        """Another source shows this one: the same here, if it is listed."""
        key = next((key for key in self._listed if series_of(key, near) == series), None)
        if key is not None:
            self.choose(key)
        return key is not None

    def release(self) -> None:
        """The nearest expiry again, unless the user chooses."""
        self.chosen, self._by_user = None, False

    def settle(self, near: date, now: Ns) -> tuple[str, ...]:
        """What to read now, the one on screen first. Unless the user chose, that is the nearest expiry."""
        order = [one.key for one in in_order(self._listed, near, now)]
        if not self._by_user and self.chosen not in order[:1]:
            self.chosen = order[0] if order else None
        first = () if self.chosen is None else (self.chosen,)
        return tuple(dict.fromkeys((*first, *order[:_NEAREST])))

    def offered(self, near: date, now: Ns) -> SeriesOffered:
        page = None if self.chosen is None else self._pages.get(self.chosen)
        return SeriesOffered(
            self._source, self._families, in_order(self._listed, near, now), self.chosen, page
        )
