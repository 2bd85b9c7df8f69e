"""Bars of a chart: signed from zero with the reach inside the bar, stacked by side, and candles."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from app.ui.palettes import Colours
from app.ui.widgets.plot.strokes import FUZZ, brush, draw_lines, draw_rects, pen
from app.ui.widgets.plot.view import Mark, View

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Width = float | Floats
"""Seconds that each bar is wide: one for all, or one of its own."""

_NONE: Final = np.zeros(0)
_NO_FLAGS: Final = np.zeros(0, np.bool_)
_LEAST_BODY_PX: Final = 3
_HOLLOW_ALPHA: Final = 45
_BODY: Final = 0.72
_REACH_ALPHA: Final = 150


class SignedBars(Mark):
    """Up and down from zero; bars of little volume are hollow. The reach is how far the sum went inside."""

    def __init__(self) -> None:
        self.times, self.values, self.low, self.high = _NONE, _NONE, _NONE, _NONE
        self.solid: Flags = np.zeros(0, np.bool_)
        self.seconds: Width = 1.0

    def set(
        self, times: Floats, values: Floats, solid: Flags, seconds: Width,
        low: Floats = _NONE, high: Floats = _NONE,
    ) -> None:  # fmt: skip
        """`times` are the beginnings of bars `seconds` wide; NaN values are left out."""
        self.times, self.values, self.solid, self.seconds = times, values, solid, seconds
        self.low, self.high = low, high

    def counts(self) -> tuple[int, int, int, int]:
        """Bars drawn: up, down, hollow up, hollow down."""
        up, down = self.values >= 0, self.values < 0
        picks = (up & self.solid, down & self.solid, up & ~self.solid, down & ~self.solid)
        return tuple(int(pick.sum()) for pick in picks)  # type: ignore[return-value]

    def paint(self, painter: QPainter, view: View) -> None:
        first = view.first(self.times, longest(self.seconds))
        left, width = body(view, self.times[first:], part(self.seconds, first))
        values, solid = self.values[first:], self.solid[first:]
        y, zero = view.y(values), round(view.y(0.0))
        if len(self.low):
            self._paint_reach(painter, view, first, left + width / 2)
        for colour, pick in ((view.colours.up, values >= 0), (view.colours.down, values < 0)):
            for sure in (True, False):
                chosen = pick & (solid == sure)
                painter.setPen(Qt.PenStyle.NoPen if sure else pen(colour))
                painter.setBrush(brush(colour, 255 if sure else _HOLLOW_ALPHA))
                top = np.minimum(y[chosen], zero)
                height = np.maximum(1.0, np.abs(y[chosen] - zero))
                draw_rects(painter, left[chosen], top, width[chosen], height)

    def _paint_reach(self, painter: QPainter, view: View, first: int, middle: Floats) -> None:
        """In the colour of the side that the bar did not end on, so that a lost push shows."""
        zero = np.zeros(len(middle))
        ends = ((self.low[first:], view.colours.down), (self.high[first:], view.colours.up))
        for reach, colour in ends:
            pick = (reach != 0) & np.isfinite(reach)
            painter.setPen(pen(colour, _REACH_ALPHA))
            x = middle[pick]
            draw_lines(painter, x, view.y(zero[pick]), x, view.y(reach[pick]))


class StackedBars(Mark):
    """What was bought on top of what was sold, on top of what nobody said."""

    def __init__(self) -> None:
        self.times = _NONE
        self.parts: tuple[tuple[str, Floats], ...] = ()
        self.seconds: Width = 1.0

    def set(self, times: Floats, parts: tuple[tuple[str, Floats], ...], seconds: Width) -> None:
        """`parts` from the bottom up, each with the name of its colour."""
        self.times, self.parts, self.seconds = times, parts, seconds

    def paint(self, painter: QPainter, view: View) -> None:
        first = view.first(self.times, longest(self.seconds))
        left, width = body(view, self.times[first:], part(self.seconds, first))
        floor = np.zeros(len(left))
        painter.setPen(Qt.PenStyle.NoPen)
        for colour, values in self.parts:
            top = floor + values[first:]
            y, bottom = view.y(top), view.y(floor)
            painter.setBrush(brush(getattr(view.colours, colour), 200))
            draw_rects(painter, left, y, width, bottom - y)
            floor = top


class Candles(Mark):
    """Open, high, low and close; doubtful ones are grey. A bar too narrow for a body is one upright."""

    def __init__(self, up: str = "up", down: str = "down") -> None:
        self._up, self._down = up, down
        self.times = _NONE
        self.seconds: Width = 1.0
        self.open, self.high, self.low, self.close = _NONE, _NONE, _NONE, _NONE
        self.doubtful = _NO_FLAGS
        self.fresh = True

    def set(
        self,
        times: Floats,
        open_: Floats,
        high: Floats,
        low: Floats,
        close: Floats,
        seconds: Width,
        doubtful: Flags = _NO_FLAGS,
    ) -> None:
        self.times, self.seconds, self.doubtful = times, seconds, doubtful
        self.open, self.high, self.low, self.close = open_, high, low, close

    def paint(self, painter: QPainter, view: View) -> None:
        first = view.first(self.times, longest(self.seconds))
        left, width = body(view, self.times[first:], part(self.seconds, first))
        middle = np.floor(left + width / 2)
        rows = (self.open, self.high, self.low, self.close)
        begin, high, low, end = (view.y(values[first:]) for values in rows)
        doubtful = self.doubtful[first:] if len(self.doubtful) else np.zeros(len(left), np.bool_)
        for colour, pick in self._sides(view.colours, self.close[first:] >= self.open[first:], doubtful):
            painter.setPen(pen(colour))
            draw_lines(painter, middle[pick], high[pick], middle[pick], low[pick])
            pick = pick & (width >= _LEAST_BODY_PX)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(brush(colour))
            top = np.floor(np.minimum(begin[pick], end[pick]))
            height = np.maximum(1.0, np.abs(end[pick] - begin[pick]))
            draw_rects(painter, left[pick], top, width[pick], height)

    def _sides(self, colours: Colours, rising: Flags, doubtful: Flags) -> tuple[tuple[str, Flags], ...]:
        if not self.fresh:
            return ((colours.idle, np.ones(len(rising), np.bool_)),)
        up, down = getattr(colours, self._up), getattr(colours, self._down)
        return ((up, rising & ~doubtful), (down, ~rising & ~doubtful), (colours.idle, doubtful))


def body(view: View, times: Floats, seconds: Width) -> tuple[Floats, Floats]:
    """Left edges on whole pixels, and widths: odd ones, so that a wick stands in the middle."""
    room = np.asarray(seconds * view.pixels_a_second, np.float64)
    width = np.maximum(1.0, np.floor(room * _BODY))
    width = np.where((width > 2) & (width % 2 == 0), width - 1, width)
    return np.floor(view.x(times) + (room - width) / 2 + FUZZ), np.broadcast_to(width, times.shape)


def part(seconds: Width, first: int) -> Width:
    """The widths from a position on."""
    return seconds if isinstance(seconds, float) else seconds[first:]


def longest(seconds: Width) -> float:
    return seconds if isinstance(seconds, float) else float(seconds.max(initial=0.0))
