"""A line of text that changes often, painted by hand: each change of a label lays out the whole window."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy

_SLACK_PX = 14


class Words(QLabel):
    """A label to screen readers. It takes the width it is given and cuts what does not fit."""

    def __init__(self, *, right: bool = False) -> None:
        super().__init__()
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        self.setAlignment(side | Qt.AlignmentFlag.AlignVCenter)
        self._text = ""
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def text(self) -> str:
        return self._text

    def setText(self, text: str, /) -> None:
        if text != self._text:
            self._text = text
            self.setAccessibleName(text)
            self.update()

    def sizeHint(self) -> QSize:
        margins = self.contentsMargins()
        return QSize(0, self.fontMetrics().height() + margins.top() + margins.bottom())

    def paintEvent(self, _: QPaintEvent) -> None:
        room, painter = self.contentsRect(), QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        shown = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, self.alignment(), shown)
        painter.end()


class FittedWords(Words):
    """As wide as the longest text it had: it grows now and then, and never moves its neighbours otherwise."""

    def __init__(self, *, cut: bool = True) -> None:
        """`cut`: may be shortened where room is short."""
        super().__init__()
        self._width, self._cut = 0, cut
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def setText(self, text: str) -> None:
        if len(text) != len(self._text) and (needed := self.fontMetrics().horizontalAdvance(text)) != 0:
            if needed > self._width or needed < self._width - _SLACK_PX:
                self._width = needed + 1
                self.updateGeometry()
        elif not text and self._width:
            self._width = 0
            self.updateGeometry()
        super().setText(text)

    def paint_in(self, colour: str) -> None:
        """A new palette is handed on to all that hangs on it: not for the colour that it has. What it has is
        asked, not remembered: another style sheet of the application takes it away."""
        palette, wanted = self.palette(), QColor(colour)
        if palette.color(self.foregroundRole()) != wanted:
            palette.setColor(self.foregroundRole(), wanted)
            self.setPalette(palette)

    def sizeHint(self) -> QSize:
        return QSize(self._width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0 if self._cut else self._width, super().sizeHint().height())
