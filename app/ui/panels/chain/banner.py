"""The line over a saved chain, in the colour of a replay: no glance may take it for the market."""

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel

from app.domain.updates import Mode
from app.ui.desk import Desk
from app.ui.palettes import colours_for
from app.ui.theme import SMALL_PX, font


class Banner(QLabel):
    def __init__(self) -> None:
        super().__init__()
        self.setWordWrap(True)
        self.setMinimumWidth(1)
        self.setFont(font(SMALL_PX, QFont.Weight.DemiBold))
        self.hide()

    def say(self, words: str) -> None:
        if self.text() != words:
            self.setText(words)
            self.setVisible(bool(words))

    def recolour(self, desk: Desk) -> None:
        replay = colours_for(desk.settings.screen_theme, Mode.REPLAY.value).frame
        self.setStyleSheet(f"background: {replay}; color: {desk.colours.panel}; padding: 4px 10px;")
