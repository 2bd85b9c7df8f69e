"""The window as its user sees it."""

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.domain.health import Freshness
from app.domain.updates import AuditLine, BarChanged, LogLine, Notice, SessionRolled
from app.ui.measure import measure_frames
from app.ui.panel import Panel
from app.ui.panels.cache.view import CachePanel
from app.ui.panels.health.view import HealthPanel
from app.ui.panels.log.view import LogPanel
from app.ui.panels.tape.view import TapePanel
from app.ui.widgets.cells import Mark
from tests.ui.conftest import Room, button_of, click
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


def test_i3_a_stale_feed_is_grey_struck_and_aged_within_a_second(room: Room) -> None:
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
    assert "SILENT" not in room.window.header.alarm_text()
    monkeypatch.setattr("app.ui.main_window._SILENT_S", 0.0)
    room.frames()
    assert room.window.header.alarm_text().startswith("ENGINE SILENT")
    assert all(figure.struck for figure in room.window.header.figures())
    health = room.window.panels["health"]
    assert isinstance(health, HealthPanel)
    assert not any(row.cells[0].mark is Mark.GOOD for row in health.table.grid.rows())


def test_a_panel_that_fails_is_covered_and_the_others_go_on(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.open_market()
    room.window.pump.stop()  # the only frames are ours, so that the error comes to us
    cache = room.window.panels["cache"]
    assert isinstance(cache, CachePanel)
    monkeypatch.setattr(cache.model, "sums", lambda: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        room.frames()
    room.feed.freshness = Freshness.STALE
    room.feed.step(0.1)
    room.frames()  # no second error
    assert cache.failed
    assert cache.title_bar.hint_text() == "stopped by an error"
    assert all(figure.struck for figure in room.window.header.figures())
    monkeypatch.undo()
    room.window.docks.dock("cache").hide()
    room.window.show_panel("cache")
    room.frames()
    assert cache.ring.accessibleName() == "Cache hit rate: 87% hit rate"
    assert cache.ring.isVisible()


def test_no_update_is_lost_when_a_panel_fails(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    room.open_market(minutes=1)
    room.window.pump.stop()
    audit = room.window.panels["audit"]
    monkeypatch.setattr(audit, "apply", lambda _: 1 // 0)
    room.feed.put(AuditLine(OPENING, "auto", "x", "a", "b", "rule"))
    for number in range(50):
        room.feed.put(LogLine(OPENING, "INFO", "test", f"after {number}"))
    with pytest.raises(ZeroDivisionError):
        room.frames(1)
    room.frames()
    log = room.window.panels["log"]
    assert isinstance(log, LogPanel)
    assert log.view.table.grid.rows()[-1].cells[-1].text == "after 49"


def test_i7_a_blocked_window_says_how_long_it_lagged(room: Room) -> None:
    room.open_market()
    room.frames(2)
    time.sleep(0.6)
    room.frames()
    assert room.window.header.alarm_text().startswith("UI lag")


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
    button_of(chart, "Follow the newest trade (F)").click()
    room.frames(20)
    drawn: list[int] = []
    monkeypatch.setattr(type(chart), "draw", lambda *_: drawn.append(1))
    for _ in range(20):
        room.window.pump.frame()
    assert drawn == []


def test_a_notice_stays_until_it_is_read_or_withdrawn(room: Room) -> None:
    room.feed.put(Notice(OPENING, "ERROR", "Databento refused the key. Set it again under Keys.", "key"))
    room.feed.put(Notice(OPENING, "WARNING", "The calendar disagrees with the exchange.", "calendar"))
    room.frames(2)
    assert len(room.window.notices.sentences()) == 2
    click(button_of(room.window.notices, "Dismiss: The calendar disagrees with the exchange."))
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
    assert status.text("dropped") == ""


def test_another_contract_is_picked_from_those_the_feed_named(room: Room) -> None:
    room.open_market()
    assert room.window.watch.instrument == NQ
    picker = room.window.panels["pressure"].controls.picker  # type: ignore[attr-defined]
    assert [picker.itemText(i) for i in range(picker.count())] == ["NQZ26  front", "NQH27  next"]
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
    assert time.perf_counter() - started < 2.5  # on a slow machine too
    log = room.window.panels["log"]
    for _ in range(40):
        room.frames(20)
    assert len(log.journal) == 5_000  # type: ignore[attr-defined]


def test_frames_are_measured_under_load(room: Room) -> None:
    room.open_market(minutes=2)
    times = measure_frames(room.window, lambda seconds: room.feed.step(seconds, trades=20), 1.5, settle_s=0.2)
    assert times.count > 1
    assert times.p50 is not None
    assert times.p95 is not None
    assert times.worst is not None
    assert 0 < times.p50 <= times.p95 <= times.worst


def _bar_update(room: Room) -> BarChanged:
    assert room.feed.bar is not None
    return room.feed._changed(room.feed.bar)
