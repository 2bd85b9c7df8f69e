"""Docks and the layout they are kept in."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.ui.layout_store import IniLayout, MemoryLayout
from tests.ui.conftest import Room, button_of, click


def test_the_layout_comes_back_as_it_was_left(make_room: Callable[..., Room]) -> None:
    layout = MemoryLayout()
    room = make_room(layout)
    docks = room.window.docks
    docks.dock("cost").hide()
    docks.dock("tape").setFloating(True)
    click(button_of(room.window.panels["pressure"], "Span: last 4 hours"))
    click(button_of(room.window.panels["pressure"], "Price as: price as candles"))
    QApplication.processEvents()
    room.window.end()
    again = make_room(layout)
    docks = again.window.docks
    assert (again.window.width(), again.window.height()) == (1560, 940)
    assert docks.dock("cost").isHidden()
    assert docks.dock("tape").isFloating()
    assert button_of(again.window.panels["pressure"], "Span: last 4 hours").isChecked()
    assert button_of(again.window.panels["pressure"], "Price as: price as candles").isChecked()


@pytest.mark.parametrize(
    "kept",
    [{"state": "garbage", "geometry": "%%%"}, {"state": "AAAA"}, {"pressure.bar": "seven"}, {"x.y": "z"}],
)
def test_a_damaged_layout_opens_the_default_one(make_room: Callable[..., Room], kept: dict[str, str]) -> None:
    layout = MemoryLayout()
    layout.kept = kept
    room = make_room(layout)
    room.frames(2)
    assert not any(dock.isHidden() or dock.isFloating() for _, _, dock in room.window.docks.all())
    chart, health = room.window.panels["pressure"], room.window.panels["health"]
    assert chart.width() > 2 * health.width()


def test_a_layout_file_that_is_no_layout_counts_as_none(tmp_path: Path) -> None:
    file = tmp_path / "layout.ini"
    file.write_bytes(b"\x00\xff[[[not an ini")
    assert IniLayout(file).load() == {}
    IniLayout(file).save({"state": "abc", "pressure.bar": "60"})
    assert IniLayout(file).load() == {"state": "abc", "pressure.bar": "60"}


def test_reset_brings_every_panel_back(room: Room) -> None:
    for panel in ("health", "log", "pressure"):
        room.window.docks.dock(panel).hide()
    room.window.docks.dock("cache").setFloating(True)
    room.press(Qt.Key.Key_R, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert not any(dock.isHidden() or dock.isFloating() for _, _, dock in room.window.docks.all())


def test_a_panel_is_closed_and_shown_again_by_mouse_and_key(room: Room) -> None:
    dock = room.window.docks.dock("health")
    click(button_of(dock, "Close Source health"))
    assert dock.isHidden()
    number = [spec.id for spec, _, _ in room.window.docks.all()].index("health") + 1
    room.press(Qt.Key(int(Qt.Key.Key_0) + number), Qt.KeyboardModifier.ControlModifier)
    assert dock.isVisible()
    click(button_of(dock, "Float or dock Source health"))
    assert dock.isFloating()


def test_closing_the_window_only_asks(room: Room, qtbot: QtBot) -> None:
    with qtbot.waitSignal(room.window.leave_requested):
        room.window.close()
    assert room.window.isVisible()
    room.window.end()
    assert not room.window.isVisible()
    assert "state" in room.layout.kept


def test_the_window_can_be_small(room: Room, shots: Path) -> None:
    room.open_market()
    room.window.resize(1000, 640)
    room.frames()
    assert room.window.width() <= 1100
    assert room.window.shot(shots / "small.png")


def test_a_picture_that_cannot_be_written_is_said(room: Room, tmp_path: Path) -> None:
    assert not room.window.shot(tmp_path / "no" / "such" / "folder.png")
