"""The strike map: who pressed on which strikes over the session."""

import os
import random
from pathlib import Path

from PySide6.QtCore import QPointF
from pytestqt.qtbot import QtBot

from app.domain.bars import PressureBar
from app.domain.contract import Future, Right
from app.domain.ticks import SideQuality
from app.domain.units import SECOND, Ns, px
from app.domain.updates import BarChanged, InstrumentKnown
from app.ui.panels.flow.model import FlowModel
from app.ui.panels.flow.strike_map import Cell, Side
from tests.ui.panels.samples import NOW
from tests.ui.panels.test_flow_panel import START, WINDOW, bar, drawn, known, live, model, origin, panel_with

NQ, CHARTED = 900, Future(2026, 12)


def future(start: Ns, close: float) -> BarChanged:
    made = PressureBar(NQ, start, WINDOW, 10, 5, 0, 9, *(px(close),) * 4, closed=True)
    return BarChanged(made, SideQuality.EXCHANGE, origin())


def named() -> InstrumentKnown:
    return InstrumentKnown(NQ, "NQZ6", CHARTED, None, None, origin())


def before(windows: int) -> Ns:
    return Ns(START - windows * WINDOW * SECOND)


def told(made: FlowModel, side: Side = Side.BOTH) -> list[dict[int, Cell]]:
    shown = made.strike_map(side, CHARTED)
    return [] if shown is None else [dict(column) for column in shown.columns]


def test_calls_and_puts_of_a_strike_are_added_up_or_kept_apart() -> None:
    made = model(known(5, 25_005, Right.PUT), bar(1, 30, 10, 8), bar(5, 4, 9, 3, unknown=2))
    assert told(made) == [{2500: Cell(15, 55)}]
    assert told(made, Side.CALLS) == [{2500: Cell(20, 40)}]
    assert told(made, Side.PUTS) == [{2500: Cell(-5, 15)}]


def test_a_changed_bar_changes_its_column_and_a_future_draws_the_line() -> None:
    made = model(
        named(), bar(1, 30, 10, 8, before(1), closed=True), bar(1, 1, 0, 1), future(before(1), 25_004)
    )
    assert told(made) == [{2500: Cell(20, 40)}, {2500: Cell(1, 1)}]
    made.apply(bar(1, 1, 8, 4), WINDOW)
    shown = made.strike_map(Side.BOTH, CHARTED)
    assert shown is not None
    assert dict(shown.columns[1]) == {2500: Cell(-7, 9)}
    assert shown.prices == (25_004.0, None)
    assert shown.largest == 20
    assert len(shown.strikes) == 41


def test_without_a_trade_there_is_no_map() -> None:
    assert model(named(), future(START, 25_000)).strike_map(Side.BOTH, CHARTED) is None
    assert FlowModel().strike_map(Side.BOTH, None) is None


def test_the_panel_switches_between_table_and_map(qtbot: QtBot, tmp_path: Path) -> None:
    chance, price = random.Random(3), 25_000.0
    updates: list[InstrumentKnown | BarChanged] = [named()]
    updates += [known(n, 24_800 + 10 * (n // 2), Right.CALL if n % 2 else Right.PUT) for n in range(1, 80)]
    for back in range(40, -1, -1):
        price += chance.gauss(0, 14)
        updates.append(future(before(back), price))
        for n in range(1, 80):
            if chance.random() < 0.5:
                lean = 1 if 24_800 + 5 * n > price else -1
                size = int(chance.paretovariate(0.8))
                updates.append(bar(n, size + 30 * (lean > 0), 5 + 30 * (lean < 0), 9, before(back)))
    panel = panel_with(qtbot, live(), *updates)
    panel.desk.watch.learn(named(), NOW)
    panel._mapped.click()
    drawn(panel)
    assert panel.grab().save(str(Path(os.environ.get("SHOTS_FOLDER", tmp_path)) / "strike_map.png"))
    assert panel.map.isVisible()
    assert not panel.fields["volume"].isVisible()
    assert "5 m a column" in panel.title_bar.hint_text()
    said = panel.map.about(QPointF(panel.map.width() / 2, panel.map.height() / 2))
    assert said.startswith("strikes ")
    assert panel.remember()["map"] == "True"
    panel._mapped.click()
    drawn(panel)
    assert not panel.map.isVisible()
    assert panel.fields["volume"].isVisible()
