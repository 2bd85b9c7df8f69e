"""One figure of the header: a small caption over a large value, painted by hand and only when it changed."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QSize
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.ui.palettes import Colours
from app.ui.theme import CAPTION_PX, font

VALUE_PX = 16
_WIDEST_SHRINK = 30


@dataclass(frozen=True, slots=True)
class Figure:
    """What a KPI shows; colours are names of fields of `Colours`."""

    caption: str
    value: str
    extra: str = ""
    colour: str = "text"
    struck: bool = False


class Kpi(QWidget):
    """Keeps the widest width it needed, so that a digit more or less does not move its neighbours."""

    def __init__(self, caption: str, colours: Colours, tip: Callable[[], str]) -> None:
        """`tip` is asked when somebody points at the figure: its age would be wrong a moment later."""
        super().__init__()
        self._tip = tip
        self._colours = colours
        self._caption_font = font(CAPTION_PX, spacing=0.4)
        self._value_font = font(VALUE_PX, QFont.Weight.DemiBold)
        self._extra_font = font(11, QFont.Weight.DemiBold)
        self._struck_font = QFont(self._value_font)
        self._struck_font.setStrikeOut(True)
        self._figure = Figure("", "")
        self._width = 0
        self._lengths = (0, 0, 0)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_figure(Figure(caption, "—"))

    @property
    def figure(self) -> Figure:
        return self._figure

    def show_figure(self, figure: Figure) -> None:
        if figure == self._figure:
            return
        self._figure = figure
        self.setAccessibleName(" ".join(filter(None, (figure.caption, figure.value, figure.extra))))
        lengths = (len(figure.caption), len(figure.value), len(figure.extra))
        if lengths != self._lengths:  # digits are of one width
            self._lengths = lengths
            needed = self._needed()
            if needed > self._width or needed < self._width - _WIDEST_SHRINK:
                self._width = needed
                self.updateGeometry()
        self.update()

    def recolour(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self._tip(), self)
            return True
        return super().event(event)

    def sizeHint(self) -> QSize:
        return QSize(self._width, 38)

    def paintEvent(self, _: QPaintEvent) -> None:
        figure, painter = self._figure, QPainter(self)
        painter.setFont(self._caption_font)
        painter.setPen(QColor(self._colours.faint))
        painter.drawText(QPoint(0, 12), figure.caption.upper())
        painter.setFont(self._struck_font if figure.struck else self._value_font)
        painter.setPen(QColor(getattr(self._colours, figure.colour)))
        painter.drawText(QPoint(0, 32), figure.value)
        if figure.extra:
            left = QFontMetrics(self._value_font).horizontalAdvance(figure.value) + 6
            self._extra_font.setStrikeOut(figure.struck)
            painter.setFont(self._extra_font)
            painter.setPen(QColor(getattr(self._colours, figure.colour if figure.struck else "dim")))
            painter.drawText(QPoint(left, 32), figure.extra)
        painter.end()

    def _needed(self) -> int:
        caption = QFontMetrics(self._caption_font).horizontalAdvance(self._figure.caption.upper())
        value = QFontMetrics(self._value_font).horizontalAdvance(self._figure.value)
        extra = QFontMetrics(self._extra_font).horizontalAdvance(self._figure.extra)
        return max(caption, value + (extra + 6 if extra else 0)) + 2
