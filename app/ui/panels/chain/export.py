"""Taking the chain on screen away: to a file that says where it comes from, or to the clipboard."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QToolButton, QWidget

from app import __version__
from app.domain.chain_table import chain_table
from app.domain.table import delimited
from app.domain.units import moment
from app.domain.updates import ChainArrived
from app.ui.desk import Desk
from app.ui.theme import SMALL_PX, font

_KINDS = {"CSV (*.csv)": "csv", "Parquet (*.parquet)": "parquet"}
_NOTHING = "There is no chain to take away yet."


class Export:
    def __init__(self, owner: QWidget, desk: Desk, shown: Callable[[], ChainArrived | None]) -> None:
        self._owner, self._desk, self._shown = owner, desk, shown
        self.button = QToolButton()
        self.button.setText("Export")
        self.button.setFont(font(SMALL_PX))
        self.button.setProperty("small", True)
        self.button.setAccessibleName("Export this chain")
        self.button.setToolTip("Export this chain as CSV or Parquet, with where it comes from (Ctrl+E)")
        self.button.clicked.connect(lambda: self.ask())

    def ask(self) -> None:
        shown = self._shown()
        if shown is None:
            self._desk.say(_NOTHING)
            return
        stamp = f"{moment(shown.chain.received):%Y%m%dT%H%M%SZ}"
        dialog = QFileDialog(self._owner, "Export the chain")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(_KINDS))
        dialog.setDefaultSuffix("csv")
        dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix(_KINDS.get(kind, "csv")))
        dialog.selectFile(f"{shown.chain.source}-{shown.chain.vendor_series}-{stamp}")
        dialog.fileSelected.connect(lambda target: self.write(shown, target))
        dialog.open()

    def write(self, shown: ChainArrived, target: str) -> None:
        """The chain that was on screen when the user asked, whatever came since."""
        self._desk.pending.watch(
            self._desk.commands.export_chain(shown, target), self._desk.say, self._desk.say
        )

    def copy(self) -> None:
        shown = self._shown()
        if shown is None:
            self._desk.say(_NOTHING)
            return
        table = chain_table(shown, __version__, self._desk.clock.now())
        QGuiApplication.clipboard().setText(delimited(table, "\t"))
        self._desk.say(f"{table.rows:,} contracts of {shown.chain.vendor_series} are on the clipboard.")
