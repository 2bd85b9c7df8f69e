"""Lines of a swatch, words and numbers at the right: the text beside a ring or gauge."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.palettes import Colours
from app.ui.theme import font
from app.ui.widgets.keyed_line import KeyedLine

__all__ = ["Keyed", "KeyedLine"]

LINE_PX = 21


class Keyed(QWidget):
    def __init__(self, name: str, colours: Colours, *, middle_px: int = 74) -> None:
        super().__init__()
        self._name, self._colours, self._middle_px = name, colours, middle_px
        self._lines: tuple[KeyedLine, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    @property
    def lines(self) -> tuple[KeyedLine, ...]:
        return self._lines

    def show_lines(self, lines: tuple[KeyedLine, ...]) -> None:
        if lines == self._lines:
            return
        grown = len(lines) != len(self._lines)
        self._lines = lines
        said = ", ".join(f"{line.words} {line.middle} {line.right}" for line in lines)
        self.setAccessibleName(f"{self._name}: {said}")
        if grown:
            self.updateGeometry()
        self.update()

    def recolour(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, LINE_PX * len(self._lines))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, LINE_PX * min(3, len(self._lines)))

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        plain, strong = font(), font(weight=QFont.Weight.DemiBold)
        for number, line in enumerate(self._lines):
            box = QRectF(0, number * LINE_PX, self.width(), LINE_PX)
            left = 0.0
            if line.swatch:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(QColor(getattr(self._colours, line.swatch)))
                painter.drawRoundedRect(QRectF(0, box.center().y() - 4, 9, 9), 2, 2)
                left = 15.0
            painter.setFont(strong if line.strong else plain)
            painter.setPen(QColor(self._colours.text if line.strong else self._colours.dim))
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
            painter.drawText(box.adjusted(left, 0, 0, 0), flags | Qt.AlignmentFlag.AlignLeft, line.words)
            painter.setFont(plain)
            painter.setPen(QColor(self._colours.faint))
            metrics = QFontMetrics(plain)
            figure_px = max(self._middle_px, QFontMetrics(strong).horizontalAdvance(line.right) + 12)
            room = box.adjusted(left + metrics.horizontalAdvance(line.words) + 10, 0, -figure_px, 0)
            words = metrics.elidedText(line.middle, Qt.TextElideMode.ElideRight, round(room.width()))
            painter.drawText(room, flags | Qt.AlignmentFlag.AlignRight, words)
            painter.setFont(strong)
            painter.setPen(QColor(getattr(self._colours, line.colour)))
            painter.drawText(box, flags | Qt.AlignmentFlag.AlignRight, line.right)
        painter.end()
