"""The smile beside the board: volatility by strike, bid and ask as whiskers; and by expiry, if several."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.domain.smile import Smile
from app.ui.format import number, percent
from app.ui.palettes import Colours
from app.ui.theme import CAPTION_PX, SMALL_PX, font

_LEFT, _RIGHT, _TOP, _FOOT = 42, 10, 22, 18
_LEAST_RISE: Final = 0.01
_TERM_SHARE: Final = 0.34
_FEWEST_EXPIRIES: Final = 2


@dataclass(frozen=True, slots=True)
class TermPoint:
    """ATM volatility of one expiry held."""

    days: float
    vol: float
    name: str


@dataclass(frozen=True, slots=True)
class _Frame:
    """From values to pixels."""

    box: QRectF
    x: tuple[float, float]
    y: tuple[float, float]

    def at(self, x: float, y: float) -> QPointF:
        wide, high = self.x[1] - self.x[0], self.y[1] - self.y[0]
        return QPointF(
            self.box.left() + (x - self.x[0]) / wide * self.box.width(),
            self.box.bottom() - (y - self.y[0]) / high * self.box.height(),
        )


class SmileView(QWidget):
    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self._smile: Smile | None = None
        self._strikes: tuple[float, float] | None = None
        self._terms: tuple[TermPoint, ...] = ()
        self._why = ""
        self._fonts = font(CAPTION_PX), font(SMALL_PX)
        self.setMinimumWidth(220)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)
        self.setToolTip(
            "Implied volatility (Black-76, %) by strike, of puts below and calls above the chain's own\n"
            "future; whiskers from the volatility of the bid to that of the ask. At the right: ATM\n"
            "volatility by days to expiry, of the chains held."
        )
        self.recolour(colours)

    def show_smile(
        self,
        smile: Smile | None,
        strikes: tuple[float, float] | None,
        terms: Sequence[TermPoint],
        why_not: str,
    ) -> None:
        """`strikes` are those the board shows; `why_not` is said where there is no smile."""
        if (smile, strikes, tuple(terms), why_not) == (self._smile, self._strikes, self._terms, self._why):
            return
        self._smile, self._strikes, self._terms, self._why = smile, strikes, tuple(terms), why_not
        said = why_not if smile is None else f"{len(smile.strikes)} strikes"
        self.setAccessibleName(f"Smile: {said}; {len(terms)} expiries")
        self.update()

    def recolour(self, colours: Colours) -> None:
        self._panel, self._faint, self._dim = (QColor(c) for c in (colours.panel, colours.faint, colours.dim))
        self._line, self._grid = QColor(colours.price), QColor(colours.row_line)
        self._money, self._put = QColor(colours.warn), QColor(colours.down)
        self._call = QColor(colours.up)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(330, 160)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._panel)
        several = len(self._terms) >= _FEWEST_EXPIRIES
        wide = self.width() * (1 - _TERM_SHARE) if several else float(self.width())
        self._caption(painter, _LEFT, "Smile · IV % by strike")
        if self._smile is None:
            painter.setFont(self._fonts[1])
            painter.setPen(self._faint)
            room = QRectF(8, 0, wide - 16, self.height())
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._why)
        else:
            self._paint_smile(painter, self._smile, QRectF(0, 0, wide, self.height()))
        if several:
            self._caption(painter, wide + _LEFT, "ATM IV by days")
            self._paint_terms(painter, QRectF(wide, 0, self.width() - wide, self.height()))
        painter.end()

    def _paint_smile(self, painter: QPainter, smile: Smile, room: QRectF) -> None:
        low, high = self._strikes or (float(smile.strikes[0]), float(smile.strikes[-1]))
        seen = np.flatnonzero((smile.strikes >= low) & (smile.strikes <= high))
        if seen.size < 2 or high <= low:
            return
        vols = smile.vol[seen]
        ends = np.concatenate((vols, smile.low[seen], smile.high[seen]))
        frame = _Frame(_inside(room), (low, high), _rise(ends[np.isfinite(ends)]))
        self._axes(painter, frame, tuple(number(k) for k in (low, high)))
        if low < smile.future < high:
            painter.setPen(QPen(self._money, 1, Qt.PenStyle.DashLine))
            painter.drawLine(frame.at(smile.future, frame.y[0]), frame.at(smile.future, frame.y[1]))
        painter.setPen(QPen(self._faint, 1))
        painter.drawLines([
            QLineF(frame.at(float(smile.strikes[i]), float(smile.low[i])),
                   frame.at(float(smile.strikes[i]), float(smile.high[i])))
            for i in seen.tolist() if math.isfinite(smile.low[i]) and math.isfinite(smile.high[i])
        ])  # fmt: skip
        places = [frame.at(float(smile.strikes[i]), float(smile.vol[i])) for i in seen.tolist()]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._line, 1))
        painter.drawPolyline(places)
        painter.setPen(Qt.PenStyle.NoPen)
        for place, i in zip(places, seen.tolist(), strict=True):
            painter.setBrush(self._call if smile.calls[i] else self._put)
            painter.drawEllipse(place, 1.7, 1.7)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_terms(self, painter: QPainter, room: QRectF) -> None:
        days, vols = (np.array([getattr(t, name) for t in self._terms]) for name in ("days", "vol"))
        most = float(days.max()) or 1.0
        frame = _Frame(_inside(room), (0.0, most), _rise(vols))
        self._axes(painter, frame, ("0", f"{most:.0f} d"))
        places = [frame.at(float(d), float(v)) for d, v in zip(days, vols, strict=True)]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._line, 1))
        painter.drawPolyline(places)
        painter.setBrush(self._line)
        for place in places:
            painter.drawEllipse(place, 2.0, 2.0)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _axes(self, painter: QPainter, frame: _Frame, ends: tuple[str, ...]) -> None:
        painter.setFont(self._fonts[0])
        for share in (0.0, 0.5, 1.0):
            vol = frame.y[0] + share * (frame.y[1] - frame.y[0])
            y = frame.at(frame.x[0], vol).y()
            painter.setPen(QPen(self._grid, 1))
            painter.drawLine(QLineF(frame.box.left(), y, frame.box.right(), y))
            painter.setPen(self._faint)
            side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(QRectF(frame.box.left() - _LEFT, y - 7, _LEFT - 5, 14), side, percent(vol, 1))
        foot = QRectF(frame.box.left(), frame.box.bottom() + 3, frame.box.width(), _FOOT - 4)
        for text, side in zip(ends, (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight), strict=True):
            painter.drawText(foot, side | Qt.AlignmentFlag.AlignTop, text)

    def _caption(self, painter: QPainter, left: float, words: str) -> None:
        painter.setFont(self._fonts[0])
        painter.setPen(self._dim)
        painter.drawText(QPointF(left, 13), words)


def _inside(room: QRectF) -> QRectF:
    return room.adjusted(_LEFT, _TOP, -_RIGHT, -_FOOT)


def _rise(values: "np.ndarray[tuple[int, ...], np.dtype[np.float64]]") -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    if high - low < _LEAST_RISE:
        middle = (low + high) / 2
        low, high = middle - _LEAST_RISE / 2, middle + _LEAST_RISE / 2
    return low, high
