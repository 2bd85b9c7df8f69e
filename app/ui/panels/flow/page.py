"""What is wanted of the pressure table, and what is shown: one window, its rows, what is held back. No Qt."""

from dataclasses import dataclass, field
from enum import Enum

from app.domain.flow_window import FlowFilter, Significance
from app.domain.ticks import SideQuality
from app.domain.units import SECOND, Ns
from app.domain.updates import CoverageChanged
from app.ui.format import DASH, Zone, clock, number
from app.ui.widgets.cells import Row


class Kind(Enum):
    """Which instruments; the text is what the button says."""

    OPTIONS = "Options"
    FUTURES = "Futures"


class Order(Enum):
    """What the rows are sorted by: the number of the column."""

    CONTRACT = 0
    BOUGHT = 1
    SOLD = 2
    UNKNOWN = 3
    TRADES = 4
    MEAN = 5
    PRESSURE = 6
    LEANING = 7
    CONFIDENCE = 8
    MARK = 9


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user wants to see. `start` None follows the newest window; `mark`: what is significant."""

    start: Ns | None = None
    kind: Kind = Kind.OPTIONS
    admitted: FlowFilter = field(default_factory=FlowFilter)
    mark: Significance = field(default_factory=Significance)
    significant_only: bool = False
    order: Order = Order.CONFIDENCE
    upwards: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """One window as shown: its rows, and how many of it the filters hold back. `has_gap`: trades of it are
    missing, for now or for good.
    """

    rows: tuple[Row, ...]
    start: Ns | None
    seconds: int
    is_open: bool
    hidden: int
    stale: bool
    has_gap: bool = False


def window_words(page: Page, zone: Zone) -> str:
    if page.start is None:
        return DASH
    ends = page.start, Ns(page.start + page.seconds * SECOND)
    begin, end = (clock(at, zone, named=False) for at in ends)
    if page.seconds % 60 == 0:
        begin, end = begin[:-3], end[:-3]
    gap = " · gap in it" if page.has_gap else ""
    return f"{begin}–{end} {zone.label} · {'open' if page.is_open else 'closed'}{gap}"


def hint_words(page: Page, side: SideQuality, coverage: CoverageChanged | None) -> str:
    """How many rows, whose sides, and what is in none of them."""
    said = ["option trades are not live"] if page.stale and page.start is not None else []
    said.append(f"{len(page.rows)} {'row' if len(page.rows) == 1 else 'rows'}")
    if page.hidden:
        said.append(f"{page.hidden} held back by the filters")
    if page.rows:
        said.append(f"side: {side.value}")
    if coverage is not None and coverage.excluded:
        said.append(f"{number(coverage.excluded)} spreads and strategies left out")
    if coverage is not None and coverage.unresolved:
        said.append(f"{number(coverage.unresolved)} symbols unresolved")
    return " · ".join(said)
