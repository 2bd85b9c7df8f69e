"""The source of a capture on screen: only the lines that are seen are made, so its size does not matter."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QLabel, QLineEdit, QTableView, QVBoxLayout, QWidget

from app.ui.palettes import Colours
from app.ui.panels.capture.source_lines import Source
from app.ui.theme import SMALL_PX, font

_Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_LINE_PX = 17


class _Lines(QAbstractTableModel):
    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.source: Source | None = None
        self.colours = colours

    def rowCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() or self.source is None else len(self.source.seen)

    def columnCount(self, parent: _Index = _ROOT) -> int:
        return 0 if parent.isValid() else 2

    def data(self, index: _Index, role: int = 0) -> Any:
        if self.source is None or not index.isValid() or index.row() >= len(self.source.seen):
            return None
        number = self.source.seen[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.source.text(number) if index.column() else f"{number + 1}"
        if role == Qt.ItemDataRole.ForegroundRole:
            return QColor(self.colours.text if index.column() else self.colours.faint)
        if role == Qt.ItemDataRole.ToolTipRole:
            return self.source.lines[number].path or None
        return None


class _Table(QTableView):
    folded = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Return, Qt.Key.Key_Space):
            self.folded.emit(self.currentIndex().row())
        else:
            super().keyPressEvent(event)


class SourceView(QWidget):
    """`chosen(path)` is told when the user comes to a line that has one."""

    chosen = Signal(str)

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.lines = _Lines(colours)
        self.table, self.search, self.about = _Table(), QLineEdit(), QLabel()
        self._quiet = False
        self.table.setModel(self.lines)
        self.table.setAccessibleName("Source of this capture, line by line")
        self.table.setShowGrid(False)
        self.table.setWordWrap(False)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        plain = font(SMALL_PX)
        plain.setFamilies(["JetBrains Mono", "DejaVu Sans Mono", "Consolas", "Menlo", "monospace"])
        plain.setStyleHint(QFont.StyleHint.Monospace)
        self.table.setFont(plain)
        heads, rows = self.table.horizontalHeader(), self.table.verticalHeader()
        heads.hide()
        heads.resizeSection(0, 56)
        heads.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(_LINE_PX)
        rows.setDefaultSectionSize(_LINE_PX)
        self.search.setPlaceholderText("Search the source (Enter: next)")
        self.search.setAccessibleName("Search the source")
        self.search.setClearButtonEnabled(True)
        for part in (self.search, self.about):
            part.setFont(font(SMALL_PX))
        self.search.returnPressed.connect(self.find_next)
        self.search.textChanged.connect(self._count)
        self.table.doubleClicked.connect(lambda index: self._fold(index.row()))
        self.table.folded.connect(self._fold)
        self.table.selectionModel().currentRowChanged.connect(lambda now, _: self._came_to(now.row()))
        QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus,
                  context=Qt.ShortcutContext.WidgetWithChildrenShortcut)  # fmt: skip
        head = QHBoxLayout()
        head.setContentsMargins(8, 4, 8, 4)
        head.addWidget(self.search, 1)
        head.addWidget(self.about)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self.table, 1)

    def show_source(self, source: Source | None) -> None:
        self.lines.beginResetModel()
        self.lines.source = source
        self.lines.endResetModel()
        self._count()

    def reveal(self, locator: str, marker: str = "") -> None:
        """Goes to a path, or to the first line with the marker of a page's element, without telling it."""
        source = self.lines.source
        if source is None:
            return
        number = source.place(locator)
        if number is None and marker:
            number = source.find(marker, -1)
        if number is not None:
            self._go(number)

    def find_next(self) -> None:
        source = self.lines.source
        if source is None:
            return
        row = self.table.currentIndex().row()
        after = source.seen[row] if 0 <= row < len(source.seen) else -1
        number = source.find(self.search.text(), after)
        if number is not None:
            self._go(number)

    def recolour(self, colours: Colours) -> None:
        self.lines.colours = colours
        self.table.viewport().update()

    def _go(self, number: int) -> None:
        source = self.lines.source
        if source is None:
            return
        self._quiet = True
        self.lines.beginResetModel()
        source.reveal(number)
        self.lines.endResetModel()
        self.table.selectRow(source.seen.index(number))
        self.table.scrollTo(self.table.currentIndex(), QTableView.ScrollHint.PositionAtCenter)
        self._quiet = False

    def _fold(self, row: int) -> None:
        source = self.lines.source
        if source is None or not 0 <= row < len(source.seen):
            return
        self._quiet = True
        self.lines.beginResetModel()
        source.fold(source.seen[row])
        self.lines.endResetModel()
        self.table.selectRow(row)
        self._quiet = False

    def _came_to(self, row: int) -> None:
        source = self.lines.source
        if self._quiet or source is None or not 0 <= row < len(source.seen):
            return
        if path := source.lines[source.seen[row]].path:
            self.chosen.emit(path)

    def _count(self) -> None:
        source, words = self.lines.source, self.search.text()
        if source is None:
            self.about.setText("")
        elif words:
            self.about.setText(f"{source.count(words):,} lines found")
        else:
            self.about.setText(f"{len(source.lines):,} lines, as stored after redaction")
