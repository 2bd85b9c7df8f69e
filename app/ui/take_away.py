"""Taking what a panel shows away: to a file that says where it comes from, or to the clipboard."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QToolButton, QWidget

from app.domain.table import Table, delimited
from app.ui.desk import Desk
from app.ui.theme import SMALL_PX, font

_KINDS = {"CSV (*.csv)": "csv", "Parquet (*.parquet)": "parquet", "JSON lines (*.jsonl)": "jsonl"}


@dataclass(frozen=True, slots=True)
class Parcel:
    """What was on screen when the user asked, whatever comes since. `write` takes the name of a file and has
    the engine write it; `table` is asked for when the clipboard is to have it.
    """

    name: str
    write: Callable[[str], "Future[Any]"]
    table: Callable[[], Table]


class TakeAway:
    def __init__(self, owner: QWidget, desk: Desk, what: str, parcel: Callable[[], Parcel | None]) -> None:
        """`what` completes "Export …"; `parcel` answers None while there is nothing."""
        self._owner, self._desk, self._what, self._parcel = owner, desk, what, parcel
        self.button = QToolButton()
        self.button.setText("Export")
        self.button.setFont(font(SMALL_PX))
        self.button.setProperty("small", True)
        self.button.setAccessibleName(f"Export {what}")
        self.button.setToolTip(f"Export {what} as CSV, Parquet or JSON lines, with where it comes from")
        self.button.clicked.connect(lambda: self.ask())

    def ask(self) -> None:
        parcel = self._packed()
        if parcel is None:
            return
        dialog = QFileDialog(self._owner, f"Export {self._what}")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(list(_KINDS))
        dialog.setDefaultSuffix("csv")
        dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix(_KINDS.get(kind, "csv")))
        dialog.selectFile(parcel.name)
        dialog.fileSelected.connect(lambda target: self.write(parcel, target))
        dialog.open()

    def write(self, parcel: Parcel, target: str) -> None:
        self._desk.pending.watch(parcel.write(target), self._desk.say, self._desk.say)

    def copy(self) -> None:
        parcel = self._packed()
        if parcel is not None:
            table = parcel.table()
            QGuiApplication.clipboard().setText(delimited(table, "\t"))
            self._desk.say(f"{table.rows:,} rows of {table.name} are on the clipboard.")

    def _packed(self) -> Parcel | None:
        parcel = self._parcel()
        if parcel is None:
            self._desk.say(f"There is nothing to take away yet: {self._what} is empty.")
        return parcel
