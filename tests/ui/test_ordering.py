"""Sources put into another order by mouse and by keys: always shown as a difference before it holds."""

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from app.domain.health import SourceHealth
from app.domain.routing import Channel, SourceId
from app.domain.source_profile import ProfileChanged, ProfileDiff, ProfileLine, SourceProfile
from app.domain.units import MicroUsd
from app.domain.updates import HealthChanged
from app.ui.dialogs.order import OrderDialog
from app.ui.panels.health.view import HealthPanel
from app.ui.panels.matrix.view import MatrixPanel
from tests.ui.conftest import Room, click
from tests.ui.feed import BARCHART, DATABENTO, MASSIVE, OPENING, TRADOVATE, channel

NAMES = (BARCHART, MASSIVE, TRADOVATE, DATABENTO)
PROFILE = SourceProfile(
    "all_sources", "Every source.", ("*",), tuple((one,) for one in NAMES),  # type: ignore[arg-type]
    {Channel.NQ_TRADES: ((DATABENTO,), (TRADOVATE,))},
)  # fmt: skip
DIFF = ProfileDiff(
    "all_sources", "own_all_sources",
    (ProfileLine("opt.chain: order", "barchart → databento", "databento → barchart"),),
    MicroUsd(179_000_000), MicroUsd(179_000_000), "Fixed fees of the sources in use stay at $179.00 a month.",
)  # fmt: skip
ALT = Qt.KeyboardModifier.AltModifier


def filled(room: Room) -> HealthPanel:
    room.open_market()
    trades, chain = Channel.NQ_TRADES, Channel.OPT_CHAIN
    for source, title, channels in (
        (DATABENTO, "Databento", (trades, chain)),
        (BARCHART, "Barchart", (chain,)),
        (TRADOVATE, "Tradovate", (trades,)),
        (MASSIVE, "Massive", (Channel.BARS,)),
    ):
        parts = tuple(channel(source, one) for one in channels)
        room.feed.put(HealthChanged(SourceHealth(source, title, parts)))
    room.feed.put(ProfileChanged(PROFILE, (PROFILE,), OPENING))
    room.commands.answer = DIFF
    room.frames()
    panel = room.window.panels["health"]
    assert isinstance(panel, HealthPanel)
    return panel


def drag(viewport: QWidget, start: QPoint, end: QPoint) -> None:
    """As a hand does it: pressed, a few steps on the way, released."""
    left = Qt.MouseButton.LeftButton
    QTest.mousePress(viewport, left, pos=start)
    for part in (0.3, 0.7, 1.0):
        QTest.mouseMove(viewport, start + (end - start) * part)
    QTest.mouseRelease(viewport, left, pos=end)
    QApplication.processEvents()


def order(room: Room) -> OrderDialog:
    dialog = room.dialog()
    assert isinstance(dialog, OrderDialog)
    return dialog


def at_hand(widget: QWidget) -> None:
    """Its window comes to the front and it has the keyboard."""
    widget.window().activateWindow()
    widget.setFocus()
    QApplication.processEvents()


def names(dialog: OrderDialog) -> list[str]:
    return [row.key for row in dialog.table.grid.rows()]


def test_cards_stand_in_the_order_of_the_profile(room: Room) -> None:
    panel = filled(room)
    assert [row.key for row in panel.table.grid.rows()] == [f"{name}/" for name in NAMES]


def test_a_card_dragged_shows_what_would_change_and_is_applied_by_a_click(room: Room, shots: Path) -> None:
    panel = filled(room)
    room.window.docks.dock("health").setFloating(True)
    room.window.docks.dock("health").resize(480, 420)
    room.frames(4)
    table = panel.table
    index = table.grid.index(3, 0)
    top = table.visualRect(table.grid.index(0, 0))
    drag(table.viewport(), table.visualRect(index).center(), top.center() - QPoint(0, 22))
    dialog = order(room)
    assert names(dialog) == [DATABENTO, BARCHART, MASSIVE, TRADOVATE]
    assert dialog.table.chosen() == DATABENTO
    room.frames(2)
    assert [row.cells[0].text for row in dialog.difference.lines.grid.rows()] == ["opt.chain: order"]
    assert "Kept as your own profile own_all_sources." in dialog.difference.words.text()
    dialog.grab().save(str(shots / "order.png"))
    click(dialog.use)
    wanted = ((DATABENTO,), (BARCHART,), (MASSIVE,), (TRADOVATE,))
    assert room.commands.asked[-1] == ("reorder", None, wanted)
    room.frames(2)
    assert any("The new order is in force" in one for one in room.window.notices.sentences())


def test_a_drag_given_up_with_escape_changes_nothing(room: Room) -> None:
    panel = filled(room)
    table = panel.table
    at = table.visualRect(table.grid.index(0, 0)).center()
    QTest.mousePress(table.viewport(), Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseMove(table.viewport(), at + QPoint(0, 40))
    QTest.keyClick(table, Qt.Key.Key_Escape)
    QTest.mouseRelease(table.viewport(), Qt.MouseButton.LeftButton, pos=at + QPoint(0, 40))
    QApplication.processEvents()
    assert QApplication.activeModalWidget() is None


def test_keys_move_a_card_in_the_general_order_and_a_line_in_that_of_its_channel(room: Room) -> None:
    panel = filled(room)
    panel.focus_on("massive/")
    at_hand(panel.table)
    QTest.keyClick(panel.table, Qt.Key.Key_Up, ALT)
    assert names(order(room)) == [MASSIVE, BARCHART, TRADOVATE, DATABENTO]
    order(room).reject()
    panel.focus_on("databento/nq.trades")
    QTest.keyClick(panel.table, Qt.Key.Key_Down, ALT)
    assert names(order(room)) == [TRADOVATE, DATABENTO]
    order(room).reject()
    QTest.keyClick(panel.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert room.commands.asked[-1] == ("undo_order",)


def test_a_cell_of_the_matrix_dragged_onto_another_takes_its_place(room: Room) -> None:
    filled(room)
    room.window.show_panel("matrix")
    room.frames()
    panel = room.window.panels["matrix"]
    assert isinstance(panel, MatrixPanel)
    table = panel.table
    assert table is not None
    titles = [one.title for one in panel.model.sources()]
    row = table.grid.number_of("nq.trades") or 0
    cells = [table.grid.index(row, titles.index(title) + 1) for title in ("Tradovate", "Databento")]
    drag(table.viewport(), *(table.visualRect(cell).center() for cell in cells))
    assert names(order(room)) == [TRADOVATE, DATABENTO]
    assert not any(asked[0] == "pin" for asked in room.commands.asked)
    order(room).reject()
    room.frames(2)
    table.setCurrentIndex(cells[0])
    at_hand(table)
    QTest.keyClick(table, Qt.Key.Key_Up, ALT)
    assert names(order(room)) == [TRADOVATE, DATABENTO]


def test_an_order_is_made_by_keys_alone_and_a_tier_is_shared(room: Room) -> None:
    panel = filled(room)
    next(one for one in panel.actions() if one.text() == "Order of sources for NQ trades…").trigger()
    dialog = order(room)
    assert not dialog.use.isEnabled()
    dialog.table.selectRow(1)
    at_hand(dialog.table)
    QTest.keyClick(dialog.table, Qt.Key.Key_S, ALT)
    room.frames(2)
    assert list(dialog.tiers) == [(DATABENTO, TRADOVATE)]
    assert "shares this tier" in dialog.table.grid.rows()[1].cells[2].text
    assert dialog.use.isEnabled()
    QTest.keyClick(dialog.table, Qt.Key.Key_S, ALT)
    QTest.keyClick(dialog.table, Qt.Key.Key_Up, ALT)
    room.frames(2)
    assert list(dialog.tiers) == [(TRADOVATE,), (DATABENTO,)]
    assert dialog.table.chosen() == TRADOVATE


def test_a_source_that_no_profile_names_can_be_ordered_too(room: Room) -> None:
    panel = filled(room)
    other = SourceId("other")
    room.feed.put(HealthChanged(SourceHealth(other, "Other", (channel(other, Channel.BARS),))))
    room.frames()
    next(one for one in panel.actions() if one.text() == "Order of sources for bars…").trigger()
    assert order(room).tiers == ((MASSIVE,), (other,))
