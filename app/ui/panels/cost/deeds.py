"""What can be done about money: buy history, say what plans cost, read a bill, close what is open."""

from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.domain.history_updates import HistoryChanged
from app.domain.routing import SourceId
from app.ui.desk import Desk
from app.ui.dialogs.bill import BillDialog
from app.ui.dialogs.history_form import HistoryForm
from app.ui.dialogs.plans import PlansDialog
from app.ui.dialogs.waiting import WaitingDialog
from app.ui.panel import Panel

_VENDOR = SourceId("databento")


class MoneyDeeds:
    """The row of buttons under the gauge, and the same as actions of the panel."""

    def __init__(self, panel: Panel, desk: Desk) -> None:
        self._panel, self._desk = panel, desk
        self.row = QWidget()
        box = QHBoxLayout(self.row)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        self._form: HistoryForm | None = None
        for words, short, act in (
            ("Buy history…", "Buy…", self.buy),
            ("Plans and fees…", "Plans…", self.plans),
            ("The vendor's bill…", "Bill…", self.bill),
            ("Settle open purchases…", "Open…", self.waiting),
        ):
            action = QAction(words, panel)
            action.triggered.connect(lambda _=False, act=act: act())
            panel.addAction(action)
            button = QPushButton(short)
            button.setToolTip(words)
            button.clicked.connect(partial(act))
            box.addWidget(button)
        box.addStretch(1)

    def told(self, update: HistoryChanged) -> None:
        if self._form is not None:
            self._form.told(update)

    def buy(self) -> None:
        form = HistoryForm(self._panel, self._desk)
        form.finished.connect(self._left)
        self._form = form
        form.open()

    def plans(self) -> None:
        PlansDialog(self._panel, self._desk).open()

    def waiting(self) -> None:
        WaitingDialog(self._panel, self._desk).open()

    def bill(self) -> None:
        BillDialog(self._panel, self._desk, _VENDOR).open()

    def _left(self, _: int) -> None:
        self._form = None
