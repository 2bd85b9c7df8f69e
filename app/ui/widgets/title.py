"""The title bar of a panel: its name, its own controls, a faint live hint, buttons to float and close it."""

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QFont, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from app.ui.icons import icon
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.words import Words

_GAP = 6
_HINT_ROOM = 60
_NEW_SIZES = (QEvent.Type.LayoutRequest, QEvent.Type.FontChange, QEvent.Type.StyleChange)


class TitleBar(QWidget):
    """Where it is too narrow for its controls, the least needed hide; keys and palette still act."""

    float_asked = Signal()
    close_asked = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self._name = QLabel(title.upper())
        self._name.setFont(font(SMALL_PX, QFont.Weight.DemiBold, spacing=0.6))
        self._hint = Words(right=True)
        self._hint.setFont(font(SMALL_PX))
        self._buttons: list[tuple[QToolButton, str]] = []
        self._controls: list[tuple[int, QWidget]] = []
        self._least: QSize | None = None
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(10, 5, 6, 5)
        self.row.setSizeConstraint(QHBoxLayout.SizeConstraint.SetNoConstraint)
        self.row.setSpacing(_GAP)
        self.row.addWidget(self._name)
        self.row.addWidget(self._hint, 1)
        self._button("float", f"Float or dock {title}").clicked.connect(self.float_asked)
        self._button("close", f"Close {title}").clicked.connect(self.close_asked)
        self.setAutoFillBackground(True)

    def add(self, widget: QWidget, need: int = 1) -> None:
        """A control of the panel's own, left of the hint; the larger `need`, the longer it stays."""
        self.row.insertWidget(self.row.indexOf(self._hint), widget)
        self._controls.append((need, widget))

    def minimumSizeHint(self) -> QSize:
        """Narrow panels hide controls rather than hold the window wide. Kept: one resize of the window asks
        six hundred times.
        """
        if self._least is None:
            self._least = QSize(150, super().minimumSizeHint().height())
        return self._least

    def event(self, event: QEvent) -> bool:
        if event.type() in _NEW_SIZES:
            self._least = None
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        room = self.width() - self._name.sizeHint().width() - _HINT_ROOM - 2 * (18 + _GAP) - 16
        for _, widget in sorted(self._controls, key=lambda control: -control[0]):
            room -= widget.sizeHint().width() + _GAP
            widget.setVisible(room >= 0)

    def hint(self, text: str) -> None:
        self._hint.setText(text)

    def hint_text(self) -> str:
        return self._hint.text()

    def recolour(self, panel: str, dim: str, faint: str) -> None:
        palette = self.palette()
        palette.setColor(self.backgroundRole(), panel)
        self.setPalette(palette)
        labels: tuple[tuple[QWidget, str], ...] = ((self._name, dim), (self._hint, faint))
        for label, colour in labels:
            own = label.palette()
            own.setColor(label.foregroundRole(), colour)
            label.setPalette(own)
        for button, name in self._buttons:
            button.setIcon(icon(name, faint))

    def _button(self, name: str, words: str) -> QToolButton:
        button = QToolButton()
        button.setProperty("flat", True)
        button.setAccessibleName(words)
        button.setToolTip(words)
        button.setIconSize(QSize(12, 12))
        button.setFixedSize(18, 18)
        self.row.addWidget(button)
        self._buttons.append((button, name))
        return button
