"""Figures at the right end of a pane, beside the newest data: what a series says now, in digits and words."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from app.ui.theme import CAPTION_PX, SMALL_PX, font
from app.ui.widgets.plot.view import Mark, View

_ROW_PX: Final = 15
_LEFT_PX: Final = 8


@dataclass(frozen=True, slots=True)
class Reading:
    """A caption, the value and what it means; `colour` names a field of the palette."""

    caption: str
    value: str
    colour: str = "text"
    words: str = ""


class Readings(Mark):
    """As many rows as the pane is high. They stand still while the series moves."""

    def __init__(self) -> None:
        self.rows: tuple[Reading, ...] = ()
        self._small, self._bold = font(CAPTION_PX), font(SMALL_PX, QFont.Weight.DemiBold)

    def paint(self, painter: QPainter, view: View) -> None:
        top, left, width = view.y0 + 4, view.x1 + _LEFT_PX, view.edge - view.x1 - _LEFT_PX - 4
        if width < 40 or not view.aside:
            return
        for row in self.rows:
            if top + _ROW_PX > view.y1:
                return
            box = QRectF(left, top, width, _ROW_PX)
            painter.setFont(self._small)
            painter.setPen(QColor(view.colours.faint))
            painter.drawText(box, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, row.caption)
            painter.setFont(self._bold)
            painter.setPen(QColor(getattr(view.colours, row.colour)))
            painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, row.value)
            top += _ROW_PX
            if row.words and top + _ROW_PX - 3 <= view.y1:
                box = QRectF(left, top - 2, width, _ROW_PX - 2)
                painter.setFont(self._small)
                painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, row.words)
                top += _ROW_PX - 3
