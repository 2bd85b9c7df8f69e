"""A journal on screen: level and source filter, search, copy, and a table that stays at the newest line."""

from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QStackedLayout,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.ui.journal import Filter, Journal
from app.ui.palettes import Colours
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.cells import Column
from app.ui.widgets.empty import Empty
from app.ui.widgets.field import FilterField
from app.ui.widgets.grid import Grid


class JournalView(QWidget):
    """`levels` are the choices of the first box: what it says, and the levels that then pass."""

    def __init__(
        self,
        name: str,
        journal: Journal,
        columns: tuple[Column, ...],
        levels: tuple[tuple[str, frozenset[str]], ...],
        empty: Empty,
        colours: Colours,
    ) -> None:
        super().__init__()
        self.journal, self._levels, self._empty = journal, levels, empty
        self._known_sources = 0
        self.table = Grid(name, columns, colours, row_px=21)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.level, self.source = QComboBox(), QComboBox()
        self.search = FilterField(f"{name}: search", "Search")
        self.copy = QToolButton()
        for words, _ in levels:
            self.level.addItem(words)
        self.source.addItem("all sources", "")
        self.level.setAccessibleName(f"{name}: level")
        self.source.setAccessibleName(f"{name}: source")
        self.copy.setText("Copy")
        self.copy.setAccessibleName(f"{name}: copy the chosen lines, or all that are shown")
        self.copy.setToolTip("Copy the chosen lines, or all that are shown")
        row = QHBoxLayout()
        row.setContentsMargins(8, 0, 8, 5)
        row.setSpacing(6)
        for widget, stretch in ((self.level, 0), (self.source, 0), (self.search, 1), (self.copy, 0)):
            widget.setFont(font(SMALL_PX))
            widget.setProperty("small", True)
            row.addWidget(widget, stretch)
        self.level.setHidden(len(levels) < 2)
        self.level.currentIndexChanged.connect(self._filter)
        self.source.currentIndexChanged.connect(self._filter)
        self.search.textChanged.connect(self._filter)
        self.copy.clicked.connect(self.copy_lines)
        QShortcut(QKeySequence.StandardKey.Copy, self.table, self.copy_lines,
                  context=Qt.ShortcutContext.WidgetShortcut)  # fmt: skip
        stack = QWidget()
        self._stack = QStackedLayout(stack)
        self._stack.addWidget(empty)
        self._stack.addWidget(self.table)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(row)
        box.addWidget(stack, 1)

    def draw(self) -> None:
        """Takes over what the journal moved on by."""
        self._stack.setCurrentIndex(1 if len(self.journal) else 0)
        for source in self.journal.sources[self._known_sources :]:
            self.source.addItem(source, source)
        self._known_sources = len(self.journal.sources)
        moved = self.journal.moved()
        if moved is None:
            return
        bar = self.table.verticalScrollBar()
        at_end = bar.value() >= bar.maximum() - 4
        if moved.reset:
            self.table.grid.set_rows(moved.rows)
        else:
            self.table.grid.shift(moved.dropped, moved.rows)
        if at_end or moved.reset:
            self.table.scrollToBottom()

    def recolour(self, colours: Colours) -> None:
        self.table.recolour(colours)
        self._empty.recolour(colours)

    def copy_lines(self) -> None:
        """Chosen lines, or all that are shown, as tab separated text."""
        model = self.table.grid
        chosen = sorted({index.row() for index in self.table.selectionModel().selectedRows()})
        numbers = chosen or range(model.rowCount())
        lines = ("\t".join(cell.text for cell in model.row(number).cells) for number in numbers)
        QGuiApplication.clipboard().setText("\n".join(lines))

    def point_at(self, key: str) -> None:
        number = self.table.grid.number_of(key)
        if number is not None:
            index = self.table.grid.index(number, 0)
            self.table.selectionModel().setCurrentIndex(
                index,
                QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows,
            )
            self.table.scrollTo(index)

    def _filter(self) -> None:
        levels = self._levels[self.level.currentIndex()][1]
        self.journal.choose(Filter(levels, self.source.currentData() or "", self.search.text().strip()))
        self.draw()
