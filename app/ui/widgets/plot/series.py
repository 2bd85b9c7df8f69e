"""Series of a chart: a line, a line of steps coloured by side, a ribbon between two values."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QBrush, QLinearGradient, QPainter

from app.ui.widgets.plot.strokes import FUZZ, brush, draw_lines, draw_rects, draw_strokes, ink, pen
from app.ui.widgets.plot.view import Mark, View

Floats = NDArray[np.float64]
Sides = NDArray[np.int8]
Flags = NDArray[np.bool_]

_NONE: Final = np.zeros(0)
_NO_SIDES: Final = np.zeros(0, np.int8)
_NO_FLAGS: Final = np.zeros(0, np.bool_)
_DASH_PX: Final = 4
_DOT_PX: Final = 2
_FILL_ALPHA: Final = 46
_AREA_ALPHA: Final = 70
_RAY_ALPHA: Final = 150
# Pixels of the line to one piece of the fill.
_FILL_STEP: Final = 4


class Curve(Mark):
    """Values at ordered times, cut at NaN. `weak` points are dotted: they rest on few contracts."""

    def __init__(self, colour: str, *, dashed: bool = False, area: bool = False, alpha: int = 255) -> None:
        self.colour, self.dashed, self.area, self.alpha = colour, dashed, area, alpha
        self.times, self.values, self.weak = _NONE, _NONE, _NO_FLAGS

    def set(self, times: Floats, values: Floats, weak: Flags = _NO_FLAGS) -> None:
        self.times, self.values, self.weak = times, values, weak

    def pieces(self) -> int:
        """How many unbroken stretches are drawn."""
        good = np.isfinite(self.values)
        return int((good & ~np.concatenate(([False], good[:-1]))).sum()) if len(good) else 0

    def paint(self, painter: QPainter, view: View) -> None:
        first = view.first(self.times)
        x, y = view.x(self.times[first:]), view.y(self.values[first:])
        if len(x) < 2:
            return
        if self.area:
            self._paint_area(painter, view, x, y)
        drawn = np.isfinite(y[:-1]) & np.isfinite(y[1:])
        faint = self.weak[first + 1 :] if len(self.weak) else np.zeros(len(drawn), np.bool_)
        colour = getattr(view.colours, self.colour)
        strong = drawn & ~faint
        if self.dashed:
            strong &= _every_other(x, _DASH_PX)
        self._stroke(painter, colour, self.alpha, x, y, strong)
        if faint.any():
            self._stroke(painter, colour, 150, x, y, drawn & faint & _every_other(x, _DOT_PX))

    def _stroke(self, painter: QPainter, colour: str, alpha: int, x: Floats, y: Floats, pick: Flags) -> None:
        painter.setPen(pen(colour, alpha))
        draw_lines(painter, x[:-1][pick], y[:-1][pick], x[1:][pick], y[1:][pick])

    def _paint_area(self, painter: QPainter, view: View, x: Floats, y: Floats) -> None:
        """From zero, in the colours of the sides; only what rests on enough contracts."""
        good = np.isfinite(y) & (~self.weak[-len(y) :] if len(self.weak) else True)
        zero = view.y(0.0)
        width = np.append(np.diff(x), 1.0)
        painter.setPen(Qt.PenStyle.NoPen)
        for colour, pick in ((view.colours.up, y < zero), (view.colours.down, y > zero)):
            painter.setBrush(brush(colour, _AREA_ALPHA))
            pick &= good
            top = np.minimum(y[pick], zero)
            draw_rects(painter, np.floor(x[pick] + FUZZ), top, width[pick], np.abs(y[pick] - zero))


class Sheaf(Mark):
    """Several dashed lines at the same few times, such as bands around an average; cut at NaN."""

    def __init__(self, colour: str, alpha: int = 255) -> None:
        self.colour, self.alpha = colour, alpha
        self.times = _NONE
        self.rows: tuple[Floats, ...] = ()

    def set(self, times: Floats, rows: tuple[Floats, ...]) -> None:
        self.times, self.rows = times, rows

    def paint(self, painter: QPainter, view: View) -> None:
        first = view.first(self.times)
        x = view.x(self.times[first:])
        if len(x) < 2:
            return
        # on a grid of pixels that moves with the data, so that the dashes stand still on them
        step = _DASH_PX / view.pixels_a_second
        at = np.arange(np.floor(view.seconds(x[0]) / step), view.seconds(x[-1]) / step)
        at = at[: len(at) // 2 * 2]
        across = view.x(at * step)
        on = (at[:-1] % 2 == 0).nonzero()[0]
        lines = np.stack([np.interp(across, x, view.y(row[first:])) for row in self.rows])
        painter.setPen(pen(getattr(view.colours, self.colour), self.alpha))
        on = on[np.isfinite(lines[0, on] + lines[0, on + 1])]
        left, right = np.tile(across[on], len(lines)), np.tile(across[on + 1], len(lines))
        draw_lines(painter, left, lines[:, on].ravel(), right, lines[:, on + 1].ravel())


class StepLine(Mark):
    """The price as it was traded: level until the next trade, upright where it moved, in the colour of the
    last aggressor. Nothing crosses a break.
    """

    def __init__(self) -> None:
        self.by_side, self.fresh, self.filled = True, True, True
        self.times, self.low, self.high, self.close = _NONE, _NONE, _NONE, _NONE
        self.side, self.begins, self.until = _NO_SIDES, _NO_FLAGS, 0.0
        self._faded: tuple[object, QBrush] = (None, QBrush())

    def set(
        self,
        times: Floats,
        low: Floats,
        high: Floats,
        close: Floats,
        side: Sides,
        begins: Flags,
        until: float,
    ) -> None:
        """`begins`: nothing leads from the point before to this one. The last level reaches to `until`."""
        self.times, self.low, self.high, self.close = times, low, high, close
        self.side, self.begins, self.until = side, begins, until

    def pieces(self) -> int:
        return int(self.begins[1:].sum()) + 1 if len(self.begins) else 0

    def paint(self, painter: QPainter, view: View) -> None:
        first = view.first(self.times)
        times = self.times[first:]
        if not len(times):
            return
        x, close, begins = view.x(times), view.y(self.close[first:]), self.begins[first:]
        ends = np.append(np.where(begins[1:], x[:-1] + 1, x[1:]), view.x(max(self.until, float(times[-1]))))
        before = np.concatenate((close[:1], np.where(begins[1:], close[1:], close[:-1])))
        top = np.minimum(view.y(self.high[first:]), before)
        bottom = np.maximum(view.y(self.low[first:]), before)
        if self.filled:
            self._fill(painter, view, x, ends, np.maximum(bottom, close), begins)
        strokes = np.empty((2, len(x), 4))  # upright, then level
        strokes[0, :, 0], strokes[0, :, 1], strokes[0, :, 2], strokes[0, :, 3] = x, top, x, bottom
        strokes[1, :, 0], strokes[1, :, 1], strokes[1, :, 2], strokes[1, :, 3] = x, close, ends, close
        for colour, pick in self._colours(view, self.side[first:]):
            painter.setPen(pen(colour))
            draw_strokes(painter, strokes if pick is None else strokes[:, pick])

    def _colours(self, view: View, side: Sides) -> tuple[tuple[str, Flags | None], ...]:
        """None: every one."""
        colours = view.colours
        if not self.fresh:
            return ((colours.idle, None),)
        if not self.by_side:
            return ((colours.price, None),)
        return ((colours.price, side == 0), (colours.up, side > 0), (colours.down, side < 0))

    def _fill(self, painter: QPainter, view: View, x: Floats, ends: Floats, y: Floats, begins: Flags) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._fade(view))
        bucket = x // _FILL_STEP
        head = bucket[1:] != bucket[:-1]
        heads = np.concatenate(([0], np.flatnonzero(head | begins[1:]) + 1))
        lasts = np.append(heads[1:], len(x)) - 1
        top = np.maximum.reduceat(y, heads)
        draw_rects(painter, x[heads], top, ends[lasts] - x[heads], view.y1 - top)

    def _fade(self, view: View) -> QBrush:
        key = (view.colours.accent if self.fresh else view.colours.idle, view.y0, view.y1)
        if self._faded[0] != key:
            colour, top, bottom = key
            fade = QLinearGradient(QPointF(0, top), QPointF(0, bottom))
            fade.setColorAt(0, ink(colour, _FILL_ALPHA))
            fade.setColorAt(1, ink(colour, 0))
            self._faded = (key, QBrush(fade))
        return self._faded[1]


class Rays(Mark):
    """Levels that begin at a time and go on to the right edge."""

    def __init__(self, colour: str) -> None:
        self.colour = colour
        self.times, self.values = _NONE, _NONE

    def set(self, times: Floats, values: Floats) -> None:
        self.times, self.values = times, values

    def paint(self, painter: QPainter, view: View) -> None:
        x, y = view.x(self.times), view.y(self.values)
        painter.setPen(pen(getattr(view.colours, self.colour), _RAY_ALPHA))
        draw_lines(painter, x, y, np.full(len(x), view.x1), y)


class Ribbon(Mark):
    """Between two values over time, such as bid and ask: a faint body, each second with its own height."""

    def __init__(self, colour: str, alpha: int = 60) -> None:
        self.colour, self.alpha = colour, alpha
        self.times, self.low, self.high = _NONE, _NONE, _NONE
        self.seconds = 1.0

    def set(self, times: Floats, low: Floats, high: Floats, seconds: float) -> None:
        self.times, self.low, self.high, self.seconds = times, low, high, seconds

    def paint(self, painter: QPainter, view: View) -> None:
        first = view.first(self.times, self.seconds)
        good = np.isfinite(self.low[first:]) & np.isfinite(self.high[first:])
        x = view.x(self.times[first:][good])
        top, bottom = view.y(self.high[first:][good]), view.y(self.low[first:][good])
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(brush(getattr(view.colours, self.colour), self.alpha))
        left = np.floor(x + FUZZ)
        width = np.floor(x + self.seconds * view.pixels_a_second + FUZZ) - left
        draw_rects(painter, left, top, np.maximum(1.0, width), np.maximum(1.0, bottom - top))


def _every_other(x: Floats, long: int) -> Flags:
    """Stretches of so many pixels."""
    on: Flags = ((x[1:] + FUZZ) // long) % 2 == 0
    return on
