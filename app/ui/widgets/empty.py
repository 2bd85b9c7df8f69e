"""What a panel says while it has nothing to show: what is missing, and what will fill it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.ui.palettes import Colours
from app.ui.theme import SMALL_PX, font


class Empty(QWidget):
    def __init__(self, headline: str, sentence: str) -> None:
        super().__init__()
        self._headline, self._sentence = QLabel(headline), QLabel(sentence)
        self._headline.setFont(font(weight=QFont.Weight.DemiBold))
        self._sentence.setFont(font(SMALL_PX))
        box = QVBoxLayout(self)
        box.setContentsMargins(16, 10, 16, 14)
        box.setSpacing(3)
        box.addStretch(1)
        for label in (self._headline, self._sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            label.setWordWrap(True)
            box.addWidget(label)
        box.addStretch(1)

    def say(self, headline: str, sentence: str) -> None:
        self._headline.setText(headline)
        self._sentence.setText(sentence)

    def recolour(self, colours: Colours) -> None:
        for label, colour in ((self._headline, colours.dim), (self._sentence, colours.faint)):
            own = label.palette()
            own.setColor(QPalette.ColorRole.WindowText, colour)
            label.setPalette(own)
