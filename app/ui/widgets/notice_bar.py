"""Sentences the user should read now, one line each, until they are read or withdrawn."""

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from app.ui.icons import icon
from app.ui.palettes import Colours

MOST_LINES = 3
LOW_PX = 880
"""A window lower than this has room for one line."""
_COLOUR = {"ERROR": "down", "CRITICAL": "down", "WARNING": "warn", "WARN": "warn"}


class NoticeBar(QWidget):
    """A topic has one line; an empty sentence withdraws it. Of more than there is room for the worst and then
    the newest are shown, with a button for the others."""

    more_asked = Signal()
    dismissed = Signal(str)
    """By the user's hand; the topic."""

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self._colours = colours
        self._lines: dict[str, tuple[str, str, QWidget]] = {}
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(1)
        self._more = QToolButton(self)
        self._more.setProperty("flat", True)
        self._more.setToolTip("Shows all alerts")
        self._more.setAccessibleName("Show all alerts")
        self._more.clicked.connect(self.more_asked)
        self.hide()

    def sentences(self) -> tuple[str, ...]:
        return tuple(sentence for sentence, _, _ in self._lines.values())

    def say(self, topic: str, sentence: str, severity: str) -> None:
        was = self._lines.get(topic)
        if was is not None and was[:2] == (sentence, severity):
            return
        self.drop(topic)
        if sentence:
            line = self._line(topic, sentence, _COLOUR.get(severity.upper(), "info"))
            self._lines[topic] = (sentence, severity, line)
            self._box.insertWidget(0, line)
        self._fit()

    def drop(self, topic: str) -> None:
        gone = self._lines.pop(topic, None)
        if gone is not None:
            self._more.setParent(self)  # else it would go with its line
            gone[2].hide()
            gone[2].deleteLater()
        self._fit()

    def recolour(self, colours: Colours) -> None:
        self._colours = colours
        kept = [(topic, sentence, severity) for topic, (sentence, severity, _) in self._lines.items()]
        for topic, sentence, severity in kept:
            self.drop(topic)
            self.say(topic, sentence, severity)

    def _fit(self) -> None:
        low = self.window().height() < LOW_PX
        worst = sorted(
            self._lines.values(), key=lambda entry: _COLOUR.get(entry[1].upper(), "info") == "down"
        )
        shown = worst[-1 if low else -MOST_LINES :]
        for entry in self._lines.values():
            entry[2].setVisible(entry in shown)
        hidden = len(self._lines) - len(shown)
        if shown and hidden:
            row = shown[-1][2].layout()
            if isinstance(row, QHBoxLayout):
                row.insertWidget(row.count() - 1, self._more)
        else:
            self._more.setParent(self)
        self._more.setText(f"and {hidden} more")
        self._more.setVisible(bool(shown and hidden))
        self.setVisible(bool(self._lines))

    def _line(self, topic: str, sentence: str, colour: str) -> QWidget:
        line, mark, words, close = QWidget(), QLabel("●"), QLabel(sentence), QToolButton()
        line.setAutoFillBackground(True)
        palette = line.palette()
        palette.setColor(line.backgroundRole(), QColor(self._colours.raised))
        line.setPalette(palette)
        own = mark.palette()
        own.setColor(mark.foregroundRole(), QColor(getattr(self._colours, colour)))
        mark.setPalette(own)
        words.setWordWrap(True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close.setProperty("flat", True)
        close.setAccessibleName(f"Dismiss: {sentence}")
        close.setToolTip("Dismiss")
        close.setIcon(icon("close", self._colours.dim))
        close.setIconSize(QSize(12, 12))
        close.clicked.connect(partial(self.drop, topic))
        close.clicked.connect(lambda _=False: self.dismissed.emit(topic))
        row = QHBoxLayout(line)
        row.setContentsMargins(12, 4, 8, 4)
        row.addWidget(mark)
        row.addWidget(words, 1)
        row.addWidget(close)
        return line
