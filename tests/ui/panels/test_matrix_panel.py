"""The matrix of channels and sources: what a cell says, and switching by hand."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from app.domain.health import Freshness, Link, Role, SourceHealth
from app.domain.routing import TICK, Channel, Pin, delayed
from app.domain.units import HOUR, Ns
from app.domain.updates import HealthChanged, RouteChanged
from app.ui.format import CT
from app.ui.panels.matrix.model import PIN, MatrixModel
from app.ui.panels.matrix.view import MatrixPanel
from tests.ui.conftest import Room
from tests.ui.feed import BARCHART, DATABENTO, OPENING, TRADOVATE, channel


def filled() -> MatrixModel:
    model = MatrixModel()
    trades, chain = Channel.NQ_TRADES, Channel.OPT_CHAIN
    model.put(SourceHealth(DATABENTO, "Databento", (channel(DATABENTO, trades), channel(DATABENTO, chain))))
    model.put(
        SourceHealth(
            BARCHART, "Barchart",
            (channel(BARCHART, chain, fidelity=delayed(10), role=Role.STANDBY),),
        )
    )  # fmt: skip
    stale = channel(TRADOVATE, trades, freshness=Freshness.STALE, role=Role.STANDBY)
    model.put(SourceHealth(TRADOVATE, "Tradovate", (stale,)))
    model.route(RouteChanged(trades, DATABENTO, None, False, "first tier", OPENING, minimum=TICK))
    return model


def test_a_cell_says_fidelity_and_freshness_and_who_feeds_is_bold() -> None:
    trades, chain = filled().rows(CT)
    assert [cell.text for cell in trades.cells[1:4]] == ["tick live", "", "tick stale"]
    assert [cell.bold for cell in trades.cells[1:4]] == [True, False, False]
    assert (chain.cells[2].text, chain.cells[2].bold) == ("10 m late", False)
    assert trades.cells[3].struck


def test_where_it_is_narrow_the_mark_says_what_is_live_and_words_only_what_is_not() -> None:
    trades, chain = filled().rows(CT, wide=False)
    assert [cell.text for cell in trades.cells[1:4]] == ["tick", "", "stale"]
    assert chain.cells[2].text == "10 m"
    assert "Barchart: 10 m late" in chain.cells[2].spoken


def test_nothing_is_live_while_the_engine_is_silent() -> None:
    colours = {c.mark_colour for row in filled().rows(CT, silent=True) for c in row.cells if c.mark}
    assert "up" not in colours


def test_a_pin_has_its_sign_and_says_why_and_until_when() -> None:
    model = filled()
    pin = Pin(DATABENTO, "comparing", OPENING, Ns(OPENING + HOUR))
    model.route(RouteChanged(Channel.NQ_TRADES, DATABENTO, None, True, "pinned", OPENING, pin=pin))
    row = model.rows(CT)[0]
    assert row.cells[0].text == f"{PIN} NQ trades"
    assert row.cells[-1].text == f"{PIN} databento until Wed 18 Nov 11:00 CT: comparing"
    assert model.pins() == 1


def test_no_data_says_why() -> None:
    model = filled()
    model.route(RouteChanged(Channel.NQ_TRADES, None, DATABENTO, False, "all stale", OPENING))
    row = model.rows(CT)[0]
    assert row.cells[-1].text == "NO DATA: all stale"
    assert row.cells[0].colour == "down"


def test_a_click_on_a_cell_switches_the_channel_with_a_reason(room: Room, shots: Path) -> None:
    room.open_market()
    off = channel(TRADOVATE, Channel.NQ_QUOTES, link=Link.DISABLED, role=Role.EXCLUDED)
    steady = channel(TRADOVATE, Channel.NQ_TRADES, role=Role.STANDBY)
    room.feed.put(HealthChanged(SourceHealth(TRADOVATE, "Tradovate", (steady, off))))
    room.window.show_panel("matrix")
    room.frames()
    panel = room.window.panels["matrix"]
    assert isinstance(panel, MatrixPanel)
    panel.grab().save(str(shots / "matrix.png"))
    table = panel.table
    assert table is not None
    column = [s.title for s in panel.model.sources()].index("Tradovate") + 1
    index = table.grid.index(table.grid.number_of("nq.trades") or 0, column)
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(index).center())
    QApplication.processEvents()
    room.dialog().grab().save(str(shots / "switch.png"))
    line = room.dialog().findChild(QLineEdit)
    QTest.keyClicks(line, "Databento lags")
    QTest.keyClick(line, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert room.commands.asked[-1] == ("pin", Channel.NQ_TRADES, TRADOVATE, "Databento lags", None, False)
