"""All keys on one sheet."""

from collections.abc import Sequence

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.ui.dialogs.frame import Dialog
from app.ui.palettes import DARK
from app.ui.widgets.cells import Cell, Column, Row
from app.ui.widgets.grid import Grid


class ShortcutSheet(Dialog):
    def __init__(self, parent: QWidget, actions: Sequence[QAction]) -> None:
        super().__init__(parent, "Keyboard shortcuts", "Keyboard shortcuts")
        desk = getattr(parent, "desk", None)
        colours = desk.colours if desk is not None else DARK
        table = Grid("Keyboard shortcuts", (Column("Key", 150), Column("Does", 0)), colours, row_px=24)
        rows = []
        for action in actions:
            keys = " or ".join(
                key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts()
            )
            if keys:
                rows.append(Row(action.text(), (Cell(keys, "accent"), Cell(action.text()))))
        mouse = (
            ("Wheel on the chart", "Zoom in time"),
            ("Drag on the chart", "Look back; the right edge follows again with F"),
            ("Double click on the chart", "Back to the chosen span, following"),
            ("Tab, arrows", "Move between controls and rows"),
        )
        rows.extend(Row(what, (Cell(what, "dim"), Cell(does))) for what, does in mouse)
        table.set_rows(rows)
        self.box.addWidget(table)
        self.add_close()
        self.resize(560, 620)
