"""The ladder on screen: sizes as bars about the price, what was pulled and stacked, what traded there."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.ui.format import number, price
from app.ui.palettes import Colours
from app.ui.panels.depth.model import Rung
from app.ui.theme import CAPTION_PX, SMALL_PX, font

ROW_PX: Final = 18
_HEAD_PX: Final = 20
_PAD: Final = 5
# shares of the width: orders, change, size, price, size, change, orders, traded
_WIDTHS: Final = (0.07, 0.10, 0.17, 0.19, 0.17, 0.10, 0.07, 0.13)
_HEADS: Final = ("#", "Δ 5 s", "Bid", "Price", "Ask", "Δ 5 s", "#", "8 min")
_BAR_ALPHA: Final = 70
_RIGHT: Final = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class LadderView(QWidget):
    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self._rungs: tuple[Rung, ...] = ()
        self._sound = False
        self._plain, self._head = font(SMALL_PX), font(CAPTION_PX)
        self._bold = font(SMALL_PX, QFont.Weight.DemiBold)
        self._struck = QFont(self._plain)
        self._struck.setStrikeOut(True)
        self.setMinimumWidth(250)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Ladder")
        self.setToolTip(
            "Resting size by price; # orders, where the schema counts them. Δ 5 s: size less that of five\n"
            "seconds ago, above zero stacked, below pulled. 8 min: bought less sold at that price in eight\n"
            "minutes. A dash: the book was not looked at there."
        )
        self.recolour(colours)

    @property
    def rungs(self) -> tuple[Rung, ...]:
        return self._rungs

    @property
    def room(self) -> int:
        """How many prices fit."""
        return max(0, (self.height() - _HEAD_PX) // ROW_PX)

    def show_rungs(self, rungs: Sequence[Rung], sound: bool) -> None:
        if tuple(rungs) == self._rungs and sound == self._sound:
            return
        self._rungs, self._sound = tuple(rungs), sound
        best = [f"{price(r.price)} {'bid' if r.is_best_bid else 'ask'} {r.bid if r.is_best_bid else r.ask}"
                for r in rungs if r.is_best_bid or r.is_best_ask]  # fmt: skip
        self.setAccessibleName(f"Ladder: {', '.join(best)}{'' if sound else ' (not whole or not fresh)'}")
        self.update()

    def recolour(self, colours: Colours) -> None:
        self._text, self._dim, self._faint = (QColor(c) for c in (colours.text, colours.dim, colours.faint))
        self._up, self._down = QColor(colours.up), QColor(colours.down)
        self._up_bar, self._down_bar = QColor(colours.up), QColor(colours.down)
        for one in (self._up_bar, self._down_bar):
            one.setAlpha(_BAR_ALPHA)
        self._spread, self._line = QColor(colours.selection), QColor(colours.row_line)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(340, 200)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter, edges = QPainter(self), self._edges()
        painter.setFont(self._head)
        painter.setPen(self._dim)
        for i, words in enumerate(_HEADS):
            painter.drawText(self._cell(edges, i, 0, _HEAD_PX), _RIGHT, words)
        largest = max((max(r.bid or 0, r.ask or 0) for r in self._rungs), default=0)
        for row, rung in enumerate(self._rungs):
            self._paint_rung(painter, edges, _HEAD_PX + row * ROW_PX, rung, largest)
        painter.end()

    def _paint_rung(self, painter: QPainter, edges: list[int], top: int, rung: Rung, largest: int) -> None:
        if rung.in_spread or rung.is_best_bid or rung.is_best_ask:
            shade = self._spread if rung.in_spread else self._line
            painter.fillRect(edges[3], top, edges[4] - edges[3], ROW_PX, shade)
        for side, size, colour in ((2, rung.bid, self._up_bar), (4, rung.ask, self._down_bar)):
            if size and largest:
                wide = round((edges[side + 1] - edges[side] - 2) * size / largest)
                left = edges[side + 1] - wide if side == 2 else edges[side]
                painter.fillRect(left, top + 2, wide, ROW_PX - 4, colour)
        painter.fillRect(0, top + ROW_PX - 1, self.width(), 1, self._line)
        text = self._text if self._sound else self._faint
        plain = self._plain if self._sound else self._struck
        traded = rung.bought - rung.sold
        has_traded = bool(rung.bought or rung.sold)
        cells = (
            (0, _count(rung.bid_orders), self._dim, plain),
            (1, _change(rung.bid_change), self._ink(rung.bid_change), plain),
            (2, _size(rung.bid), text, plain),
            (3, price(rung.price), text, self._bold if self._sound else self._struck),
            (4, _size(rung.ask), text, plain),
            (5, _change(rung.ask_change), self._ink(rung.ask_change), plain),
            (6, _count(rung.ask_orders), self._dim, plain),
            (7, number(traded, sign=True) if has_traded else "", self._ink(traded), self._plain),
        )
        for place, words, ink, face in cells:
            if words:
                painter.setFont(face)
                painter.setPen(ink)
                painter.drawText(self._cell(edges, place, top, ROW_PX), _RIGHT, words)

    def _ink(self, change: int | None) -> QColor:
        if not self._sound or not change:
            return self._faint
        return self._up if change > 0 else self._down

    def _edges(self) -> list[int]:
        return [round(self.width() * sum(_WIDTHS[:i])) for i in range(len(_WIDTHS) + 1)]

    def _cell(self, edges: list[int], place: int, top: int, height: int) -> QRect:
        return QRect(edges[place], top, edges[place + 1] - edges[place] - _PAD, height - 1)


def _size(size: int | None) -> str:
    """Nothing rests there: no word; nobody looked: a dash."""
    return number(size) if size != 0 else ""


def _count(orders: int | None) -> str:
    return "" if orders is None else number(orders)


def _change(change: int | None) -> str:
    return number(change, sign=True) if change else ""
