"""The month as a picture: what was spent day by day, where it heads, and what each day cost below it.

Everything is drawn from values that the ledger or the forecast said; a fan appears only where there is one.
"""

from calendar import monthrange
from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.domain.cost import MonthCost
from app.domain.units import MicroUsd
from app.ui import format as text
from app.ui.palettes import Colours
from app.ui.theme import CAPTION_PX, font

_LEFT, _RIGHT, _TOP, _FOOT = 46.0, 10.0, 8.0, 16.0
_BARS_SHARE = 0.26
_FAN_ALPHA = 60
_HEADROOM = 0.06


# a day and an amount as a point of the picture
_At = Callable[[float, float], QPointF]


class BurnChart(QWidget):
    """Upper part: total against the budget by day. Lower part: metered money a day, one-offs lighter."""

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self._colours = colours
        self._cost: MonthCost | None = None
        self.setMinimumHeight(110)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_month(self, cost: MonthCost) -> None:
        if cost == self._cost:
            return
        self._cost = cost
        last = cost.days[-1] if cost.days else None
        said = f"{text.money(last.so_far)} metered by {last.day:%d %b}" if last else "no trading day yet"
        self.setAccessibleName(f"Burn-down of {cost.month}: {said}")
        self.update()

    def recolour(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(320, 190)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cost = self._cost
        if cost is None or not (cost.days or cost.fan):
            return
        number = 1 + int((event.position().x() - _LEFT) / max(1.0, self._plot().width()) * _days(cost))
        QToolTip.showText(event.globalPosition().toPoint(), _told(cost, number), self)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(font(CAPTION_PX))
        if self._cost is not None and (self._cost.days or self._cost.fan):
            self._paint(painter, self._cost)
        painter.end()

    def _plot(self) -> QRectF:
        return QRectF(_LEFT, _TOP, self.width() - _LEFT - _RIGHT, self.height() - _TOP - _FOOT)

    def _paint(self, painter: QPainter, cost: MonthCost) -> None:
        whole = self._plot()
        bars_height = whole.height() * _BARS_SHARE
        upper = whole.adjusted(0, 0, 0, -bars_height - 10)
        lower = QRectF(whole.left(), whole.bottom() - bars_height, whole.width(), bars_height)
        self._paint_days(painter, cost, whole)
        self._paint_totals(painter, cost, upper)
        self._paint_bars(painter, cost, lower)

    def _paint_totals(self, painter: QPainter, cost: MonthCost, box: QRectF) -> None:
        low, top = _reach(cost)
        days = _days(cost)

        def at(day: float, amount: float) -> QPointF:
            share = (min(amount, top) - low) / (top - low)
            return QPointF(box.left() + day / days * box.width(), box.bottom() - share * box.height())

        self._level(painter, box, at(0, cost.budget).y(), f"${text.number(cost.budget / 1e6)}", "down")
        self._level(painter, box, at(0, cost.fixed).y(), f"${text.number(cost.fixed / 1e6)}", "line")
        if max(low, cost.fixed) < cost.notice < cost.budget:
            self._level(painter, box, at(0, cost.notice).y(), f"${text.number(cost.notice / 1e6)}", "warn")
        pen = QPen(QColor(self._colours.faint), 0, Qt.PenStyle.DotLine)
        painter.setPen(pen)
        painter.drawLine(at(0, cost.fixed), at(days, cost.budget))
        self._paint_fan(painter, cost, at)
        line = [at(0, cost.fixed)]
        for spent in cost.days:
            line += [at(spent.day.day - 1, line_amount(cost, spent.so_far - spent.metered)),
                     at(spent.day.day, line_amount(cost, spent.so_far))]  # fmt: skip
        painter.setPen(QPen(QColor(self._colours.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(line))

    def _paint_fan(self, painter: QPainter, cost: MonthCost, at: _At) -> None:
        if not cost.fan:
            return
        last = cost.days[-1] if cost.days else None
        begin = at(0, cost.fixed) if last is None else at(last.day.day, line_amount(cost, last.so_far))
        bounded = [p for p in cost.fan if p.low is not None and p.high is not None]
        if bounded:
            edge = [begin, *(at(p.day.day, p.high or 0) for p in bounded)]
            edge += [at(p.day.day, p.low or 0) for p in reversed(bounded)]
            colour = QColor(self._colours.accent)
            colour.setAlpha(_FAN_ALPHA)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawPolygon(QPolygonF(edge))
        painter.setPen(QPen(QColor(self._colours.accent), 0, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF([begin, *(at(p.day.day, p.middle) for p in cost.fan)]))

    def _paint_bars(self, painter: QPainter, cost: MonthCost, box: QRectF) -> None:
        painter.setPen(QColor(self._colours.line))
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        highest = max((day.metered for day in cost.days), default=0)
        if not highest:
            painter.setPen(QColor(self._colours.faint))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, "no metered money yet")
            return
        slot = box.width() / _days(cost)
        painter.setPen(Qt.PenStyle.NoPen)
        for day in cost.days:
            left = box.left() + (day.day.day - 1) * slot + slot * 0.18
            height = day.metered / highest * (box.height() - 2)
            usual = (day.metered - day.one_off) / highest * (box.height() - 2)
            painter.setBrush(QColor(self._colours.info))
            painter.drawRect(QRectF(left, box.bottom() - usual, slot * 0.64, usual))
            light = QColor(self._colours.info)
            light.setAlpha(110)
            painter.setBrush(light)
            painter.drawRect(QRectF(left, box.bottom() - height, slot * 0.64, height - usual))
        painter.setPen(QColor(self._colours.faint))
        room = QRectF(0, box.top() - 6, _LEFT - 6, 14)
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _short(highest))

    def _paint_days(self, painter: QPainter, cost: MonthCost, whole: QRectF) -> None:
        days, metrics = _days(cost), QFontMetrics(painter.font())
        every = 1 if whole.width() / days > 3 * metrics.horizontalAdvance("30") else 5
        painter.setPen(QColor(self._colours.faint))
        for number in range(1, days + 1):
            if number == 1 or number % every == 0:
                middle = whole.left() + (number - 0.5) / days * whole.width()
                foot = QRectF(middle - 14, whole.bottom() + 2, 28, _FOOT - 2)
                painter.drawText(foot, Qt.AlignmentFlag.AlignCenter, str(number))

    def _level(self, painter: QPainter, box: QRectF, y: float, words: str, colour: str) -> None:
        painter.setPen(QPen(QColor(getattr(self._colours, colour)), 0, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        painter.setPen(QColor(self._colours.dim))
        room = QRectF(0, y - 8, _LEFT - 6, 16)
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)


def line_amount(cost: MonthCost, metered: int) -> int:
    """The total on a day: fees from the first, metered money as it came."""
    return cost.fixed + metered


def _days(cost: MonthCost) -> int:
    day = (cost.days or cost.fan)[0].day
    return monthrange(day.year, day.month)[1]


def _reach(cost: MonthCost) -> tuple[float, float]:
    """From a little below the fixed fees, which are there from the first day, to a little above all else."""
    highest = max((p.high or p.middle for p in cost.fan), default=0)
    top = max(cost.budget, cost.fixed + cost.metered, highest, 1)
    room = max(top - cost.fixed, top * 0.02) * _HEADROOM
    return max(0.0, cost.fixed - room), top + room


def _short(amount: int) -> str:
    return f"${amount / 1e6:,.2f}" if amount < 10_000_000 else f"${amount / 1e6:,.0f}"


def _told(cost: MonthCost, number: int) -> str:
    for day in cost.days:
        if day.day.day == number:
            return _day_words(day.day, f"{text.money(day.metered)} metered", day.one_off, day.so_far)
    for point in cost.fan:
        if point.day.day == number:
            words = f"{point.day:%d %b}: forecast {text.money(point.middle)}"
            if point.low is not None and point.high is not None:
                words += f" (P10 {text.money(point.low)}, P90 {text.money(point.high)})"
            return words
    return ""


def _day_words(day: date, metered: str, one_off: MicroUsd, so_far: MicroUsd) -> str:
    extra = f", {text.money(one_off)} of it one-off" if one_off else ""
    return f"{day:%d %b}: {metered}{extra}; {text.money(so_far)} so far"
