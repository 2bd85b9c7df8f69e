"""Paints the cards and lines of source health: pills, the strip of the last hour, two sparklines, figures."""

from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from app.domain.health import Beat, History
from app.ui.health_looks import Look
from app.ui.palettes import Colours
from app.ui.panels.health.card import Card, CardCell, ChannelLine
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.cell_painter import draw_mark
from app.ui.widgets.cells import Mark
from app.ui.widgets.grid import Grid

FOLD_PX, MORE_PX, _TITLE_PX, _LINE_TITLE_PX = 18, 20, 74, 96
_AGE_PX, _SCORE_PX = 56, 34
_BEATS_SHARE: Final = 0.30
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_BEAT_COLOURS: Final = {
    Beat.UNSEEN: "line",
    Beat.CLOSED: "faint",
    Beat.GOOD: "up",
    Beat.PARTLY: "warn",
    Beat.BAD: "down",
}
_BEATS: Final = 60
_MOST_KEPT: Final = 160
_WIDEST_PX: Final = 12
"""No letter is wider: short texts need not be measured."""
_PILL_PX, _BARE_PX = 21, 17


class CardPainter(QStyledItemDelegate):
    def __init__(self, table: Grid, colours: Colours) -> None:
        super().__init__(table)
        self._table = table
        self._plain, self._small = font(), font(SMALL_PX)
        self._strong = font(weight=QFont.Weight.DemiBold)
        self._struck = font()
        self._struck.setStrikeOut(True)
        self._small_metrics = QFontMetrics(self._small)
        faces = (self._plain, self._small, self._strong, self._struck)
        self._metrics = {id(face): QFontMetrics(face) for face in faces}
        self._kept: dict[tuple[object, int], QPixmap] = {}
        self._inks: dict[str, QColor] = {}
        self.recolour(colours)

    def recolour(self, colours: Colours) -> None:
        self._inks = {
            name: QColor(getattr(colours, name))
            for name in Colours.__dataclass_fields__
            if str(getattr(colours, name)).startswith("#")
        }
        self._kept.clear()

    def _still(
        self, painter: QPainter, box: QRect, what: object, draw: Callable[[QPainter, QRect], None]
    ) -> None:
        """Painted once and kept while it looks the same: ages tick four times a second, pills and curves
        do not, and all of four cards painted anew took 12 ms."""
        picture = self._kept.get((what, box.width()))
        if picture is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            ratio = painter.device().devicePixelRatioF()
            picture = QPixmap(round(box.width() * ratio), round(box.height() * ratio))
            picture.setDevicePixelRatio(ratio)
            picture.fill(Qt.GlobalColor.transparent)
            own = QPainter(picture)
            draw(own, QRect(0, 0, box.width(), box.height()))
            own.end()
            self._kept[what, box.width()] = picture
        painter.drawPixmap(box.topLeft(), picture)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        cell = self._table.grid.cell(index)
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, self._ink("selection"))
        painter.fillRect(box.x(), box.bottom(), box.width(), 1, self._ink("row_line"))
        if not isinstance(cell, CardCell) or cell.shown is None:
            return
        painter.save()
        if isinstance(cell.shown, Card):
            self._card(painter, box, cell.shown)
        else:
            self._line(painter, box, cell.shown)
        painter.restore()

    def _ink(self, name: str) -> QColor:
        return self._inks[name]

    def _card(self, painter: QPainter, box: QRect, card: Card) -> None:
        top = QRect(box.x(), box.y() + 3, box.width(), 19)
        left = box.x() + 36
        head = QRect(box.x(), top.y(), left - box.x() + _TITLE_PX, top.height())
        looks = (card.opened, card.title, card.title_colour, card.mark, card.mark_colour)
        self._still(painter, head, looks, partial(self._head, card=card))
        right = box.right() - MORE_PX
        self._dots(painter, box.right() - MORE_PX // 2, top.center().y())
        age = QRect(right - _AGE_PX, top.y(), _AGE_PX, top.height())
        self._words(
            painter, age, card.age, card.age_colour, self._struck if card.struck else self._plain, _RIGHT
        )
        room = _SCORE_PX if card.score else 0
        score = QRect(age.x() - room - 4, top.y(), room, top.height())
        self._words(painter, score, card.score, "dim", self._small, _RIGHT)
        self._pills(painter, left + _TITLE_PX, score.x() - 4, top, card.pills)
        middle = QRect(left, box.y() + 23, right - left, 14)
        if card.history is not None:
            self._curves(painter, middle, card, card.history)
        else:
            self._words(painter, middle, card.note, card.note_colour, self._small)
        low = QRect(left, box.y() + 39, right - left, 16)
        said = (card.facts, card.note, card.note_colour, card.mark, card.history is None)
        self._still(painter, low, said, partial(self._facts, card=card))

    def _head(self, painter: QPainter, box: QRect, card: Card) -> None:
        if card.opened is not None:
            self._fold(painter, box, card.opened)
        middle = QPointF(box.x() + 25, box.center().y() + 0.5)
        draw_mark(painter, middle, card.mark, self._ink(card.mark_colour))
        title = QRect(box.x() + 36, box.y(), _TITLE_PX, box.height())
        self._words(painter, title, card.title, card.title_colour, self._strong)

    def _line(self, painter: QPainter, box: QRect, line: ChannelLine) -> None:
        draw_mark(
            painter, QPointF(box.x() + 42, box.center().y() + 0.5), line.mark, self._ink(line.mark_colour)
        )
        left = box.x() + 53
        title = QRect(left, box.y(), _LINE_TITLE_PX, box.height())
        self._words(painter, title, line.title, "text" if line.strong else "dim",
                    self._strong if line.strong else self._plain)  # fmt: skip
        right = box.right() - MORE_PX
        age = QRect(right - _AGE_PX, box.y(), _AGE_PX, box.height())
        self._words(
            painter, age, line.age, line.age_colour, self._struck if line.struck else self._plain, _RIGHT
        )
        end = self._pills(painter, left + _LINE_TITLE_PX - 12, age.x() - 4, box, line.pills)
        rest = QRect(end + 4, box.y(), age.x() - end - 8, box.height())
        said = " · ".join(part for part in (line.rate, line.note) if part)
        self._words(painter, rest, said, line.note_colour, self._small)

    def _words(
        self,
        painter: QPainter,
        box: QRect,
        words: str,
        colour: str,
        face: QFont,
        align: Qt.AlignmentFlag = _LEFT,
    ) -> None:
        if not words or box.width() <= 0:
            return
        painter.setFont(face)
        painter.setPen(self._ink(colour))
        metrics = self._metrics[id(face)]
        if len(words) * _WIDEST_PX > box.width():
            words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, align, words)

    def _pills(self, painter: QPainter, left: int, limit: int, box: QRect, pills: tuple[Look, ...]) -> int:
        """Shape, colour and word of the four axes; words that find no room are in the tooltip."""
        widths = [_PILL_PX + self._small_metrics.horizontalAdvance(pill.word) for pill in pills]
        for number in reversed(range(len(pills))):  # where it is narrow the last lose their words
            if left + sum(widths) + 4 * len(widths) <= limit:
                break
            widths[number] = _BARE_PX
        for pill, wide in zip(pills, widths, strict=True):
            at = QRect(left, box.center().y() - 7, wide, 16)
            self._still(painter, at, pill, partial(self._pill, pill=pill))
            left += wide + 4
        return left

    def _pill(self, painter: QPainter, box: QRect, pill: Look) -> None:
        plate = QColor(self._ink(pill.colour))
        plate.setAlpha(30)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(plate)
        painter.drawRoundedRect(QRectF(box), 4, 4)
        draw_mark(painter, QPointF(8.5, 8), pill.mark, self._ink(pill.colour))
        if box.width() > _BARE_PX:
            colour = "dim" if pill.colour == "idle" else pill.colour
            self._words(painter, QRect(16, 0, box.width() - 16, 15), pill.word, colour, self._small)

    def _curves(self, painter: QPainter, box: QRect, card: Card, history: History) -> None:
        self._still(painter, box, history, partial(self._lines, history=history))
        _, latency, spark, rate, words = _columns(box)
        said = QRect(latency + spark + 5, box.y(), words - 5, 14)
        self._words(painter, said, card.latency, card.latency_colour, self._small)
        self._words(painter, said.translated(rate - latency, 0), card.rate, "text", self._small)

    def _lines(self, painter: QPainter, box: QRect, history: History) -> None:
        beats, latency, spark, rate, _ = _columns(box)
        self._beats(painter, QRect(box.x(), box.y() + 1, beats, 12), history.beats)
        top = max((v for v in (*history.p95, *history.p50) if v is not None), default=0.0)
        place = QRect(latency, box.y() + 1, spark, 12)
        self._spark(painter, place, history.p95, top, "warn")
        self._spark(painter, place, history.p50, top, "info")
        top = max((v for v in history.rates if v is not None), default=0.0)
        self._spark(painter, place.translated(rate - latency, 0), history.rates, top, "accent")

    def _beats(self, painter: QPainter, box: QRect, beats: tuple[Beat, ...]) -> None:
        step = box.width() / _BEATS
        for number, beat in enumerate(beats[-_BEATS:], _BEATS - min(_BEATS, len(beats))):
            left, right = round(number * step), round((number + 1) * step)
            low = 0 if beat in (Beat.GOOD, Beat.PARTLY, Beat.BAD) else 4
            painter.fillRect(
                box.x() + left, box.y() + low, max(1, right - left - 1), box.height() - 2 * low,
                self._ink(_BEAT_COLOURS[beat]),
            )  # fmt: skip

    def _spark(
        self, painter: QPainter, box: QRect, values: tuple[float | None, ...], top: float, colour: str
    ) -> None:
        """From 0 to the largest; a column without a value is a hole in the line."""
        painter.fillRect(box.x(), box.bottom(), box.width(), 1, self._ink("line"))
        if top <= 0 or not values:
            return
        painter.setPen(QPen(self._ink(colour), 1))
        run = QPolygonF()
        step = box.width() / max(1, len(values) - 1)
        for number, value in enumerate((*values, None)):
            if value is not None:
                run.append(QPointF(box.x() + number * step, box.bottom() - value / top * (box.height() - 1)))
            elif run.size():
                painter.drawPolyline(run) if run.size() > 1 else painter.drawPoint(run.at(0))
                run = QPolygonF()

    def _facts(self, painter: QPainter, box: QRect, card: Card) -> None:
        left, metrics = box.x(), self._small_metrics
        said = [("", card.note, card.note_colour)] if card.note and card.history is not None else []
        first = card.mark in (Mark.BAD, Mark.OFF)
        facts = [*said, *card.facts] if first else [*card.facts, *said]
        for caption, value, colour in facts:
            gap = metrics.horizontalAdvance(caption) + 4 if caption else 0
            wide = gap + metrics.horizontalAdvance(value)
            if caption and left + wide > box.right():
                return
            self._words(painter, QRect(left, box.y(), gap, 15), caption, "faint", self._small)
            self._words(
                painter, QRect(left + gap, box.y(), box.right() - left - gap, 15), value, colour, self._small
            )
            left += wide + 11
            if left > box.right() - 24:
                return

    def _fold(self, painter: QPainter, box: QRect, opened: bool) -> None:
        x, y = box.x() + 9, box.center().y() + 1
        shape = [(-4, -2), (4, -2), (0, 3)] if opened else [(-2, -4), (-2, 4), (3, 0)]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._ink("faint"))
        painter.drawPolygon(QPolygonF([QPointF(x + dx, y + dy) for dx, dy in shape]))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)

    def _dots(self, painter: QPainter, x: int, y: int) -> None:
        for step in (-4, 0, 4):
            painter.fillRect(x, y + step, 2, 2, self._ink("dim"))


def _columns(box: QRect) -> tuple[int, int, int, int, int]:
    """Width of the beats, left and width of the latency's sparkline, left of the rate's, room for words."""
    beats = round(box.width() * _BEATS_SHARE)
    rest = box.width() - beats - 14
    spark, words = round(rest * 0.22), round(rest * 0.28)
    latency = box.x() + beats + 14
    return beats, latency, spark, latency + spark + words, words
