"""The expiries as tabs, and the ones asked for by habit as buttons before them."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QTabBar, QToolButton, QWidget

from app.domain.quick_picks import Pick
from app.ui.theme import SMALL_PX, font

_ABOUT = {
    Pick.TODAY: "what ends in this session",
    Pick.NEXT_DAILY: "the nearest expiry after today",
    Pick.WEEKLY: "the weekly about a week out",
    Pick.FRIDAY: "the nearest Friday weekly",
    Pick.MONTH_END: "the nearest end of month",
    Pick.QUARTERLY: "the nearest quarterly",
}


class ExpiryTabs(QWidget):
    """Says which series the user chose, by its key; showing by code sends no signal."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.bar = QTabBar()
        self.bar.setObjectName("expiries")
        self.bar.setAccessibleName("Expiries")
        self.bar.setFont(font(SMALL_PX))
        self.bar.setExpanding(False)
        self.bar.setUsesScrollButtons(True)
        self.bar.setDrawBase(False)
        self.bar.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.bar.currentChanged.connect(self._tab_chosen)
        self._tabs: tuple[tuple[str, str, str], ...] = ()
        self._keys: Mapping[Pick, str] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 0, 8, 0)
        row.setSpacing(2)
        self.picks: dict[Pick, QToolButton] = {}
        for pick in Pick:
            button = self.picks[pick] = QToolButton()
            button.setText(pick.value)
            button.setCheckable(True)
            button.setFont(font(SMALL_PX))
            button.setProperty("small", True)
            button.setAccessibleName(f"Expiry: {pick.value}")
            button.clicked.connect(lambda _=False, pick=pick: self._picked(pick))
            row.addWidget(button)
        row.addSpacing(6)
        row.addWidget(self.bar, 1)

    def show_tabs(self, tabs: tuple[tuple[str, str, str], ...], chosen: str | None) -> None:
        """Each is (key, text, tip). Only what changed is set: a tab bar lays itself out at each text."""
        self.bar.blockSignals(True)
        if [key for key, _, _ in tabs] != [key for key, _, _ in self._tabs]:
            while self.bar.count():
                self.bar.removeTab(0)
            for _, text, tip in tabs:
                self.bar.setTabToolTip(self.bar.addTab(text), tip)
        else:
            for number, (was, now) in enumerate(zip(self._tabs, tabs, strict=True)):
                if was != now:
                    self.bar.setTabText(number, now[1])
                    self.bar.setTabToolTip(number, now[2])
        self._tabs = tabs
        number = next((i for i, (key, _, _) in enumerate(tabs) if key == chosen), -1)
        if number >= 0 and number != self.bar.currentIndex():
            self.bar.setCurrentIndex(number)
        self.bar.blockSignals(False)

    def show_picks(self, keys: Mapping[Pick, str], tips: Mapping[Pick, str], chosen: str | None) -> None:
        """A pick that is not listed cannot be pressed."""
        self._keys = keys
        for pick, button in self.picks.items():
            key = keys.get(pick)
            button.setEnabled(key is not None)
            button.setChecked(key is not None and key == chosen)
            tip = f"{_ABOUT[pick]}: {tips.get(pick, 'not listed')}"
            if button.toolTip() != tip:
                button.setToolTip(tip)

    def step(self, by: int) -> None:
        number = self.bar.currentIndex() + by
        if 0 <= number < self.bar.count():
            self.bar.setCurrentIndex(number)

    def pick(self, pick: Pick) -> None:
        if pick in self._keys:
            self.chosen.emit(self._keys[pick])

    def _picked(self, pick: Pick) -> None:
        self.picks[pick].setChecked(False)
        self.pick(pick)

    def _tab_chosen(self, number: int) -> None:
        if 0 <= number < len(self._tabs):
            self.chosen.emit(self._tabs[number][0])
