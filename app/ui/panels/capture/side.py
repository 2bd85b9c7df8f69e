"""Beside the tabs: the steps of the capture and the card of the chosen field; both where there is room."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from app.ui.palettes import Colours
from app.ui.panels.capture.card import FieldCard
from app.ui.panels.capture.steps import TIME_PX, Steps
from app.ui.theme import CAPTION_PX, font
from app.ui.widgets.choices import Choices

STEPS, FIELD = range(2)
_PARTS = (
    ("Steps", STEPS, "steps of this capture, with the times of the last good one"),
    ("Field", FIELD, "everything known of the chosen field"),
)
# From this height on both have room, one above the other.
_BOTH_PX = 470


class Side(QWidget):
    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.steps, self.card = Steps(colours), FieldCard(colours)
        self.choices = Choices("Beside the picture", _PARTS)
        self._part = STEPS
        self.choices.choose(STEPS)
        self.choices.chosen.connect(lambda part: self.turn(int(str(part))))
        self._now, self._then = QLabel("this"), QLabel("last good")
        head = QHBoxLayout()
        head.setContentsMargins(6, 2, 14, 2)
        head.addWidget(self.choices)
        head.addStretch(1)
        for label in (self._now, self._then):
            label.setFont(font(CAPTION_PX))
            label.setFixedWidth(TIME_PX)
            label.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            head.addWidget(label)
        head.setSpacing(0)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self.steps, 2)
        box.addWidget(self.card, 3)
        self.setMinimumWidth(230)
        self._arrange()

    def turn(self, part: int) -> None:
        self._part = part
        self.choices.choose(part)
        self._arrange()

    def recolour(self, colours: Colours) -> None:
        self.steps.recolour(colours)
        self.card.recolour(colours)
        for label in (self._now, self._then):
            palette = label.palette()
            palette.setColor(label.foregroundRole(), QColor(colours.faint))
            label.setPalette(palette)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        both = self.height() >= _BOTH_PX
        self.choices.setVisible(not both)
        steps = both or self._part == STEPS
        for part in (self.steps, self._now, self._then):
            part.setVisible(steps)
        self.card.setVisible(both or self._part == FIELD)
