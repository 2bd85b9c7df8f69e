"""The window as its user sees it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.domain.health import Freshness
from app.domain.updates import BarChanged, LogLine, Mode, Notice, SessionRolled
from app.ui.layout_store import IniLayout, MemoryLayout
from app.ui.measure import measure_frames
from app.ui.panel import Panel
from app.ui.panels.tape.view import TapePanel
from tests.ui.conftest import Room, click
from tests.ui.feed import NEXT, NQ, OPENING, TODAY


def captions(room: Room) -> list[str]:
    return [figure.caption for figure in room.window.header.figures()]


def values(room: Room) -> list[str]:
    return [figure.value for figure in room.window.header.figures()]


def test_before_any_data_every_figure_is_a_dash_and_the_mode_says_starting(room: Room) -> None:
    room.frames()
    assert values(room) == ["—"] * 5
    assert room.window.header.badge_text() == "STARTING · no data yet"
    assert room.window.windowTitle() == "Pitwall"


def test_the_header_shows_contract_price_change_pressure_and_flow(room: Room) -> None:
    room.open_market()
    assert captions(room) == ["NQZ26", "Change", "Pressure 5 m", "CVD", "Ticks"]
    assert all(value != "—" for value in values(room))
    assert not any(figure.struck for figure in room.window.header.figures())


def test_a_stale_feed_is_grey_struck_and_aged_within_a_second(room: Room) -> None:
    room.open_market()
    room.feed.stale(12)
    room.frames(10)  # a third of a second
    figures = room.window.header.figures()
    assert all(figure.struck and figure.colour == "idle" for figure in figures)
    assert figures[0].caption == "NQZ26 · 12 s old"
    assert "old" in room.window.panels["pressure"].title_bar.hint_text()
    room.clock.forward(5)
    room.frames(4)
    assert captions(room)[0] == "NQZ26 · 17 s old"


@pytest.mark.parametrize("state", [Freshness.UNKNOWN, Freshness.STALE, Freshness.GAP, Freshness.HALTED])
def test_nothing_but_live_and_quiet_looks_fresh(room: Room, state: Freshness) -> None:
    room.open_market()
    room.feed.freshness = state
    room.feed.step(0.1)
    room.frames()
    fresh = {"text", "up", "down"}
    assert not any(figure.colour in fresh for figure in room.window.header.figures())


def test_an_engine_that_stops_speaking_makes_everything_stale(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.open_market()
    assert room.window.header.alarm_text() == ""
    monkeypatch.setattr("app.ui.main_window._SILENT_S", 0.0)
    room.frames()
    assert room.window.header.alarm_text().startswith("ENGINE SILENT")
    assert all(figure.struck for figure in room.window.header.figures())


def test_a_blocked_window_says_how_long_it_lagged(room: Room) -> None:
    room.open_market()
    room.frames(2)
    time.sleep(0.6)
    room.frames()
    assert room.window.header.alarm_text().startswith("UI lag")


def test_the_four_modes_have_frames_of_their_own(make_room: Callable[..., Room], shots: Path) -> None:
    edges: dict[Mode, str] = {}
    for mode in Mode:
        room = make_room()
        room.open_market(mode, minutes=2)
        assert room.window.shot(shots / f"mode-{mode.value.lower()}.png")
        picture = QImage(str(shots / f"mode-{mode.value.lower()}.png"))
        corners = {picture.pixelColor(x, y).name() for x, y in ((1, 1), (picture.width() - 2, 400), (300, 1))}
        assert len(corners) == 1
        edges[mode] = corners.pop()
        assert room.window.header.badge_text().startswith(mode.value)
        assert room.window.windowTitle().startswith(mode.value)
        watermark = room.window.panels["pressure"].chart.watermark.text  # type: ignore[attr-defined]
        assert watermark == ("" if mode is Mode.LIVE else mode.value)
    assert len(set(edges.values())) == 4


def test_demo_wears_other_colours_than_live(make_room: Callable[..., Room]) -> None:
    demo, live = make_room(), make_room()
    demo.open_market(Mode.DEMO, minutes=1)
    live.open_market(Mode.LIVE, minutes=1)
    assert demo.window.desk.colours.panel != live.window.desk.colours.panel
    assert demo.window.desk.colours.accent != live.window.desk.colours.accent
    assert "simulated market" in demo.window.header.badge_text()


def test_no_panel_reaches_demo_by_itself(room: Room) -> None:
    room.frames(30)
    assert room.window.desk.mode is None
    room.feed.begin(Mode.LIVE)
    room.feed.stale(3600)
    room.frames()
    assert room.window.desk.mode is Mode.LIVE


def test_every_control_has_a_name(room: Room) -> None:
    room.open_market()
    nameless = [
        f"{interface.role().name} in {_path(interface)}"
        for interface in _everything(QAccessible.queryAccessibleInterface(room.window))
        if interface.role() in _NAMED
        and not interface.text(QAccessible.Text.Name)
        and not _popup_of_a_named_box(interface)
    ]
    assert nameless == []


def test_the_layout_comes_back_as_it_was_left(make_room: Callable[..., Room]) -> None:
    layout = MemoryLayout()
    room = make_room(layout)
    docks = room.window.docks
    docks.dock("cost").hide()
    docks.dock("tape").setFloating(True)
    click(_button(room.window.panels["pressure"], "Bar width: 5 minutes"))
    click(_button(room.window.panels["pressure"], "Cumulative delta in a third pane (D)"))
    QApplication.processEvents()
    room.window.end()
    again = make_room(layout)
    docks = again.window.docks
    assert docks.dock("cost").isHidden()
    assert docks.dock("tape").isFloating()
    assert _button(again.window.panels["pressure"], "Bar width: 5 minutes").isChecked()
    assert _button(again.window.panels["pressure"], "Cumulative delta in a third pane (D)").isChecked()


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
    click(_button(dock, "Close Source health"))
    assert dock.isHidden()
    number = [spec.id for spec, _, _ in room.window.docks.all()].index("health") + 1
    room.press(Qt.Key(int(Qt.Key.Key_0) + number), Qt.KeyboardModifier.ControlModifier)
    assert dock.isVisible()
    click(_button(dock, "Float or dock Source health"))
    assert dock.isFloating()


def test_a_panel_behind_another_is_fed_but_not_painted(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.open_market()
    painted: list[str] = []
    monkeypatch.setattr(Panel, "draw_texts", lambda panel, _: painted.append(panel.accessibleName()))
    tape = room.window.panels["tape"]
    assert tape.visibleRegion().isEmpty()
    room.feed.step(0.1)
    room.frames()
    monkeypatch.undo()
    room.window.show_panel("tape")
    room.frames()
    assert not tape.visibleRegion().isEmpty()
    assert isinstance(tape, TapePanel)
    assert tape.table.grid.rowCount() > 0


def test_nothing_is_painted_while_nothing_changes(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.open_market()
    chart = room.window.panels["pressure"]
    _button(chart, "Follow the newest trade (F)").click()
    room.frames(20)
    drawn: list[int] = []
    monkeypatch.setattr(type(chart), "draw", lambda *_: drawn.append(1))
    for _ in range(20):
        room.window.pump.frame()
    assert drawn == []


def test_closing_the_window_only_asks(room: Room, qtbot: QtBot) -> None:
    with qtbot.waitSignal(room.window.leave_requested):
        room.window.close()
    assert room.window.isVisible()
    room.window.end()
    assert not room.window.isVisible()
    assert "state" in room.layout.kept


def test_a_notice_stays_until_it_is_read_or_withdrawn(room: Room) -> None:
    room.feed.put(Notice(OPENING, "ERROR", "Databento refused the key. Set it again under Keys.", "key"))
    room.feed.put(Notice(OPENING, "WARNING", "The calendar disagrees with the exchange.", "calendar"))
    room.frames(2)
    assert len(room.window.notices.sentences()) == 2
    click(_button(room.window.notices, "Dismiss: The calendar disagrees with the exchange."))
    room.feed.put(Notice(OPENING, "ERROR", "", "key"))
    room.frames(2)
    assert room.window.notices.sentences() == ()
    assert room.window.notices.isHidden()


def test_the_status_line_says_market_sources_and_costs(room: Room) -> None:
    room.open_market()
    status = room.window.status
    assert status.text("market").startswith("RTH · trading day Wed 18 Nov · ETH from Wed 18 Nov 15:00 CT")
    assert "Tradovate" in status.text("sources")
    assert status.text("clock").endswith(" CT")
    assert status.text("loop") == "loop 0.4 ms"
    assert status.text("frame").startswith("frame p95 ")
    assert status.text("dropped") == "0 dropped"


def test_another_contract_is_picked_from_those_the_feed_named(room: Room) -> None:
    room.open_market()
    assert room.window.watch.instrument == NQ
    picker = room.window.panels["pressure"].controls.picker  # type: ignore[attr-defined]
    assert [picker.itemText(i) for i in range(picker.count())] == ["NQZ26", "NQH27"]
    picker.setFocus()
    QTest.keyClick(picker, Qt.Key.Key_Down)
    picker.activated.emit(picker.currentIndex())
    room.frames()
    assert room.window.watch.instrument == NEXT
    assert values(room) == ["—"] * 5
    assert captions(room)[0] == "NQH27"


def test_the_clock_of_the_screen_is_a_setting(room: Room) -> None:
    room.open_market()
    room.window.change_setting("screen_zone", "UTC")
    room.frames()
    assert room.window.status.text("clock").endswith(" UTC")
    assert room.commands.asked[-1] == ("change_setting", "screen_zone", "UTC")


def test_a_new_day_and_a_bar_of_an_unknown_instrument_disturb_nothing(room: Room) -> None:
    room.open_market()
    room.feed.step(0.1)
    room.feed.put(SessionRolled(TODAY))
    bar = room.feed.bar
    assert bar is not None
    room.feed.put(replace(_bar_update(room), bar=replace(bar, instrument=99)))
    room.frames()
    assert captions(room)[0] == "NQZ26"


def test_ten_thousand_updates_at_once_do_not_stop_the_frames(room: Room) -> None:
    room.open_market(minutes=1)
    for number in range(10_000):
        room.feed.put(LogLine(OPENING, "INFO", "test", f"line {number}"))
    started = time.perf_counter()
    room.window.pump.frame()
    assert time.perf_counter() - started < 0.25
    room.frames(60)
    log = room.window.panels["log"]
    assert len(log.journal) == 5_000  # type: ignore[attr-defined]


def test_frames_are_measured_under_load(room: Room) -> None:
    room.open_market(minutes=2)
    times = measure_frames(room.window, lambda seconds: room.feed.step(seconds, trades=20), 0.5, settle_s=0.2)
    assert times.count > 5
    assert times.p95 is not None
    assert times.p95 < 100


def test_the_window_can_be_small(room: Room, shots: Path) -> None:
    room.open_market()
    room.window.resize(1000, 640)
    room.frames()
    assert room.window.width() <= 1100
    assert room.window.shot(shots / "small.png")


def test_a_picture_that_cannot_be_written_is_said(room: Room, tmp_path: Path) -> None:
    assert not room.window.shot(tmp_path / "no" / "such" / "folder.png")


@pytest.mark.parametrize("theme", ["dark", "light", "colour-blind"])
def test_each_theme_is_readable(make_room: Callable[..., Room], shots: Path, theme: str) -> None:
    room = make_room(screen_theme=theme)
    room.open_market(Mode.LIVE)
    assert room.window.shot(shots / f"theme-{theme}.png")
    colours = room.window.desk.colours
    surfaces = (colours.panel, colours.bg)
    for ink in (colours.text, colours.dim, colours.up, colours.down, colours.warn, colours.info):
        assert all(_contrast(ink, surface) >= 3.0 for surface in surfaces), ink


def test_the_colour_blind_palette_has_no_red_and_green(make_room: Callable[..., Room]) -> None:
    colours = make_room(screen_theme="colour-blind").window.desk.colours
    up, down = QColor(colours.up), QColor(colours.down)
    assert 195 <= up.hsvHue() <= 260
    assert 20 <= down.hsvHue() <= 45


def _bar_update(room: Room) -> BarChanged:
    assert room.feed.bar is not None
    return room.feed._changed(room.feed.bar)


def _button(within: QWidget, name: str) -> QAbstractButton:
    dock_parts = [within, *([within.title_bar] if isinstance(within, Panel) else [])]
    for part in dock_parts:
        for child in part.findChildren(QAbstractButton):
            if child.accessibleName() == name:
                return child
    raise AssertionError(f"nothing is called {name!r}")


def _everything(interface: QAccessibleInterface | None) -> Iterator[QAccessibleInterface]:
    if interface is None:
        return
    yield interface
    for number in range(interface.childCount()):
        yield from _everything(interface.child(number))


def _path(interface: QAccessibleInterface) -> str:
    parts: list[str] = []
    here = interface
    while here.isValid() and here.object() is not None and len(parts) < 5:
        parts.append(f"{type(here.object()).__name__}:{here.text(QAccessible.Text.Name)}")
        if here.parent() is None:
            break
        here = here.parent()
    return " < ".join(parts)


def _popup_of_a_named_box(interface: QAccessibleInterface) -> bool:
    """The list that a combo box opens is known by the box."""
    parent = interface.parent()
    return parent.role() is QAccessible.Role.ComboBox and bool(parent.text(QAccessible.Text.Name))


def _contrast(one: str, other: str) -> float:
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    ink = QColor(colour)
    parts = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (ink.redF(), ink.greenF(), ink.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


_NAMED = {
    QAccessible.Role.Button, QAccessible.Role.EditableText, QAccessible.Role.ComboBox,
    QAccessible.Role.CheckBox, QAccessible.Role.RadioButton, QAccessible.Role.Slider,
    QAccessible.Role.SpinBox, QAccessible.Role.Table, QAccessible.Role.List, QAccessible.Role.Tree,
    QAccessible.Role.ButtonMenu,
}  # fmt: skip
