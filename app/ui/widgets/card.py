"""One figure as a card that opens what it sums up: caption, value, a line of words. A button to all else."""

from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from app.ui.palettes import Colours
from app.ui.theme import CAPTION_PX, SMALL_PX, font

_PAD = 10
_HEIGHT = 66
_LEAST = 44
"""So narrow only until the cards are laid out in fewer columns."""


@dataclass(frozen=True, slots=True)
class CardFace:
    """`colour` names a field of `Colours`; `tip` says what the figure means."""

    caption: str
    value: str
    words: str = ""
    colour: str = "text"
    tip: str = ""


class Card(QAbstractButton):
    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self._colours, self._face = colours, CardFace("", "")
        self._fonts = (font(CAPTION_PX, spacing=0.4), font(17, QFont.Weight.DemiBold), font(SMALL_PX))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("A figure that is not known yet")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def face(self) -> CardFace:
        return self._face

    def show_face(self, face: CardFace) -> None:
        if face == self._face:
            return
        self._face = face
        self.setAccessibleName(" ".join(filter(None, (face.caption, face.value, face.words))))
        self.setToolTip(face.tip)
        self.update()

    def recolour(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(132, _HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST, _HEIGHT)

    def paintEvent(self, _: QPaintEvent) -> None:
        face, colours, painter = self._face, self._colours, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lit = self.hasFocus() or self.underMouse()
        painter.setPen(QColor(colours.accent if lit else colours.line))
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        lines = (
            (face.caption.upper(), colours.faint, 8),
            (face.value, getattr(colours, face.colour), 22),
            (face.words, colours.dim, 45),
        )
        room = self.width() - 2 * _PAD
        for (text, ink, top), own in zip(lines, self._fonts, strict=True):
            painter.setFont(own)
            painter.setPen(QColor(ink))
            metrics = QFontMetrics(own)
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            painter.drawText(_PAD, top + metrics.ascent(), shown)
        painter.end()
