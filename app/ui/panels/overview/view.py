"""The whole on one row of cards; pressing one opens what it sums up."""

from functools import partial
from typing import ClassVar, Final

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QWidget

from app.domain.units import Ns
from app.domain.updates import (
    CacheCounted,
    CostChanged,
    HealthChanged,
    MarketChanged,
    Notice,
    RouteChanged,
    Update,
)
from app.ui.desk import Desk
from app.ui.panel import Panel
from app.ui.panels.overview.model import OverviewModel
from app.ui.widgets.card import Card, CardFace

_CARDS: Final = 7
_CARD_PX: Final = 128


class OverviewPanel(Panel):
    TEXTS_MS: ClassVar = 500
    WANTS: ClassVar = (HealthChanged, RouteChanged, CacheCounted, CostChanged, MarketChanged, Notice)

    def __init__(self, desk: Desk) -> None:
        super().__init__("Overview", desk)
        self.model = OverviewModel()
        self.cards = tuple(Card(desk.colours) for _ in range(_CARDS))
        self._opens: dict[Card, str] = {}
        self._columns = 0
        room = QWidget()
        self._grid = QGridLayout(room)
        self._grid.setContentsMargins(10, 4, 10, 10)
        self._grid.setSpacing(8)
        for card in self.cards:
            card.clicked.connect(partial(self._open, card))
        self.box.addWidget(room)
        self.box.addStretch(1)
        self._arrange(_CARDS)

    def apply(self, update: Update) -> None:
        self.model.apply(update)

    def draw_texts(self, now: Ns) -> None:
        desk = self.desk
        for card, one in zip(
            self.cards, self.model.figures(desk.mode, desk.silent, desk.zone, now), strict=True
        ):
            self._opens[card] = one.opens
            card.show_face(CardFace(one.caption, one.value, one.words, one.colour, one.tip))

    def recolour(self) -> None:
        for card in self.cards:
            card.recolour(self.desk.colours)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange(max(2, min(_CARDS, self.width() // _CARD_PX)))

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for number, card in enumerate(self.cards):
            self._grid.addWidget(card, number // columns, number % columns)

    def _open(self, card: Card, _: bool = False) -> None:
        if (panel := self._opens.get(card)) is not None:
            self.desk.show(panel, "")
