"""The steps that led to a capture, each with its result and time beside those of the last good one."""

from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QStyleOptionViewItem

from app.domain.capture import CaptureLine, Outcome
from app.domain.capture_diff import StepPair, paired_steps
from app.ui.format import DASH, millis
from app.ui.palettes import Colours
from app.ui.panels.capture.entry import PLAIN, RIGHT, SMALL, Entry, Index
from app.ui.widgets.cell_painter import draw_mark
from app.ui.widgets.cells import Mark

_ROW_PX: Final = 44
TIME_PX: Final = 62
_BAR: Final = Qt.ItemDataRole(Qt.ItemDataRole.UserRole + 1)


@dataclass(frozen=True, slots=True)
class StepBar:
    """Where a step stands on the time line of its capture, as shares of the longer of both captures.

    `absent` says of a step that only the last good one has why it is not here.
    """

    pair: StepPair
    begins: float
    ends: float
    begins_before: float
    ends_before: float
    absent: str = "was not reached"


def bars(this: CaptureLine, before: CaptureLine | None) -> tuple[StepBar, ...]:
    """`before` is the last good one."""
    pairs = tuple(paired_steps(() if before is None else before.steps, this.steps))
    longest = max(1e-3, sum(s.ms for s in this.steps), sum(s.ms for s in before.steps) if before else 0.0)
    # a good one went all the way, with fewer steps
    absent = "was not needed" if this.outcome is Outcome.ACCEPTED else "was not reached"
    made, at, at_before = [], 0.0, 0.0
    for pair in pairs:
        ms = pair.after.ms if pair.after else 0.0
        ms_before = pair.before.ms if pair.before else 0.0
        made.append(
            StepBar(pair, at / longest, (at + ms) / longest, at_before / longest,
                    (at_before + ms_before) / longest, absent)
        )  # fmt: skip
        at, at_before = at + ms, at_before + ms_before
    return tuple(made)


def spoken(bar: StepBar) -> str:
    step, before = bar.pair.after, bar.pair.before
    then = "not in the last good one" if before is None else f"last good {millis(before.ms)}"
    if step is None:
        return f"{bar.pair.name}: {bar.absent}, {then}"
    return (
        f"{bar.pair.name}: {'done' if step.ok else 'FAILED'}, {millis(step.ms)}, {then}. {step.note}".strip()
    )


class _Step(Entry):
    """Mark, name and both times, a note, and the time line of this one over that of the last good one."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        bar: StepBar = index.data(_BAR)
        colours, box = self.colours, option.rect
        self.ground(painter, option)
        step, before = bar.pair.after, bar.pair.before
        failed = step is not None and not step.ok
        mark, colour = (
            (Mark.OFF, "idle") if step is None else (Mark.BAD, "down") if failed else (Mark.GOOD, "up")
        )
        draw_mark(painter, QPointF(box.x() + 13, box.y() + 11.5), mark, QColor(getattr(colours, colour)))
        times = box.right() - 6 - 2 * TIME_PX
        name = QRect(box.x() + 24, box.y() + 2, times - box.x() - 26, 18)
        note = QRect(box.x() + 24, box.y() + 19, box.width() - 32, 15)
        self.write(painter, name, bar.pair.name, "down" if failed else "text")
        self.write(painter, note, _note(bar), "down" if failed else "dim", SMALL)
        now, then = (DASH if one is None else millis(one.ms) for one in (step, before))
        self.write(painter, QRect(times, name.y(), TIME_PX, 18), now, "text", PLAIN, RIGHT)
        self.write(painter, QRect(times + TIME_PX, name.y(), TIME_PX, 18), then, "faint", PLAIN, RIGHT)
        track = QRectF(box.x() + 24, box.y() + 35, box.width() - 32, 6)
        painter.fillRect(track, QColor(colours.raised))
        ink = QColor(colours.faint)
        painter.fillRect(_piece(track, bar.begins_before, bar.ends_before).adjusted(0, 4, 0, 0), ink)
        if step is not None:
            ink = QColor(colours.down if failed else colours.accent)
            painter.fillRect(_piece(track, bar.begins, bar.ends).adjusted(0, 0, 0, -2), ink)
        painter.fillRect(box.x(), box.bottom(), box.width(), 1, QColor(colours.row_line))


class Steps(QListWidget):
    """`chosen(name)` when a step is selected, with an empty name when none is any more."""

    chosen = Signal(str)

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.bars: tuple[StepBar, ...] = ()
        self._step = _Step(self, colours, _ROW_PX)
        self.setItemDelegate(self._step)
        self.setAccessibleName("Steps of this capture, with the times of the last good one")
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.itemSelectionChanged.connect(self._tell)

    def show_steps(self, this: CaptureLine, before: CaptureLine | None) -> None:
        found = bars(this, before)
        if found == self.bars:
            return
        self.bars = found
        self.blockSignals(True)
        self.clear()
        for bar in found:
            item = QListWidgetItem(bar.pair.name, self)
            item.setData(_BAR, bar)
            item.setToolTip(spoken(bar))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken(bar))
        self.blockSignals(False)

    def recolour(self, colours: Colours) -> None:
        self._step.colours = colours
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.clearSelection()
        else:
            super().keyPressEvent(event)

    def _tell(self) -> None:
        chosen = self.selectedItems()
        self.chosen.emit(chosen[0].data(_BAR).pair.name if chosen else "")


def _note(bar: StepBar) -> str:
    step = bar.pair.after
    return bar.absent if step is None else step.note or "done"


def _piece(track: QRectF, begins: float, ends: float) -> QRectF:
    """At least two pixels: a step of no time happened all the same."""
    left = track.left() + begins * track.width()
    wide = max(2.0, (ends - begins) * track.width())
    return QRectF(min(left, track.right() - wide), track.top(), wide, track.height())
