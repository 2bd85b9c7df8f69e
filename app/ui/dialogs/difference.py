"""What a change of profile would do, as a table and in words, money included: shown before it is done."""

from typing import Final

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.domain.source_profile import ProfileDiff
from app.domain.units import MicroUsd
from app.ui import format as text
from app.ui.palettes import Colours
from app.ui.widgets.cells import Cell, Column, Row
from app.ui.widgets.grid import Grid

_ROW_PX: Final = 23
_COLUMNS: Final = (Column("What would change", 230), Column("Now", 240), Column("Then", 0))


class Difference(QWidget):
    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.lines = Grid("What would change", _COLUMNS, colours, row_px=_ROW_PX)
        self.words, self.money = QLabel(""), QLabel("")
        for label in (self.words, self.money):
            label.setWordWrap(True)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(10)
        box.addWidget(self.words)
        box.addWidget(self.lines, 1)
        box.addWidget(self.money)

    def show_diff(self, diff: ProfileDiff, *, in_force: bool = False) -> None:
        self.lines.set_rows(
            tuple(
                Row(
                    f"{number}",
                    (
                        Cell(line.what, "text", line.what),
                        Cell(line.before or text.DASH, "dim", line.before),
                        Cell(line.after or text.DASH, "text", line.after),
                    ),
                )
                for number, line in enumerate(diff.lines)
            )
        )
        self.words.setText(diff_words(diff, in_force=in_force))
        self.money.setText(cost_words(diff))

    def say(self, sentence: str) -> None:
        """Instead of the words of a difference."""
        self.words.setText(sentence)


def diff_words(diff: ProfileDiff, *, in_force: bool = False) -> str:
    said = [diff.refused] if diff.refused else []
    if in_force:
        said.append(f"{diff.after} is in force.")
    elif not diff.lines and not diff.refused:
        said.append("Nothing would change.")
    if diff.missing_keys:
        said.append(f"Off until their key is there: {', '.join(diff.missing_keys)}.")
    count = len(diff.lines)
    return " ".join(said) or ("One thing would change." if count == 1 else f"{count} things would change.")


def cost_words(diff: ProfileDiff) -> str:
    """The fixed fees a month, now and then."""
    change = MicroUsd(diff.fixed_after - diff.fixed_before)
    if not change and diff.cost:
        return diff.cost
    sign = "+" if change > 0 else ""
    moved = f" ({sign}{text.money(change)})" if change else ", unchanged"
    fees = f"Fixed fees a month: {text.money(diff.fixed_before)} → {text.money(diff.fixed_after)}{moved}."
    return f"{fees} {diff.cost}".strip()
