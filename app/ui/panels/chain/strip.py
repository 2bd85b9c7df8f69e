"""The strip of summary numbers over the board, painted by hand: captions above, figures below."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QEvent, QPoint, QSize
from PySide6.QtGui import QColor, QFont, QFontMetrics, QHelpEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.ui.palettes import Colours
from app.ui.theme import CAPTION_PX, SMALL_PX, font

HEIGHT_PX: Final = 36
_LEFT, _GAP, _CAPTION_Y, _VALUE_Y = 10, 15, 12, 28


@dataclass(frozen=True, slots=True)
class Item:
    """`note` stands smaller beside the value; `about` says how it is worked out."""

    caption: str
    value: str
    note: str = ""
    about: str = ""


class StripView(QWidget):
    """What does not fit at the right is left out whole; the tooltips and screen readers have it all."""

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self._caption, self._note = font(CAPTION_PX), font(SMALL_PX)
        self._value = font(weight=QFont.Weight.DemiBold)
        self._struck = QFont(self._value)
        self._struck.setStrikeOut(True)
        self._widths = [
            QFontMetrics(one).horizontalAdvance for one in (self._caption, self._value, self._note)
        ]
        self._items: tuple[Item, ...] = ()
        self._stale = False
        self._lefts: list[tuple[int, int]] = []
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.recolour(colours)

    @property
    def items(self) -> tuple[Item, ...]:
        return self._items

    def show_items(self, items: Sequence[Item], stale: bool) -> None:
        if tuple(items) == self._items and stale == self._stale:
            return
        self._items, self._stale = tuple(items), stale
        self.setAccessibleName(
            ", ".join(f"{one.caption} {one.value} {one.note}".strip() for one in items)
            + (" (stale)" if stale else "")
        )
        left, self._lefts = _LEFT, []
        for one in items:
            width = self._wide(one)
            self._lefts.append((left, width))
            left += width + _GAP
        self.update()

    def recolour(self, colours: Colours) -> None:
        self._faint, self._dim, self._text = (QColor(c) for c in (colours.faint, colours.dim, colours.text))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(0, HEIGHT_PX)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            QToolTip.showText(event.globalPos(), self.about(event.pos()), self)
            return True
        return super().event(event)

    def about(self, place: QPoint) -> str:
        """Of the item there; beside all of them, of those that did not fit."""
        for one, (left, width) in zip(self._items, self._lefts, strict=True):
            if left <= place.x() <= left + width and left + width <= self.width():
                return one.about
        hidden = [one for one, (left, width) in zip(self._items, self._lefts, strict=True)
                  if left + width > self.width()]  # fmt: skip
        return "\n".join(f"{one.caption} {one.value} {one.note}".strip() for one in hidden)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        for one, (left, width) in zip(self._items, self._lefts, strict=True):
            if left + width > self.width():
                break
            painter.setFont(self._caption)
            painter.setPen(self._faint)
            painter.drawText(left, _CAPTION_Y, one.caption)
            # what is worked out from a stale chain is as stale as the chain
            painter.setFont(self._struck if self._stale else self._value)
            painter.setPen(self._faint if self._stale else self._text)
            painter.drawText(left, _VALUE_Y, one.value)
            if one.note:
                painter.setFont(self._note)
                painter.setPen(self._faint if self._stale else self._dim)
                painter.drawText(left + self._widths[1](one.value) + 5, _VALUE_Y, one.note)
        painter.end()

    def _wide(self, one: Item) -> int:
        caption, value, note = self._widths
        return max(caption(one.caption), value(one.value) + (note(one.note) + 5 if one.note else 0))
