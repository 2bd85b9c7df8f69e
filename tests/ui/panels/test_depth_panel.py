"""Depth as its user sees it."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.contract import Future
from app.domain.health import Freshness
from app.domain.routing import Channel, SourceId
from app.domain.units import Ns
from app.domain.updates import (
    DepthColumn,
    GapChanged,
    InstrumentKnown,
    RouteChanged,
    Update,
)
from app.ui.application import make_application
from app.ui.panels.depth.view import DepthPanel
from tests.ui.panels.depth_market import FIRST, NQ, TICKS, WIDTH, book, market, origin
from tests.ui.panels.samples import NOW, Asked, desk


def panel_with(qtbot: QtBot, *updates: Update, size: tuple[int, int] = (960, 300)) -> DepthPanel:
    make_application([])
    room = desk(Asked(), [])
    panel = DepthPanel(room)
    named = InstrumentKnown(NQ, "NQZ6", Future(2026, 12), None, None, origin())
    # another source knows the same future by another number, and was there first
    room.watch.learn(replace(named, instrument=NQ - 1), NOW)
    room.watch.learn(named, NOW)
    panel.apply(named)
    qtbot.addWidget(panel)
    panel.dress()
    panel.resize(*size)
    panel.show()
    for update in updates:
        panel.apply(update)
    drawn(panel)
    return panel


def drawn(panel: DepthPanel) -> None:
    panel.touch()
    panel.refresh(NOW)
    panel.refresh_texts(NOW)
    QApplication.processEvents()


def test_the_panel_shows_walls_prices_trades_and_gaps(qtbot: QtBot, tmp_path: Path) -> None:
    gap = GapChanged(TICKS, Channel.NQ_QUOTES, Ns(FIRST + 300 * WIDTH), Ns(FIRST + 322 * WIDTH), False, "cut")
    updates = [u for u in market(480) if not (isinstance(u, DepthColumn) and
               gap.start <= u.start < (gap.end or 0))]  # fmt: skip
    panel = panel_with(qtbot, *updates, gap)
    target = Path(os.environ.get("SHOTS_FOLDER", tmp_path)) / "depth.png"
    assert panel.grab().save(str(target))
    picture = panel.heat_view.grab().toImage()
    colours = {picture.pixel(x, y) for x in range(0, picture.width() - 70, 7)
               for y in range(20, picture.height() - 20, 7)}  # fmt: skip
    assert len(colours) > 40
    assert panel.title_bar.hint_text() == "databento · mbo · live"
    said = panel.heat_view.about(QPointF(300, 100))
    assert "resting" in said
    assert "CT" in said


def test_a_book_that_is_not_whole_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    broken = book(NOW, {24_999.75: 10}, {25_000.25: 8}, synced=False)
    panel = panel_with(qtbot, *market(40), broken)
    assert "not whole" in panel._trouble.text()
    assert "not whole" in panel.ladder_view.accessibleName()
    stale = book(NOW, {24_999.75: 10}, {25_000.25: 8}, freshness=Freshness.STALE)
    panel.apply(stale)
    drawn(panel)
    assert "quotes are stale" in panel._trouble.text()
    assert panel.grab().save(str(Path(os.environ.get("SHOTS_FOLDER", tmp_path)) / "depth_stale.png"))


def test_without_a_book_the_panel_says_what_it_needs(qtbot: QtBot) -> None:
    panel = panel_with(qtbot)
    assert panel._stack.currentIndex() == 0


def test_another_source_or_contract_begins_anew(qtbot: QtBot) -> None:
    panel = panel_with(qtbot, *market(40))
    other = SourceId("tradovate")
    panel.apply(RouteChanged(Channel.NQ_QUOTES, other, TICKS, False, "failed over", NOW))
    assert panel.heat.newest is None
    for update in market(4):
        panel.apply(update)
    assert panel.heat.newest is None


def test_mouse_and_keys_zoom_and_follow(qtbot: QtBot) -> None:
    panel = panel_with(qtbot, *market(80))
    view = panel.heat_view
    before = view._row_px
    view.zoom(1.3)
    assert view._row_px > before
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=view.rect().center())
    QTest.mouseMove(view, view.rect().center() + view.rect().topLeft() + QPointF(0, 40).toPoint())
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton)
    dragged = view._follows
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton)
    assert (dragged, view._follows, view._row_px) == (False, True, before)
    panel.least.setValue(25)
    assert panel.heat.least == 25
    panel.recall({"span": "240", "least": "5"})
    assert panel.remember() == {"span": "240", "least": "5"}


@pytest.mark.parametrize("count", [3, 1_500])
def test_the_picture_equals_the_shades_after_any_number_of_columns(qtbot: QtBot, count: int) -> None:
    panel = panel_with(qtbot, *market(count))
    view = panel.heat_view
    kept = view._pixels.copy()
    view.paint_all()
    assert (kept == view._pixels).all()
