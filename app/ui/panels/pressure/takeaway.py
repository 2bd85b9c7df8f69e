"""Taking the chart along: its picture and its bars, to the clipboard or a file, with their provenance."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QGuiApplication, QPainter, QPixmap
from PySide6.QtWidgets import QFileDialog

from app import __version__
from app.domain.table import Table, delimited
from app.domain.units import Ns
from app.ui import format as text
from app.ui.dress import dress
from app.ui.panels.pressure.export import Heading, bars_table
from app.ui.theme import SMALL_PX, font

if TYPE_CHECKING:
    from app.ui.panels.pressure.view import PressurePanel

_FOOT_PX: Final = 22
_TABLES: Final = "CSV (*.csv);;Parquet (*.parquet)"
_NOTHING: Final = "There are no bars to take along yet."


class Takeaway:
    def __init__(self, panel: "PressurePanel") -> None:
        self._panel = panel

    def acts(self) -> dict[str, Callable[[], None]]:
        return {
            "Copy picture": self.copy_picture,
            "Save picture…": lambda: self._choose_file("png", "Pictures (*.png)", self.save_picture),
            "Copy bars": self.copy_bars,
            "Save bars…": lambda: self._choose_file("csv", _TABLES, self.save_bars),
        }

    def picture(self) -> QPixmap:
        """The chart as it is seen, and under it whose numbers it shows."""
        chart, colours = self._panel.chart, self._panel.desk.colours
        seen = chart.grab()
        ratio = seen.devicePixelRatio()
        width, height = chart.width(), chart.height()
        whole = QPixmap(round(width * ratio), round((height + _FOOT_PX) * ratio))
        whole.setDevicePixelRatio(ratio)
        whole.fill(QColor(colours.panel))
        painter = QPainter(whole)
        painter.drawPixmap(0, 0, seen)
        painter.setFont(font(SMALL_PX))
        painter.setPen(QColor(colours.dim))
        foot = QRect(8, height, width - 16, _FOOT_PX)
        painter.drawText(foot, Qt.AlignmentFlag.AlignVCenter, self._foot())
        painter.end()
        return whole

    def table(self) -> Table | None:
        """The bars between the edges of the chart; None before there are any."""
        panel, wide = self._panel, self._panel.drawing.wide
        if wide is None or not len(wide) or panel.session is None:
            return None
        now = panel.desk.clock.now()
        anchor = panel.anchor(now)
        before = panel.session.run_before(anchor)
        return bars_table(wide, before, anchor, self._heading(), panel.model.open_gaps(now))

    def copy_picture(self) -> None:
        QGuiApplication.clipboard().setPixmap(self.picture())

    def copy_bars(self) -> None:
        table = self.table()
        if table is None:
            self._panel.desk.say(_NOTHING)
            return
        QGuiApplication.clipboard().setText(delimited(table, "\t"))
        self._panel.desk.say(f"{table.rows:,} bars of {self._panel.desk.watch.code} are on the clipboard.")

    def save_picture(self, file: str) -> None:
        if not self.picture().save(file):
            self._panel.desk.say(f"The picture could not be written to {file}.")

    def save_bars(self, file: str) -> None:
        table, desk = self.table(), self._panel.desk
        if table is None:
            desk.say(_NOTHING)
        else:
            desk.pending.watch(desk.commands.export_table(table, file), desk.say, desk.say)

    def _choose_file(self, suffix: str, kinds: str, chosen: Callable[[str], None]) -> None:
        dialog = QFileDialog(self._panel, "Where to")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix)
        dialog.setNameFilter(kinds)
        dialog.selectFile(str(Path(f"{self._panel.desk.watch.code or 'chart'}.{suffix}")))
        dialog.fileSelected.connect(chosen)
        dialog.open()

    def _foot(self) -> str:
        gaps = len(self._panel.model.open_gaps(self._panel.desk.clock.now()))
        missing = f" · {gaps} {'gap' if gaps == 1 else 'gaps'} marked" if gaps else ""
        return self._heading().words() + missing

    def _heading(self) -> Heading:
        panel, mode = self._panel, self._panel.desk.mode
        now = panel.desk.clock.now()
        flow = panel.model.flows.get(panel.desk.watch.instrument or -1)
        quality = panel.model.sides.get(panel.desk.watch.instrument or -1)
        who, true, state, event, received = "no source", text.DASH, "no data", None, None
        if flow is not None:
            origin = flow.provenance
            received = Ns(origin.ts_ingest)
            who, true = origin.source, str(origin.fidelity)
            state = dress(flow.freshness, received, now).word or flow.freshness.value
            event = None if origin.ts_event is None else Ns(origin.ts_event)
        return Heading(
            panel.desk.watch.code or "no contract", mode.value if mode else "starting", who, true, state,
            quality.value if quality else "not known", event, received, now, __version__,
        )  # fmt: skip
