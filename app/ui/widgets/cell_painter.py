"""Paints the cells of a grid by hand: the style sheet's own way takes several times as long per cell."""

from typing import Protocol

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.ui.palettes import Colours
from app.ui.theme import font
from app.ui.widgets.cells import Cell, Column, Mark
from app.ui.widgets.laid_text import LaidText


class Rows(Protocol):
    """What the painter asks of a model."""

    def cell(self, index: QModelIndex | QPersistentModelIndex) -> Cell: ...
    def column(self, number: int) -> Column: ...


PAD_PX = 6
_MARK_PX = 16
_RADIUS, _HALO, _HALO_ALPHA = 3.6, 7.0, 45


class CellPainter(QStyledItemDelegate):
    """`rows` is asked for `cell(index)` and `column(number)`."""

    def __init__(self, parent: QObject, rows: Rows, colours: Colours) -> None:
        super().__init__(parent)
        self._rows = rows
        self._texts = LaidText({(s, b): _cell_font(s, b) for s in (False, True) for b in (False, True)})
        self._inks: dict[str, QColor] = {}
        self.recolour(colours)

    def recolour(self, colours: Colours) -> None:
        self._inks = {name: QColor(getattr(colours, name)) for name in Colours.__dataclass_fields__
                      if isinstance(getattr(colours, name), str) and name != "name"}  # fmt: skip

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        cell, column = self._rows.cell(index), self._rows.column(index.column())
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, self._inks["selection"])
        elif cell.fill:
            painter.fillRect(box, self._inks[cell.fill])
        painter.fillRect(box.x(), box.bottom(), box.width(), 1, self._inks["row_line"])
        left = box.left() + PAD_PX
        if cell.mark is not None:
            middle = QPointF(left + 5, box.center().y() + 0.5)
            draw_mark(painter, middle, cell.mark, self._inks[cell.mark_colour or "idle"])
            left += _MARK_PX
        room = QRect(left, box.top(), box.right() - PAD_PX - left + 1, box.height() - 1)
        painter.setPen(self._inks[cell.colour])
        self._texts.draw(painter, room, cell.text, (cell.struck, cell.bold), right=column.right)


def draw_mark(painter: QPainter, at: QPointF, mark: Mark, colour: QColor) -> None:
    """A small shape on a faint halo."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    halo = QColor(colour)
    halo.setAlpha(_HALO_ALPHA)
    painter.setBrush(halo)
    painter.drawEllipse(at, _HALO, _HALO)
    painter.setBrush(colour)
    r = _RADIUS
    match mark:
        case Mark.GOOD:
            painter.drawEllipse(at, r, r)
        case Mark.WARN:
            top, low = at + QPointF(0, -r), at.y() + r * 0.8
            painter.drawPolygon(QPolygonF([top, QPointF(at.x() + r, low), QPointF(at.x() - r, low)]))
        case Mark.BAD:
            painter.drawRect(QRectF(at.x() - r + 0.4, at.y() - r + 0.4, 2 * r - 0.8, 2 * r - 0.8))
        case Mark.OFF:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(colour, 1.4))
            painter.drawEllipse(at, r - 0.6, r - 0.6)
        case Mark.REST:
            painter.drawRect(QRectF(at.x() - r, at.y() - 1.2, 2 * r, 2.4))
    painter.restore()


def _cell_font(struck: bool, bold: bool) -> QFont:
    made = font(weight=QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    made.setStrikeOut(struck)
    return made
