"""The source of a capture on screen: only the lines that are seen are made, so its size does not matter."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QColor, QFont, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.ui.palettes import Colours
from app.ui.panels.capture.source_lines import Source, next_hit
from app.ui.panels.capture.source_paint import SourcePainter
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


class _Search(QLineEdit):
    """Enter goes on, with Shift back."""

    went = Signal(bool)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.went.emit(bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        else:
            super().keyPressEvent(event)


class SourceView(QWidget):
    """`chosen(path)` is told when the user comes to a line that has one."""

    chosen = Signal(str)

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.lines = _Lines(colours)
        self.table, self.search, self.about = _Table(), _Search(), QLabel()
        self._painter = SourcePainter(self.table, colours)
        self._hits: tuple[int, ...] = ()
        self._quiet = False
        self._dress_table()
        self.search.setPlaceholderText("Search the source: Enter next, Shift+Enter back")
        self.search.setAccessibleName("Search the source")
        self.search.setClearButtonEnabled(True)
        for part in (self.search, self.about):
            part.setFont(font(SMALL_PX))
        self.search.went.connect(lambda back: self.find_next(back=back))
        self.search.textChanged.connect(self._count)
        self.table.doubleClicked.connect(lambda index: self._fold(index.row()))
        self.table.clicked.connect(self._clicked)
        self.table.folded.connect(self._fold)
        self.table.selectionModel().currentRowChanged.connect(lambda now, _: self._came_to(now.row()))
        head = QHBoxLayout()
        head.setContentsMargins(8, 4, 8, 4)
        head.addWidget(self.search, 1)
        for text, words, back in (("▲", "Previous line found", True), ("▼", "Next line found", False)):
            head.addWidget(self._arrow(text, words, back))
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
            number = next_hit(source.hits(marker), -1)
        if number is not None:
            self._go(number)

    def find_next(self, *, back: bool = False) -> None:
        number = next_hit(self._hits, self._here, back=back)
        if number is not None:
            self._go(number)
            self._tell()

    def recolour(self, colours: Colours) -> None:
        self.lines.colours = colours
        self._painter.recolour(colours)
        self.table.viewport().update()

    @property
    def _here(self) -> int:
        """Number of the line that is selected."""
        source, row = self.lines.source, self.table.currentIndex().row()
        return source.seen[row] if source is not None and 0 <= row < len(source.seen) else -1

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

    def _clicked(self, index: QModelIndex) -> None:
        """A click on the number of a line folds it, as in every editor."""
        if index.column() == 0:
            self._fold(index.row())

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
        self._hits = () if source is None else source.hits(words)
        self._painter.mark(words)
        self.table.viewport().update()
        self._tell()

    def _tell(self) -> None:
        source = self.lines.source
        if source is None:
            self.about.setText("")
        elif not self.search.text():
            self.about.setText(f"{len(source.lines):,} lines, as stored after redaction")
        elif self._here in self._hits:
            self.about.setText(f"{self._hits.index(self._here) + 1:,} of {len(self._hits):,} lines found")
        else:
            self.about.setText(f"{len(self._hits):,} lines found")

    def _arrow(self, text: str, words: str, back: bool) -> QToolButton:
        button = QToolButton()
        button.setText(text)
        button.setFont(font(SMALL_PX))
        button.setProperty("small", True)
        button.setAccessibleName(words)
        button.setToolTip(words)
        button.clicked.connect(lambda _=False: self.find_next(back=back))
        return button

    def _dress_table(self) -> None:
        table = self.table
        table.setModel(self.lines)
        table.setItemDelegate(self._painter)
        table.setAccessibleName("Source of this capture, line by line")
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        table.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        table.setTabKeyNavigation(False)
        plain = font(SMALL_PX)
        plain.setFamilies(["JetBrains Mono", "DejaVu Sans Mono", "Consolas", "Menlo", "monospace"])
        plain.setStyleHint(QFont.StyleHint.Monospace)
        table.setFont(plain)
        heads, rows = table.horizontalHeader(), table.verticalHeader()
        heads.hide()
        heads.resizeSection(0, 56)
        heads.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(_LINE_PX)
        rows.setDefaultSectionSize(_LINE_PX)
