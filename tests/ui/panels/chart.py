"""The chart in a room: how tests point at it, drag on it and choose from it."""

from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from app.domain.updates import (
    Mode,
)
from app.ui.panels.pressure.view import PressurePanel
from tests.ui.conftest import Room


def panel_of(room: Room, minutes: int = 30) -> PressurePanel:
    room.open_market(Mode.LIVE, minutes=minutes)
    room.frames(20)
    panel = room.window.panels["pressure"]
    assert isinstance(panel, PressurePanel)
    return panel


def span(panel: PressurePanel) -> float:
    return panel.chart.right - panel.chart.left


def point(panel: PressurePanel, share: float, height: float = 0.5) -> QPoint:
    view = panel.chart.view(panel.chart.pane("price"))
    x = view.x0 + share * (view.x1 - view.x0)
    return QPointF(x, view.y0 + height * (view.y1 - view.y0)).toPoint()


def drag(panel: PressurePanel, begin: QPoint, end: QPoint, held: Qt.KeyboardModifier) -> None:
    QTest.mousePress(panel.chart, Qt.MouseButton.LeftButton, held, begin)
    for step in range(1, 6):
        QTest.mouseMove(panel.chart, begin + (end - begin) * step / 5)
    QTest.mouseRelease(panel.chart, Qt.MouseButton.LeftButton, held, end)
    QApplication.processEvents()


def action(panel: PressurePanel, words: str) -> QAction:
    return next(one for one in panel.actions() if one.text() == words)


def choose(room: Room, panel: PressurePanel, flag: str, value: bool = True) -> None:
    panel.apply_looks(panel.looks.with_flag(flag, value))
    room.frames()
