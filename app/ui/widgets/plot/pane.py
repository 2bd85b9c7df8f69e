"""One pane of a chart: its marks, its share of the height, and the values between its edges."""

from collections.abc import Sequence
from typing import Final

from app.ui.widgets.plot.ornaments import Grid
from app.ui.widgets.plot.ticks import Tick, value_ticks
from app.ui.widgets.plot.view import Mark

ALL: Final = float("-inf")
NOTHING: Final = float("inf")

_AIR: Final = 0.06
# of the room for the legend that a rising series may use before the scale is chosen anew
_HEAD_KEPT: Final = 0.6
# of the height at least in use; below that the scale is chosen anew
_WELL_USED: Final = 0.55


class Pane:
    """`stretch` is its share of the height, `least` the smallest step of its axis. `ground` are marks under
    the others that change less often: they are painted into a picture of their own.
    """

    def __init__(
        self, name: str, stretch: int, marks: Sequence[Mark], least: float = 1.0, ground: Sequence[Mark] = ()
    ) -> None:
        self.name, self.stretch, self.least = name, stretch, least
        self.marks, self.ground = list(marks), list(ground)
        self.grid = Grid()
        self.low, self.high = 0.0, 1.0
        self.top, self.bottom = 0.0, 0.0
        self.ticks: tuple[Tick, ...] = ()
        self.moved = True
        """The scale changed since the last picture."""
        self.since, self.ground_since, self.aside = ALL, ALL, True
        """From where on marks and ground must be painted again, and whether what stands beside the data."""
        self.reach_px = max((mark.reach_px for mark in marks), default=0)
        self.ground_reach_px = max((mark.reach_px for mark in ground), default=0)

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def due(self) -> bool:
        """Whether any of it must be painted again."""
        return self.since < NOTHING or self.aside or self.ground_since < NOTHING

    def renew(self, since: float = ALL, *, aside: bool = True, ground: bool = True) -> None:
        """What happened from then on must be painted again."""
        self.since = min(self.since, since)
        self.aside |= aside
        if ground:
            self.ground_since = min(self.ground_since, since)

    def painted(self) -> None:
        self.since, self.ground_since, self.aside = NOTHING, NOTHING, False

    def fit(self, low: float, high: float, head: float = 0.0) -> None:
        """Shows [low, high] with some air and `head` of the height above for the legend. A scale that still
        fits well is kept, so that the axis rests.
        """
        height = max(high - low, self.least)
        fits = (
            self.low <= low
            and high + height * head * _HEAD_KEPT <= self.high
            and height > _WELL_USED * (self.high - self.low) * (1 - head / 2)
        )
        if not fits:
            air = height * _AIR
            self.fix(low - air, low + height + max(air, height * head))

    def fix(self, low: float, high: float) -> None:
        if (low, high) != (self.low, self.high):
            self.low, self.high, self.moved = low, high, True

    def place(self, top: float, bottom: float) -> None:
        self.top, self.bottom, self.moved = top, bottom, True

    def choose_ticks(self) -> None:
        self.ticks = self.grid.values = value_ticks(self.low, self.high, self.height, self.least)
        self.moved = False
