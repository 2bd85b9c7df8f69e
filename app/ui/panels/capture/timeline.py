"""The last 200 captures as a strip of bars, oldest left: how long each took, and where something went wrong.

A click looks at one; a drag leaves only that stretch in the list; a double click or Escape lifts it.
"""

from math import log10

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.domain.capture import CaptureLine, Outcome
from app.ui.format import CT, Zone, clock, millis
from app.ui.palettes import Colours
from app.ui.panels.capture.model import STRIP, CaptureModel
from app.ui.panels.capture.words import MARKS, WORDS, what_happened

_SLOWEST_MS, _FASTEST_MS = 20_000.0, 5.0
_WIDEST_PX, _NARROWEST_PX = 6.0, 1.6


class Timeline(QWidget):
    picked = Signal(str)
    spanned = Signal(str, str)
    lifted = Signal()

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.colours, self._zone = colours, CT
        self._lines: tuple[CaptureLine, ...] = ()
        self._shown: str | None = None
        self._span: tuple[int, int] | None = None
        self._pressed: int | None = None
        self._inks = {outcome: QColor(getattr(colours, MARKS[outcome][1])) for outcome in Outcome}
        self.setAccessibleName("The last captures, oldest left")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(False)

    def sizeHint(self) -> QSize:
        return QSize(340, 18)

    def show_lines(self, model: CaptureModel, zone: Zone) -> None:
        lines = tuple(reversed(model.lines))
        shown = None if model.shown is None else model.shown.id
        span = None
        if model.span is not None:
            span = lines.index(model.span[0]), lines.index(model.span[1])
        state = (lines, shown, span, zone)
        if state != (self._lines, self._shown, self._span, self._zone):
            self._lines, self._shown, self._span, self._zone = state
            self.update()

    def recolour(self, colours: Colours) -> None:
        self.colours = colours
        self._inks = {outcome: QColor(getattr(colours, MARKS[outcome][1])) for outcome in Outcome}
        self.update()

    def at(self, x: float) -> int | None:
        """Number of the capture at a place, the nearest within its slot."""
        number = int((x - self._left) // self._slot)
        return number if 0 <= number < len(self._lines) else None

    def place(self, number: int) -> float:
        return self._left + (number + 0.5) * self._slot

    @property
    def _slot(self) -> float:
        each = self.width() / max(40, min(STRIP, len(self._lines)))
        return max(_NARROWEST_PX, min(_WIDEST_PX + 1, each))

    @property
    def _left(self) -> float:
        return max(0.0, self.width() - self._slot * len(self._lines))

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        slot, height = self._slot, self.height()
        painter.fillRect(QRectF(0, height - 1, self.width(), 1), QColor(self.colours.line))
        if self._span is not None:
            first, last = self._span
            left = self._left + first * slot
            painter.fillRect(
                QRectF(left, 0, (last - first + 1) * slot, height), QColor(self.colours.selection)
            )
        for number, line in enumerate(self._lines):
            share = _share(line)
            left = self._left + number * slot
            bar = QRectF(left, height - 1 - share * (height - 5), max(1.0, slot - 1), share * (height - 5))
            bad = line.outcome in (Outcome.FAILED, Outcome.REJECTED)
            if bad:  # by shape too: it fills its slot
                bar = QRectF(left, 3, max(1.0, slot - 1), height - 4)
            ink = QColor(self._inks[line.outcome])
            ink.setAlpha(255 if bad or line.id == self._shown else 150)
            painter.fillRect(bar, ink)
            if line.id == self._shown:
                self._point_at(painter, left + slot / 2 - 0.5)
        if self.hasFocus():
            painter.setPen(QColor(self.colours.accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()

    def _point_at(self, painter: QPainter, x: float) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.colours.text))
        painter.drawPolygon([QPointF(x - 4, 0), QPointF(x + 4, 0), QPointF(x, 5)])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self.at(event.position().x())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        now, begun = self.at(event.position().x()), self._pressed
        if begun is not None and now is not None and now != begun:
            self._span = min(begun, now), max(begun, now)
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        now, begun = self.at(event.position().x()), self._pressed
        self._pressed = None
        if begun is None or now is None:
            return
        if now == begun:
            self.picked.emit(self._lines[now].id)
        else:
            self.spanned.emit(self._lines[min(begun, now)].id, self._lines[max(begun, now)].id)

    def mouseDoubleClickEvent(self, _: QMouseEvent) -> None:
        self.lifted.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        here = next((n for n, line in enumerate(self._lines) if line.id == self._shown), None)
        by = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()))
        if event.key() == Qt.Key.Key_Escape:
            self.lifted.emit()
        elif by is not None and here is not None and 0 <= here + by < len(self._lines):
            self.picked.emit(self._lines[here + by].id)
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent):
            number = self.at(event.pos().x())
            if number is not None:
                QToolTip.showText(event.globalPos(), self._told(self._lines[number]), self)
                return True
        return super().event(event)

    def _told(self, line: CaptureLine) -> str:
        took = millis(sum(step.ms for step in line.steps))
        return f"{clock(line.fetched, self._zone)} · {WORDS[line.outcome]} · {took}\n{what_happened(line)}"


def _share(line: CaptureLine) -> float:
    """Of the height: logarithmic, for an answer takes 10 ms or 10 s."""
    took = max(_FASTEST_MS, sum(step.ms for step in line.steps if step.name != "pace"))
    return max(0.12, min(1.0, log10(took / _FASTEST_MS) / log10(_SLOWEST_MS / _FASTEST_MS)))
