"""Fees with their dates as a table, a row a plan, licence or credit; saved as a whole or refused."""

from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from app.domain.errors import ConfigError
from app.domain.plans import KINDS, Plan, plans_of, row_of
from app.ui.desk import Desk
from app.ui.dialogs.frame import Dialog

_HEADS: Final = ("Source", "Title", "Kind", "$", "From", "Until")
_FIELDS: Final = ("source", "title", "kind", "monthly_usd", "since", "until")
_KIND, _AMOUNT = 2, 3
_ABOUT: Final = (
    "Each row counts in full in every month it touches; a credit is its whole amount and stands apart; a "
    "metered row is the price of a GiB of live data. "
    "Where a source has no row, the fee of the settings holds while its key is there. Days are written "
    "2026-11-01, or left empty."
)


class PlansDialog(Dialog):
    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent, "Plans and fees", "Plans and fees", _ABOUT)
        self._desk = desk
        self._closed = False
        self.finished.connect(self._leave)
        self.table = QTableWidget(0, len(_HEADS))
        self.table.setHorizontalHeaderLabels(list(_HEADS))
        self.table.setAccessibleName("Plans")
        self.table.verticalHeader().setVisible(False)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.complaint = QLabel("Reading the plans…")
        self.complaint.setWordWrap(True)
        add, remove = QPushButton("Add a row"), QPushButton("Remove the row")
        add.clicked.connect(lambda: self.add_row({"kind": "fixed"}))
        remove.clicked.connect(lambda: self.table.removeRow(self.table.currentRow()))
        row = QHBoxLayout()
        for button in (add, remove):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        self.buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
        )
        self.buttons.accepted.connect(self._save)
        self.buttons.rejected.connect(self.reject)
        self.box.addWidget(self.table)
        self.box.addLayout(row)
        self.box.addWidget(self.complaint)
        self.box.addWidget(self.buttons)
        self.resize(820, 420)
        desk.pending.watch(desk.commands.plans(), self._fill, self._refused)

    def add_row(self, values: dict[str, object]) -> None:
        number = self.table.rowCount()
        self.table.insertRow(number)
        for column, name in enumerate(_FIELDS):
            value = values.get(name)
            if column == _KIND:
                box = QComboBox()
                box.addItems([kind.value for kind in KINDS])
                box.setCurrentText(str(value))
                self.table.setCellWidget(number, column, box)
                continue
            item = QTableWidgetItem("" if value is None else str(value))
            if column == _AMOUNT:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.table.setItem(number, column, item)
        self.table.setCurrentCell(number, 0)

    def rows(self) -> list[dict[str, object]]:
        return [
            {name: self._cell(row, column) for column, name in enumerate(_FIELDS)}
            for row in range(self.table.rowCount())
        ]

    def _cell(self, row: int, column: int) -> object:
        if column == _KIND:
            box = self.table.cellWidget(row, column)
            return box.currentText() if isinstance(box, QComboBox) else ""
        item = self.table.item(row, column)
        text = item.text().strip() if item is not None else ""
        if column != _AMOUNT:
            return text or None
        try:
            return float(text.replace("$", "").replace(",", ""))
        except ValueError:
            return text

    def _fill(self, plans: tuple[Plan, ...] | None) -> None:
        if self._closed:
            return
        for plan in plans or ():
            self.add_row(row_of(plan))
        self.complaint.setText("" if plans else "No dated fee yet: the settings hold.")

    def _save(self) -> None:
        try:
            plans = plans_of(self.rows(), "Row")
        except ConfigError as e:
            self.complaint.setText(str(e))
            return
        self._desk.pending.watch(self._desk.commands.save_plans(plans), self._saved, self._refused)

    def _saved(self, _: object) -> None:
        self._desk.say("The plans are kept.")
        if not self._closed:
            self.accept()

    def _refused(self, sentence: str) -> None:
        if not self._closed:
            self.complaint.setText(sentence)

    def _leave(self, _: int) -> None:
        self._closed = True
