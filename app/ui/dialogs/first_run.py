"""First start in a few minutes: demo or own data, keys, money, the site that is read, profile.

Every step can be skipped and none is taken unasked. Nothing is connected before the first page is left.
"""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.domain.settings import Settings, Value
from app.ui.desk import Desk
from app.ui.dialogs.editors import DESCRIBED, SettingEditors
from app.ui.dialogs.frame import Dialog
from app.ui.dialogs.key_list import KeyList
from app.ui.dialogs.profile_page import ProfilePage
from app.ui.theme import SMALL_PX, font

_TITLES: Final = ("Demo or your own data", "Keys", "Money", "Site and clock", "Profile")
_KEYS: Final = (
    "A key goes to your system keyring and is never shown, not even in part. Save one, then test it: the "
    "test tries the whole way to a live record. Without any key Barchart can still be read, with a delay."
)
_MONEY: Final = (
    "Pitwall refuses paid requests beyond the budget. It knows only what it asks for itself: set a monthly "
    "limit for historical data in your account at Databento too, which holds whatever asks."
)
_SITE: Final = (
    "Barchart is a web site whose terms restrict automated reading: it stays off until you agree. Times are "
    "shown in the zone you choose here; the exchange's own is Chicago."
)
_FEES: Final = ("cost_budget", "cost_notice", "cost_databento", "cost_massive", "cost_tradovate")


class FirstRun(Dialog):
    """`demo_chosen`: close everything else, show the demo. `own_data`: the engine may begin, the dialog goes
    on, as keys and profiles are asked of the engine."""

    demo_chosen = Signal()
    own_data = Signal()

    def __init__(self, parent: QWidget, desk: Desk, changed: Callable[[Settings], bool]) -> None:
        super().__init__(parent, "First steps", "Welcome to Pitwall")
        self._desk = desk
        self.place = QLabel()
        self.place.setFont(font(SMALL_PX))
        self.pages = QStackedWidget()
        self.complaint = QLabel("")
        self.complaint.setWordWrap(True)
        self.editors = SettingEditors(desk, changed, self.complaint.setText)
        self.keys = KeyList(desk)
        self.profiles = ProfilePage(desk)
        self.finished.connect(self._leave)
        self.steps: dict[str, QPushButton] = {}
        for page in (
            self._welcome(),
            _page(_KEYS, _scrolled(self.keys)),
            _page(_MONEY, self._form(_FEES)),
            _page(_SITE, self._form(("barchart_enabled", "screen_zone", "screen_theme"))),
            self.profiles,
        ):
            self.pages.addWidget(page)
        self.back, self.next, self.skip = QPushButton("Back"), QPushButton("Next"), QPushButton()
        for button, act in ((self.back, self._back), (self.next, self._next), (self.skip, self.reject)):
            button.setAutoDefault(False)
            button.clicked.connect(act)
        row = QHBoxLayout()
        row.addWidget(self.skip)
        row.addStretch(1)
        row.addWidget(self.back)
        row.addWidget(self.next)
        self.box.addWidget(self.place)
        self.box.addWidget(self.pages, 1)
        self.box.addWidget(self.complaint)
        self.box.addLayout(row)
        self.resize(980, 560)
        self._turn(0)

    def show_value(self, name: str, value: Value) -> None:
        self.editors.show_value(name, value)

    def _welcome(self) -> QWidget:
        demo, own = QPushButton("See the demo"), QPushButton("Set up my own data")
        self.steps = {"demo": demo, "own": own}
        demo.clicked.connect(self._demo)
        own.clicked.connect(self._next)
        return _page(
            "Pitwall shows the market and the data feeds that it comes from. About three minutes; each step "
            "can be skipped, and found again under “First steps” in the menu.",
            demo,
            _small(
                "A simulated market on this machine: no key, no cost, no internet. Marked DEMO everywhere."
            ),
            own,
            _small(
                "Keys, budget, the sites that may be read, and a profile. Sources whose keys this machine "
                "already has are connected now."
            ),
        )

    def _form(self, names: tuple[str, ...]) -> QWidget:
        form_box = QWidget()
        form = QFormLayout(form_box)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(10)
        for name in names:
            words = QLabel(DESCRIBED[name]["description"])
            words.setWordWrap(True)
            words.setMinimumWidth(420)
            form.addRow(words, self.editors.make(name))
        return form_box

    def _demo(self) -> None:
        self.accept()
        self.demo_chosen.emit()

    def _next(self) -> None:
        here = self.pages.currentIndex()
        if here == 0:
            self.own_data.emit()
        if here == self.pages.count() - 1:
            self.profiles.use()
            self.accept()
        else:
            self._turn(here + 1)

    def _back(self) -> None:
        self._turn(self.pages.currentIndex() - 1)

    def _turn(self, page: int) -> None:
        last = page == self.pages.count() - 1
        self.pages.setCurrentIndex(page)
        self.complaint.setText("")
        self.place.setText(f"Step {page + 1} of {self.pages.count()} · {_TITLES[page]}")
        self.back.setVisible(page > 0)
        self.next.setVisible(page > 0)
        self.next.setText("Finish" if last else "Next")
        self.skip.setText("Skip for now" if page == 0 else "Skip the rest")

    def _leave(self, _: int) -> None:
        self.keys.leave()
        self.profiles.leave()


def _page(about: str, *widgets: QWidget) -> QWidget:
    page, words = QWidget(), QLabel(about)
    words.setWordWrap(True)
    box = QVBoxLayout(page)
    box.setContentsMargins(0, 6, 0, 0)
    box.setSpacing(10)
    box.addWidget(words)
    for widget in widgets:
        if isinstance(widget, QPushButton):
            widget.setMinimumHeight(34)
            widget.setFont(font(weight=QFont.Weight.DemiBold))
        box.addWidget(widget, 1 if isinstance(widget, QScrollArea) else 0)
    if not any(isinstance(widget, QScrollArea) for widget in widgets):
        box.addStretch(1)
    return page


def _small(text: str) -> QLabel:
    words = QLabel(text)
    words.setWordWrap(True)
    words.setContentsMargins(2, 0, 0, 10)
    return words


def _scrolled(inner: QWidget) -> QScrollArea:
    scroll, holder = QScrollArea(), QWidget()
    box = QVBoxLayout(holder)
    box.setContentsMargins(0, 0, 10, 0)
    box.addWidget(inner)
    box.addStretch(1)
    scroll.setWidget(holder)
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QScrollArea.Shape.NoFrame)
    return scroll
