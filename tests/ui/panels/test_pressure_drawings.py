"""What the trader draws on the chart: placed and moved with the mouse, kept by contract, taken back."""

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.domain.drawings import Drawing, DrawingKind, DrawingsKept
from app.domain.units import MINUTE, SECOND, Ns, px
from app.domain.vwap import vwap
from app.ui.panels.pressure.view import PressurePanel
from tests.ui.conftest import Room
from tests.ui.feed import NQ
from tests.ui.panels.chart import action, drag, panel_of, point

NONE = Qt.KeyboardModifier.NoModifier


def drawn(panel: PressurePanel) -> tuple[Drawing, ...]:
    return panel.hand.sketch.of(panel.desk.watch.code)


def kept(room: Room) -> list[tuple[Drawing, ...]]:
    """What was asked to be kept, in order."""
    return [asked[2] for asked in room.commands.asked if asked[0] == "keep_drawings"]


def draw(room: Room, panel: PressurePanel, words: str, at: QPoint) -> Drawing:
    before = drawn(panel)
    action(panel, f"Chart: draw {words}").trigger()
    QTest.mouseClick(panel.chart, Qt.MouseButton.LeftButton, NONE, at)
    room.frames(20)
    (new,) = [one for one in drawn(panel) if one not in before]
    return new


def place_of(panel: PressurePanel, drawing: Drawing) -> QPoint:
    view = panel.chart.view(panel.chart.pane("price"))
    x = (view.x0 + view.x1) / 2 if drawing.at is None else view.x(drawing.at / SECOND)
    y = (view.y0 + view.y1) / 2 if drawing.price is None else view.y(drawing.price / px(1))
    return QPoint(round(x), round(y))


def test_a_level_a_moment_and_an_average_are_placed_with_a_click(room: Room, shots: Path) -> None:
    panel = panel_of(room)
    level = draw(room, panel, "a level", point(panel, 0.6, 0.4))
    moment = draw(room, panel, "a moment", point(panel, 0.7))
    average = draw(room, panel, "an anchored VWAP", point(panel, 0.65, 0.8))
    assert (level.kind, moment.kind, average.kind) == (
        DrawingKind.LEVEL, DrawingKind.MOMENT, DrawingKind.AVERAGE,
    )  # fmt: skip
    assert level.price is not None
    assert level.price % px(0.25) == 0
    assert average.at is not None
    assert average.at % MINUTE == 0
    assert kept(room)[-1] == (level, moment, average)
    assert panel.span.following
    assert "VWAP from a minute" in panel.chart.legends["price"].text
    assert room.window.shot(shots / "drawings.png")


def test_an_anchored_average_is_that_of_the_trades_since_its_minute(room: Room) -> None:
    panel = panel_of(room)
    average = draw(room, panel, "an anchored VWAP", point(panel, 0.7))
    for _ in range(30):
        room.feed.step(0.5, trades=4)
        room.frames(2)
    room.frames(20)
    assert average.at is not None
    minutes = panel.model.minutes[NQ]
    truth = vwap([one for start, one in sorted(minutes.items()) if start >= average.at])
    (shape,) = [shape for one, shape in panel.hand.shapes if one is average]
    assert truth is not None
    assert shape.values[-1] == pytest.approx(truth.price)


def test_a_drawing_is_dragged_picked_deleted_and_brought_back(room: Room) -> None:
    panel = panel_of(room)
    level = draw(room, panel, "a level", point(panel, 0.6, 0.4))
    QTest.keyClick(panel.chart, Qt.Key.Key_Escape)
    assert panel.hand.picked is None
    span = panel.chart.left, panel.chart.right
    begin = place_of(panel, level)
    drag(panel, begin, begin + QPoint(30, 40), NONE)
    room.frames(20)
    (moved,) = drawn(panel)
    assert moved.price is not None
    assert level.price is not None
    assert moved.price < level.price
    assert (panel.chart.left, panel.chart.right) == pytest.approx(span, abs=60)
    assert panel.span.following
    panel.chart.setFocus()
    QTest.keyClick(panel.chart, Qt.Key.Key_Delete)
    assert drawn(panel) == ()
    for expected in ((moved,), (level,), ()):
        action(panel, "Chart: undo the last drawing").trigger()
        assert drawn(panel) == expected
        assert kept(room)[-1] == expected
    for expected in ((level,), (moved,), ()):
        action(panel, "Chart: redo the last drawing").trigger()
        assert drawn(panel) == expected


def test_dragged_back_to_where_it_was_nothing_is_to_be_taken_back(room: Room) -> None:
    panel = panel_of(room)
    level = draw(room, panel, "a level", point(panel, 0.6, 0.4))
    begin = place_of(panel, level)
    QTest.mousePress(panel.chart, Qt.MouseButton.LeftButton, NONE, begin)
    for by in (10, 30, 0, 20, 0):
        QTest.mouseMove(panel.chart, begin + QPoint(0, by))
    QTest.mouseRelease(panel.chart, Qt.MouseButton.LeftButton, NONE, begin)
    assert drawn(panel) == (level,)
    action(panel, "Chart: undo the last drawing").trigger()
    assert drawn(panel) == ()


def test_a_measured_range_can_be_kept(room: Room) -> None:
    panel = panel_of(room)
    action(panel, "Chart: keep the measured range").trigger()
    assert drawn(panel) == ()
    drag(panel, point(panel, 0.6, 0.7), point(panel, 0.8, 0.3), Qt.KeyboardModifier.ShiftModifier)
    action(panel, "Chart: keep the measured range").trigger()
    (found,) = drawn(panel)
    assert found.kind is DrawingKind.RANGE
    room.frames(20)
    (pair,) = panel.hand.shapes
    assert "points" in pair[1].text
    assert "volume" in pair[1].text


def test_escape_leaves_what_was_begun_and_a_level_lies_on_the_price(room: Room, shots: Path) -> None:
    panel = panel_of(room)
    action(panel, "Chart: draw a moment").trigger()
    assert room.window.shot(shots / "guide.png")
    QTest.keyClick(panel.chart, Qt.Key.Key_Escape)
    QTest.mouseClick(panel.chart, Qt.MouseButton.LeftButton, NONE, point(panel, 0.5))
    assert drawn(panel) == ()
    action(panel, "Chart: draw a level").trigger()
    below = panel.chart.pane("delta")
    QTest.mouseClick(panel.chart, Qt.MouseButton.LeftButton, NONE, QPoint(200, int(below.top) + 20))
    assert drawn(panel) == ()
    QTest.mouseClick(panel.chart, Qt.MouseButton.LeftButton, NONE, point(panel, 0.5))
    assert len(drawn(panel)) == 1


def test_drawings_of_earlier_runs_are_shown_for_their_contract_only(room: Room) -> None:
    panel = panel_of(room)
    level = Drawing(DrawingKind.LEVEL, price=px(21_420))
    moment = Drawing(DrawingKind.MOMENT, Ns(room.clock.now() - 600 * SECOND))
    code = panel.desk.watch.code
    assert code is not None
    room.feed.put(DrawingsKept(code, (level,)), DrawingsKept("NQH9", (moment,)))
    room.frames(20)
    assert [one for one, _ in panel.hand.shapes] == [level]
    action(panel, "Chart: delete all drawings").trigger()
    assert kept(room) == [()]
    # what is told late is older than what was done meanwhile
    room.feed.put(DrawingsKept(code, (level,)))
    room.frames(20)
    assert drawn(panel) == ()


def test_the_menu_of_the_mouse_draws_where_it_was_opened(room: Room) -> None:
    panel = panel_of(room)
    menu = panel.hand.menu(point(panel, 0.7, 0.5).toPointF())
    offered = {one.text().split(" ")[0]: one for one in menu.actions() if one.text()}
    assert {"Level", "Moment", "Anchored", "Keep", "Cumulative", "Undo"} <= offered.keys()
    offered["Level"].trigger()
    room.frames(20)
    (level,) = drawn(panel)
    menu.close()
    menu = panel.hand.menu(place_of(panel, level).toPointF())
    first = menu.actions()[0]
    assert first.text() == "Delete this level"
    first.trigger()
    assert drawn(panel) == ()
    menu.close()
    QApplication.processEvents()
