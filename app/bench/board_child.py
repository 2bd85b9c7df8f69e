"""The chain board alone on a screen of its own, timed while chains of 20,000 contracts come and are scrolled.

Beside it the same words in Qt's own table with its own delegate. One line of JSON is its answer.
"""

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final

import numpy as np
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QApplication, QTableView

from app.display import choose_platform
from app.domain import black76
from app.domain.chain import Chain, Quote, Underlying, Verdict
from app.domain.chain_metrics import board, strip
from app.domain.contract import Contract, Right, Series
from app.domain.health import Freshness
from app.domain.routing import SNAPSHOT, Provenance, SourceId
from app.domain.session import Calendar
from app.domain.settings import Settings
from app.domain.units import DAY, SECOND, Ns, ns_from_iso, px
from app.domain.updates import ChainArrived, Mode
from app.system.clock import RealClock
from app.ui.application import make_application
from app.ui.desk import Desk
from app.ui.format import zone
from app.ui.outside import Commands
from app.ui.palettes import colours_for
from app.ui.panels.chain.model import Span
from app.ui.panels.chain.view import ChainPanel
from app.ui.pending import Pending
from app.ui.watch import Watch

_STRIKES: Final = 10_000
_ROUNDS: Final = 40
_NOW: Final = ns_from_iso("2026-11-18T16:31:00Z")
_SERIES: Final = Series("Q3D", 2026, 11)
_FUTURE: Final = 20_000.0
_SOURCE: Final = SourceId("bench")


class _Nobody:
    """Commands that nobody carries out."""

    def __getattr__(self, name: str) -> Callable[..., "Future[Any]"]:
        return lambda *_: Future()


def arrived(shift: float) -> ChainArrived:
    """A chain whose every quote differs from that of another `shift`."""
    strikes = _FUTURE + np.arange(-_STRIKES // 2, _STRIKES // 2, dtype=np.float64) * 2.5
    quotes = []
    for right in Right:
        call = np.full(strikes.shape, right is Right.CALL)
        fair = black76.price(_FUTURE, strikes, 2 / 365, 0.04, np.full(strikes.shape, 0.2), call) + shift
        for strike, value in zip(strikes.tolist(), fair.tolist(), strict=True):
            contract = Contract(_SERIES, px(strike), right)
            quotes.append(
                Quote(contract, "", px(round(value, 2)), px(round(value + 1, 2)), volume=12, open_interest=40,
                      last=px(round(value, 2)), quote_time=Ns(_NOW - 3 * SECOND))
            )  # fmt: skip
    chain = Chain(_SOURCE, _SERIES, "bench", _NOW, _NOW, SNAPSHOT, tuple(quotes), claimed_total=len(quotes),
                  underlying=Underlying("", px(_FUTURE)))  # fmt: skip
    expiration = Ns(_NOW + 2 * DAY)
    cells = board(chain, expiration, _NOW, 0.04)
    return ChainArrived(
        chain, Verdict(True), Freshness.LIVE, "live", "", Provenance(_SOURCE, SNAPSHOT, _NOW, _NOW, _NOW, ""),
        cells, strip(chain, cells, expiration, _NOW), expiration,
    )  # fmt: skip


def panel() -> ChainPanel:
    settings, commands = Settings(), _Nobody()
    shown: Commands = commands
    desk = Desk(
        commands=shown, clock=RealClock(), calendar=Calendar(), watch=Watch(),
        pending=Pending(lambda _: None),
        colours=colours_for(settings.screen_theme, ""), zone=zone(settings.screen_zone), settings=settings,
        mode=Mode.LIVE, say=lambda _: None, show=lambda *_: None,
    )  # fmt: skip
    made = ChainPanel(desk)
    made.dress()
    made.resize(1_400, 900)
    made.show_span(Span.ALL)
    made.show()
    return made


def main() -> None:
    choose_platform(unattended=True)
    app = make_application([])
    ours = panel()
    chains = arrived(0.0), arrived(0.25)
    ours.apply(chains[0])
    ours.refresh(_NOW)
    app.processEvents()
    updates, paints, scrolls = [], [], []
    for number in range(_ROUNDS):
        ours.apply(chains[number % 2])
        updates.append(_timed(lambda: ours.refresh(_NOW)))
        paints.append(_timed(ours.board.viewport().repaint))
    bar = ours.board.verticalScrollBar()
    for number in range(_ROUNDS):
        bar.setValue(bar.maximum() * number // _ROUNDS)
        scrolls.append(_timed(ours.board.viewport().repaint))
    told = {"update": updates, "paint": paints, "scroll": scrolls, "peer": _plain(ours, app)}
    sys.stdout.write(json.dumps(told) + "\n")


def _plain(ours: ChainPanel, app: QApplication) -> list[float]:
    """As many rows as are seen, in a table that sets its texts and paints them by itself."""
    columns, rows = ours.board.model().columnCount(), ours.board.viewport().height() // 22 + 1
    model = QStandardItemModel(rows, columns)
    for row in range(rows):
        for column in range(columns):
            model.setItem(row, column, QStandardItem("1,234.50"))
    table = QTableView()
    table.setModel(model)
    table.verticalHeader().setDefaultSectionSize(22)
    table.resize(1_400, 900)
    table.show()
    app.processEvents()

    def update(text: str) -> None:
        for row in range(rows):
            for column in range(columns):
                model.item(row, column).setText(text)
        table.viewport().repaint()

    return [_timed(lambda text=f"1,234.{n:02d}": update(text)) for n in range(_ROUNDS)]  # type: ignore[misc]


def _timed(work: Callable[[], object]) -> float:
    began = time.thread_time()
    work()
    return (time.thread_time() - began) * 1_000


if __name__ == "__main__":
    main()
