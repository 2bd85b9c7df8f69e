"""The controls in the chart's title: contract, span, bars, look of the price, menu; and their keys."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QComboBox, QMenu, QToolButton, QWidget

from app.domain.contract import Future
from app.ui.panels.pressure.looks import SIZES, BarSize, Style
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.choices import Choices

_PLACES: Final = ("front", "next")
_RESET: Final = "Chart: reset"
_COMBO_PX: Final = 92
SESSION: Final = "session"
# these mean something else in tables and menus, so they act only while the chart has the focus
_NEAR_KEYS: Final = {"Left", "Right", "End", "+", "-"}
_SPANS: Final = (
    ("15m", 900, "last 15 minutes"),
    ("1h", 3600, "last hour"),
    ("2h", 7200, "last 2 hours"),
    ("4h", 14_400, "last 4 hours"),
    ("8h", 28_800, "last 8 hours"),
    ("24h", 86_400, "last 24 hours"),
    ("Session", SESSION, "since the session open"),
)
_STYLES: Final = (
    ("Line", Style.LINE, "price as a line"),
    ("Candles", Style.CANDLES, "price as candles"),
    ("Footprint", Style.FOOTPRINT, "bars opened up by price"),
)


class Controls(QObject):
    """Says what the user chose; shows what is so. Choosing by code sends no signal."""

    contract_chosen = Signal(int)
    span_chosen = Signal(object)
    width_chosen = Signal(object)
    style_chosen = Signal(object)
    follow_toggled = Signal(bool)

    def __init__(self, minutes: int, bar_s: int) -> None:
        super().__init__()
        self.picker = _combo("Contract on the chart", "Futures that the feeds have named; none is built in")
        self.widths = _combo("Width of a bar", "Width of a bar ([ and ])")
        self._sizes = list(SIZES)
        self.widths.addItems([str(size) for size in SIZES])
        self.widths.setMaximumWidth(_COMBO_PX)
        self.spans = Choices("Span", _SPANS)
        self.styles = Choices("Price as", _STYLES)
        self.view = QToolButton()
        self.view.setText("View ▾")
        self.view.setFont(font(SMALL_PX))
        self.view.setProperty("small", True)
        self.view.setAccessibleName("Panes, overlays and export of the chart")
        self.view.setToolTip("Panes, overlays, where sums begin, export")
        self.view.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu = QMenu(self.view)
        self.view.setMenu(self.menu)
        self.follow = _toggle("Follow", "Follow the newest trade (F)")
        self.reset = _toggle("Reset", "Back to the newest trade and the chosen span (End, or a double click)")
        self.reset.setCheckable(False)
        self.spans.choose(minutes * 60)
        self.styles.choose(Style.LINE)
        self.show_width(BarSize(bar_s))
        self.show_futures((), None)
        self.show_following(True)
        self.picker.activated.connect(lambda row: self.contract_chosen.emit(self.picker.itemData(row)))
        self.widths.activated.connect(lambda row: self.width_chosen.emit(self._sizes[row]))
        self.spans.chosen.connect(self.span_chosen)
        self.styles.chosen.connect(self.style_chosen)
        self.follow.toggled.connect(self.follow_toggled)

    def widgets(self) -> tuple[tuple[QWidget, int], ...]:
        """In the order of the title bar, with how much each is needed when room is short."""
        return (
            (self.picker, 6), (self.spans, 5), (self.widths, 4), (self.styles, 2), (self.view, 7),
            (self.follow, 3), (self.reset, 1),
        )  # fmt: skip

    def actions(self, owner: QWidget, acts: dict[str, Callable[[], None]]) -> tuple[QAction, ...]:
        """`acts` are what the panel itself does, by the words of the table."""
        table: tuple[tuple[str, tuple[str, ...], Callable[[], None]], ...] = (
            ("Chart: follow the newest trade", ("F",), acts["follow"]),
            (f"{_RESET} to the newest trade and the chosen span", ("End",), acts["follow"]),
            ("Chart: zoom in", ("+", "="), acts["zoom in"]),
            ("Chart: zoom out", ("-",), acts["zoom out"]),
            ("Chart: earlier", ("Left",), acts["earlier"]),
            ("Chart: later", ("Right",), acts["later"]),
            ("Chart: narrower bars", ("[",), lambda: self.step_width(-1)),
            ("Chart: wider bars", ("]",), lambda: self.step_width(1)),
            ("Chart: shorter span", ("Shift+[",), lambda: self.spans.press(-1)),
            ("Chart: longer span", ("Shift+]",), lambda: self.spans.press(1)),
            *(
                (f"Chart: {words}", (), lambda value=value: self.spans.press_value(str(value)))
                for _, value, words in _SPANS
            ),
            *(
                (f"Chart: {words}", (), lambda value=value: self.styles.press_value(str(value)))
                for _, value, words in _STYLES
            ),
        )
        made = tuple(action(owner, words, act, keys) for words, keys, act in table)
        self.reset.clicked.connect(acts["follow"])
        self._head_menu(made)
        return made

    def _head_menu(self, made: tuple[QAction, ...]) -> None:
        """What the title bar has no room for on a narrow screen comes first in the menu."""
        looks = {f"Chart: {words}" for _, _, words in _STYLES}
        price = QMenu("Price as", self.menu)
        price.addActions([one for one in made if one.text() in looks])
        first = next(iter(self.menu.actions()), None)
        resets = [one for one in made if one.text().startswith(_RESET)]
        if first is None:
            self.menu.addMenu(price)
            self.menu.addActions(resets)
        else:
            self.menu.insertMenu(first, price)
            self.menu.insertActions(first, resets)

    def step_width(self, step: int) -> None:
        row = max(0, min(self.widths.count() - 1, self.widths.currentIndex() + step))
        self.widths.setCurrentIndex(row)
        self.width_chosen.emit(self._sizes[row])

    def show_width(self, size: BarSize) -> None:
        if size not in self._sizes:
            self._sizes.append(size)
            self.widths.addItem(str(size))
        self.widths.setCurrentIndex(self._sizes.index(size))

    def show_futures(self, futures: tuple[tuple[int, Future], ...], chosen: int | None) -> None:
        """Nearest first; the place in the order is said beside the code."""
        self.picker.clear()
        for place, (instrument, future) in enumerate(futures):
            self.picker.addItem("  ".join((future.code, *_PLACES[place : place + 1])), instrument)
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
        return {"span": str(self.spans.value or ""), "bar": self.widths.currentText()}

    def recall(self, kept: dict[str, str]) -> None:
        """Chooses again what was kept, as if it had been pressed."""
        self.spans.press_value(kept.get("span", ""))
        for row in range(self.widths.count()):
            if self.widths.itemText(row) == kept.get("bar"):
                self.widths.setCurrentIndex(row)
                self.width_chosen.emit(self._sizes[row])


def action(owner: QWidget, words: str, act: Callable[[], None], keys: tuple[str, ...] = ()) -> QAction:
    made = QAction(words, owner)
    made.setShortcuts([QKeySequence(key) for key in keys])
    near = bool(set(keys) & _NEAR_KEYS)
    context = Qt.ShortcutContext
    made.setShortcutContext(context.WidgetWithChildrenShortcut if near else context.WindowShortcut)
    made.triggered.connect(lambda _=False: act())
    return made


def _combo(name: str, tip: str) -> QComboBox:
    combo = QComboBox()
    combo.setProperty("small", True)
    combo.setAccessibleName(name)
    combo.setToolTip(tip)
    combo.setFont(font(SMALL_PX))
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    return combo


def _toggle(name: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(name)
    button.setCheckable(True)
    button.setProperty("small", True)
    button.setFont(font(SMALL_PX))
    button.setAccessibleName(tip)
    button.setToolTip(tip)
    return button
