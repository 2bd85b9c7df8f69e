"""Which seconds and values lie at which pixels of a pane: what a series must know to paint itself there."""

from bisect import bisect_left
from dataclasses import dataclass
from typing import ClassVar, overload

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from app.ui.palettes import Colours

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class View:
    """Pixels of the whole chart. The data end at `x1`; between it and `edge` is room for figures.
    What ends before `since` is on the picture already and need not be painted.
    """

    left: float
    right: float
    low: float
    high: float
    x0: float
    x1: float
    y0: float
    y1: float
    edge: float
    since: float
    aside: bool
    """Whether the room beside the data is painted, too; elsewise it is as it was."""
    colours: Colours

    @property
    def pixels_a_second(self) -> float:
        return (self.x1 - self.x0) / (self.right - self.left)

    @property
    def pixels_a_unit(self) -> float:
        return (self.y1 - self.y0) / (self.high - self.low)

    @property
    def area(self) -> QRectF:
        return QRectF(self.x0, self.y0, self.edge - self.x0, self.y1 - self.y0)

    @overload
    def x(self, seconds: float) -> float: ...
    @overload
    def x(self, seconds: Floats) -> Floats: ...
    def x(self, seconds: float | Floats) -> float | Floats:
        return (seconds - self.left) * self.pixels_a_second + self.x0

    @overload
    def y(self, value: float) -> float: ...
    @overload
    def y(self, value: Floats) -> Floats: ...
    def y(self, value: float | Floats) -> float | Floats:
        return self.y1 - (value - self.low) * self.pixels_a_unit

    def seconds(self, x: float) -> float:
        return (x - self.x0) / self.pixels_a_second + self.left

    def value(self, y: float) -> float:
        return (self.y1 - y) / self.pixels_a_unit + self.low

    def first(self, seconds: Floats, width: float = 0.0) -> int:
        """Position of the first of these ordered times that must be painted, one before it for its line."""
        start = max(self.left, self.since) - width
        # numpy would let go of the interpreter, and another thread might keep it for a while
        return max(0, bisect_left(seconds, start) - 1)


class Mark:
    """A series or an ornament of a pane. Painted in order; the pane clips it."""

    shown = True
    reach_px: ClassVar[int] = 2
    """How far it paints to the left of its time, or to the right."""

    def paint(self, painter: QPainter, view: View) -> None:
        """Draws what lies in the view. The painter comes without a promise about pen and brush."""
