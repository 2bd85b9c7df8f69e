"""The controls in the chart's title: contract, span, width of a bar, what bars show, and their keys."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QComboBox, QToolButton, QWidget

from app.domain.contract import Future
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.choices import Choices

SESSION: Final = "session"
_SPANS: Final = (
    ("15m", 900, "last 15 minutes"),
    ("1h", 3600, "last hour"),
    ("4h", 14400, "last 4 hours"),
    ("Session", SESSION, "since the session open"),
)
_WIDTHS: Final = (
    ("5s", 5, "5 seconds"),
    ("15s", 15, "15 seconds"),
    ("1m", 60, "1 minute"),
    ("5m", 300, "5 minutes"),
    ("15m", 900, "15 minutes"),
)
_READS: Final = (("Δ", False, "delta in contracts"), ("P", True, "pressure from −1 to +1"))


class Controls(QObject):
    """Says what the user chose; shows what is so. Choosing by code sends no signal."""

    contract_chosen = Signal(int)
    span_chosen = Signal(object)
    width_chosen = Signal(int)
    reading_chosen = Signal(bool)
    cvd_toggled = Signal(bool)
    follow_toggled = Signal(bool)

    def __init__(self, minutes: int, bar_s: int) -> None:
        super().__init__()
        self.picker = QComboBox()
        self.picker.setProperty("small", True)
        self.picker.setAccessibleName("Contract on the chart")
        self.picker.setToolTip("Futures that the feeds have named; none is built in")
        self.picker.setFont(font(SMALL_PX))
        self.spans = Choices("Span", _SPANS)
        self.widths = Choices("Bar width", _WIDTHS)
        self.reads = Choices("Bars show", _READS)
        self.cvd = _toggle("CVD", "Cumulative delta in a third pane (D)")
        self.follow = _toggle("Follow", "Follow the newest trade (F)")
        self.spans.choose(minutes * 60)
        self.widths.choose(bar_s)
        self.reads.choose(False)
        self.show_futures((), None)
        self.show_following(True)
        self.picker.activated.connect(lambda row: self.contract_chosen.emit(self.picker.itemData(row)))
        self.spans.chosen.connect(self.span_chosen)
        self.widths.chosen.connect(self.width_chosen.emit)
        self.reads.chosen.connect(self.reading_chosen.emit)
        self.cvd.toggled.connect(self.cvd_toggled)
        self.follow.toggled.connect(self.follow_toggled)

    def widgets(self) -> tuple[tuple[QWidget, int], ...]:
        """In the order of the title bar, with how much each is needed when room is short."""
        return (
            (self.picker, 6), (self.spans, 4), (self.widths, 3), (self.reads, 1), (self.cvd, 2),
            (self.follow, 5),
        )  # fmt: skip

    def actions(self, owner: QWidget, follow: Callable[[], None]) -> tuple[QAction, ...]:
        table = (
            ("Chart: follow the newest trade", "F", follow),
            ("Chart: narrower bars", "[", lambda: self.widths.press(-1)),
            ("Chart: wider bars", "]", lambda: self.widths.press(1)),
            ("Chart: shorter span", "Shift+[", lambda: self.spans.press(-1)),
            ("Chart: longer span", "Shift+]", lambda: self.spans.press(1)),
            ("Chart: cumulative delta on or off", "D", self.cvd.toggle),
        )
        made = []
        for words, key, act in table:
            action = QAction(words, owner)
            action.setShortcut(QKeySequence(key))
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            action.triggered.connect(lambda _=False, act=act: act())
            made.append(action)
        return tuple(made)

    def show_futures(self, futures: tuple[tuple[int, Future], ...], chosen: int | None) -> None:
        self.picker.clear()
        for instrument, future in futures:
            self.picker.addItem(future.code, instrument)
        if not futures:
            self.picker.addItem("no contract yet")
        self.picker.setEnabled(bool(futures))
        self.picker.setCurrentIndex(max(0, self.picker.findData(chosen)))

    def show_following(self, following: bool) -> None:
        if self.follow.isChecked() != following:
            self.follow.blockSignals(True)
            self.follow.setChecked(following)
            self.follow.blockSignals(False)

    def remember(self) -> dict[str, str]:
        return {
            "span": str(self.spans.value or ""),
            "bar": str(self.widths.value or ""),
            "pressure": str(self.reads.value),
            "cvd": str(self.cvd.isChecked()),
        }

    def recall(self, kept: dict[str, str]) -> None:
        """Chooses again what was kept, as if it had been pressed."""
        for group, name in ((self.spans, "span"), (self.widths, "bar"), (self.reads, "pressure")):
            group.press_value(kept.get(name, ""))
        if kept.get("cvd") == "True":
            self.cvd.setChecked(True)


def _toggle(name: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(name)
    button.setCheckable(True)
    button.setProperty("small", True)
    button.setFont(font(SMALL_PX))
    button.setAccessibleName(tip)
    button.setToolTip(tip)
    return button
