"""The cross-check on screen: pairs of sources, how far apart they were, and the proxy's options beside."""

from typing import ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QLabel, QSplitter, QStackedLayout, QVBoxLayout, QWidget

from app.domain.chain_updates import Served
from app.domain.second_opinion import ProxyChain
from app.domain.units import Ns
from app.domain.updates import CrossChecked, FuturePriced, PriceBarsArrived, ProxyChainArrived, Update
from app.ui.desk import Desk
from app.ui.panel import Panel
from app.ui.panels.cross import proxy
from app.ui.panels.cross.chart import ApartChart
from app.ui.panels.cross.model import COLUMNS, CrossModel
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.empty import Empty
from app.ui.widgets.grid import Grid

_LEAST = (260, 90)
_BESIDE_PX = 900


class CrossPanel(Panel):
    TEXTS_MS: ClassVar = 500
    WANTS: ClassVar = (CrossChecked, FuturePriced, PriceBarsArrived, ProxyChainArrived)

    def __init__(self, desk: Desk) -> None:
        super().__init__("Cross-check", desk)
        self.model = CrossModel()
        self.chains: dict[str, ProxyChain] = {}
        self._served: dict[str, Served] = {}
        self.pairs = Grid("Pairs of sources", COLUMNS, desk.colours)
        self.chart = ApartChart(desk.colours)
        self.proxy = Grid("Options of the proxy", proxy.COLUMNS, desk.colours)
        self.headline = QLabel()
        self.headline.setFont(font(SMALL_PX))
        self.headline.setContentsMargins(8, 2, 8, 2)
        self._empty = Empty(
            "Only one source, or none, speaks of the future",
            "With a key for Massive or Tradovate its price stands here beside the tick feed's.",
        )
        self._drawn: ProxyChain | None = None
        self.side = QComboBox()
        self.side.addItems(["Prices of the sources", "Options of the proxy"])
        self.side.setAccessibleName("What is shown here")
        self.side.setFont(font(SMALL_PX))
        self.side.setProperty("small", True)
        self.side.currentIndexChanged.connect(lambda _: self._fit())
        self._build()

    def apply(self, update: Update) -> None:
        if isinstance(update, CrossChecked):
            self.model.put(update.check)
        elif isinstance(update, FuturePriced | PriceBarsArrived):
            self.model.marks.put(update)
        elif isinstance(update, ProxyChainArrived):
            self.chains[update.chain.underlying] = update.chain
            self._served[update.chain.underlying] = update.served

    def draw_texts(self, now: Ns) -> None:
        chain = next(iter(self.chains.values()), None)
        rows = self.model.rows()
        self._stack.setCurrentIndex(1 if rows or chain is not None else 0)
        self.hint(self.model.summary())
        self.pairs.set_rows(rows)
        check = self.model.check
        if check is not None:
            self.chart.show_lines(self.model.lines(), check.at)
        self._fit()
        if chain is None:
            return
        self.headline.setText(proxy.headline(chain, now, self._served[chain.underlying]))
        if chain is not self._drawn:
            self._drawn = chain
            self.proxy.set_rows(proxy.rows(chain))

    def recolour(self) -> None:
        for widget in (self.pairs, self.chart, self.proxy, self._empty):
            widget.recolour(self.desk.colours)
        self.headline.setStyleSheet(f"color: {self.desk.colours.warn};")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow panel has room for one side at a time."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        wide, has_proxy = self.width() >= _BESIDE_PX, bool(self.chains)
        self.side.setVisible(has_proxy and not wide)
        chosen = self.side.currentIndex() if has_proxy else 0
        self._checks.setVisible(wide or chosen == 0)
        self._proxy_side.setVisible(has_proxy and (wide or chosen == 1))

    def _build(self) -> None:
        checks, self._proxy_side, pages = QWidget(), QWidget(), QWidget()
        self._checks = checks
        for side, widgets in (
            (checks, (self.pairs, self.chart)),
            (self._proxy_side, (self.headline, self.proxy)),
        ):
            column = QVBoxLayout(side)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(2)
            for widget in widgets:
                column.addWidget(widget, 0 if widget is self.headline else 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(checks)
        split.addWidget(self._proxy_side)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        self._stack = QStackedLayout(pages)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(split)
        pages.setMinimumSize(*_LEAST)
        self.box.addWidget(self.side)
        self.box.addWidget(pages, 1)
