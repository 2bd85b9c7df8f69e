"""Figures at the right end of a pane, beside the newest data: what a series says now, in digits and words."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QFont, QPainter

from app.ui.theme import CAPTION_PX, SMALL_PX, font
from app.ui.widgets.laid_text import LaidText
from app.ui.widgets.plot.view import Mark, View

_ROW_PX: Final = 15
_LEFT_PX: Final = 8
_SMALL, _BOLD = "small", "bold"


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
        self._texts = LaidText({_SMALL: font(CAPTION_PX), _BOLD: font(SMALL_PX, QFont.Weight.DemiBold)})

    def paint(self, painter: QPainter, view: View) -> None:
        top, left = int(view.y0) + 4, int(view.x1) + _LEFT_PX
        width = int(view.edge) - left - 4
        if width < 40 or not view.aside:
            return
        for row in self.rows:
            if top + _ROW_PX > view.y1:
                return
            box = QRect(left, top, width, _ROW_PX)
            painter.setPen(QColor(view.colours.faint))
            self._texts.draw(painter, box, row.caption, _SMALL, right=False)
            painter.setPen(QColor(getattr(view.colours, row.colour)))
            self._texts.draw(painter, box, row.value, _BOLD, right=True)
            top += _ROW_PX
            if row.words and top + _ROW_PX - 3 <= view.y1:
                box = QRect(left, top - 2, width, _ROW_PX - 2)
                self._texts.draw(painter, box, row.words, _SMALL, right=True)
                top += _ROW_PX - 3
