"""A ring of shares with a figure in its middle, and arcs for a gauge; drawn only when they change."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.palettes import Colours
from app.ui.theme import CAPTION_PX, font

_GAP_DEGREES = 2.0
_LARGE_PX = 96
_FIGURE_SHARE = 0.165


@dataclass(frozen=True, slots=True)
class Arc:
    """From `start` to `start + share` of the full sweep; `ring` 0 is the outer one."""

    start: float
    share: float
    colour: str
    ring: int = 0
    alpha: int = 255


class Ring(QWidget):
    """`sweep` degrees of a circle, clockwise from `first` degrees (0 = three o'clock, 90 = noon)."""

    def __init__(self, name: str, colours: Colours, *, sweep: float = 360.0, first: float = 90.0) -> None:
        super().__init__()
        self._name, self._colours = name, colours
        self._sweep, self._first = sweep, first
        self._arcs: tuple[Arc, ...] = ()
        self._figure, self._caption, self._figure_colour = "", "", "text"
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(96, 60)

    def show_arcs(self, arcs: tuple[Arc, ...], figure: str, caption: str, colour: str = "text") -> None:
        if (arcs, figure, caption, colour) == (self._arcs, self._figure, self._caption, self._figure_colour):
            return
        self._arcs, self._figure, self._caption, self._figure_colour = arcs, figure, caption, colour
        self.setAccessibleName(f"{self._name}: {figure} {caption}")
        self.update()

    def recolour(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(128, 118)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = min(self.width(), self.height()) - 6
        width = max(6.0, side / 11)
        box = QRectF((self.width() - side) / 2, (self.height() - side) / 2, side, side)
        rings = 1 + max((arc.ring for arc in self._arcs), default=0)
        for ring in range(rings):
            inset = width / 2 + ring * (width + 3)
            round_box = box.adjusted(inset, inset, -inset, -inset)
            thick = width if ring == 0 else width * 0.7
            self._stroke(painter, round_box, 0.0, 1.0, QColor(self._colours.raised), thick, 0.0)
            arcs = [arc for arc in self._arcs if arc.ring == ring and arc.share > 0]
            for arc in arcs:
                colour = QColor(getattr(self._colours, arc.colour))
                colour.setAlpha(arc.alpha)
                gap = _GAP_DEGREES if len(arcs) > 1 and self._sweep == 360 else 0.0
                self._stroke(painter, round_box, arc.start, arc.share, colour, thick, gap)
        self._write(painter, box)
        painter.end()

    def _stroke(
        self,
        painter: QPainter,
        box: QRectF,
        start: float,
        share: float,
        colour: QColor,
        width: float,
        gap: float,
    ) -> None:
        pen = QPen(colour, width)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        painter.setPen(pen)
        first = self._first - start * self._sweep
        length = max(0.6, share * self._sweep - gap)
        painter.drawArc(box, round(first * 16), -round(length * 16))

    def _write(self, painter: QPainter, box: QRectF) -> None:
        middle = box.center().y()
        large = box.width() >= _LARGE_PX
        px = max(20, round(box.width() * _FIGURE_SHARE)) if large else 14
        painter.setFont(font(px, QFont.Weight.DemiBold))
        painter.setPen(QColor(getattr(self._colours, self._figure_colour)))
        line = QRectF(
            box.left(), middle - (px * 0.9 if large else 12), box.width(), px * 1.2 if large else 24
        )
        painter.drawText(line, Qt.AlignmentFlag.AlignCenter, self._figure)
        if not large:
            return
        painter.setFont(font(CAPTION_PX))
        painter.setPen(QColor(self._colours.dim))
        painter.drawText(line.translated(0, px * 1.05), Qt.AlignmentFlag.AlignCenter, self._caption)
