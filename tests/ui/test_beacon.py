"""Title, tray and status line: what is seen of Pitwall from outside."""

from dataclasses import dataclass, field, replace

import pytest
from PySide6.QtGui import QCloseEvent, QColor, QIcon

from app.domain.machine_updates import ClockChecked, Trust
from app.domain.routing import Channel, Pin
from app.domain.units import SECOND, Ns
from app.domain.updates import HealthChanged, Mode, Notice, RouteChanged
from app.ui.beacon import dotted
from app.ui.tray import SystemTray, TrayDeeds
from tests.ui.conftest import Room
from tests.ui.feed import BARCHART, OPENING, healthy


@dataclass
class SeenTray:
    """A tray whose alerts are kept."""

    is_there: bool = True
    states: list[str] = field(default_factory=list)
    alerts: list[tuple[str, bool]] = field(default_factory=list)
    muted: bool = False

    def show_state(self, icon: QIcon, words: str) -> None:
        self.states.append(words)

    def alert(self, sentence: str, *, serious: bool) -> None:
        self.alerts.append((sentence, serious))

    def show_muted(self, muted: bool) -> None:
        self.muted = muted

    def end(self) -> None:
        self.is_there = False


def test_the_title_says_which_panel_is_not_fresh(room: Room) -> None:
    room.open_market(Mode.LIVE)
    assert "Option chain: no data" in room.window.windowTitle()
    room.feed.put(RouteChanged(Channel.OPT_CHAIN, BARCHART, None, False, "first", OPENING))
    room.frames()
    assert "Option chain: stale" in room.window.windowTitle()
    barchart = next(told.health for told in healthy(OPENING) if told.health.source == BARCHART)
    good = replace(barchart.channels[0], freshness=room.feed.freshness)
    room.feed.put(HealthChanged(replace(barchart, channels=(good,))))
    room.frames()
    assert "stale" not in room.window.windowTitle()


def test_the_dot_of_the_icon_has_the_colour_of_the_state(room: Room) -> None:
    picture = dotted("#ff0000").pixmap(64, 64).toImage()
    assert picture.pixelColor(picture.width() - 13, picture.height() - 13).name() == "#ff0000"


def test_alerts_pop_up_once_and_not_when_muted(room: Room) -> None:
    tray = SeenTray()
    room.window.beacon.tray = tray
    room.open_market()
    broken = Notice(OPENING, "ERROR", "Databento is down.", "databento")
    room.feed.put(broken)
    room.frames(2)
    room.feed.put(replace(broken, count=2))
    room.frames(2)
    assert tray.alerts == [("Databento is down.", True)]
    room.window.change_setting("screen_mute", True)
    room.feed.put(Notice(OPENING, "WARNING", "Another matter.", "other"))
    room.frames(2)
    assert len(tray.alerts) == 1
    assert tray.muted
    assert tray.states


@pytest.mark.qt_log_ignore("systemTrayWindowChanged")  # off screen there is no tray to hear of
def test_the_trays_menu_says_the_worst_state_and_leads_back(room: Room) -> None:
    done: list[object] = []
    deeds = TrayDeeds(
        lambda: done.append("window"), lambda: done.append("alerts"), done.append, lambda: done.append("quit")
    )
    tray = SystemTray(room.window, deeds)
    tray.show_state(room.window.windowIcon(), "DEMO — live — Pitwall\nBarchart: stale")
    actions = {one.text(): one for one in tray.menu.actions()}
    assert not actions["Barchart: stale"].isEnabled()
    for words in ("Show window", "Show alerts", "Mute alerts", "Quit Pitwall"):
        actions[words].trigger()
    assert done == ["window", "alerts", True, "quit"]
    tray.show_muted(muted=False)
    assert not actions["Mute alerts"].isChecked()
    assert done[-1] == "quit"
    tray.end()


def test_closing_hides_in_the_tray_only_if_the_user_chose_so(room: Room) -> None:
    room.window.beacon.tray = SeenTray()
    left: list[bool] = []
    room.window.leave_requested.connect(lambda: left.append(True))
    room.window.closeEvent(QCloseEvent())
    assert left == [True]
    assert room.window.isVisible()
    room.window.change_setting("screen_close_to_tray", True)
    room.window.closeEvent(QCloseEvent())
    assert left == [True]
    assert not room.window.isVisible()
    room.window.come_forward()
    assert room.window.isVisible()


def test_pins_and_the_clocks_offset_stand_in_the_status_line(room: Room) -> None:
    room.open_market()
    pin = Pin(BARCHART, "its page is better today", OPENING, Ns(OPENING + 3600 * SECOND))
    room.feed.put(RouteChanged(Channel.OPT_CHAIN, BARCHART, None, True, "pinned", OPENING, pin))
    room.feed.put(ClockChecked(-340.0, Trust.AMBER, "time servers", OPENING))
    room.frames()
    status = room.window.status
    assert status.text("pins") == "⚑ pinned opt.chain → barchart"
    assert status.text("offset") == "clock offset −340 ms"
    assert status.text("mode") == "DEMO"
    room.feed.put(ClockChecked(None, Trust.UNKNOWN, "nobody", OPENING))
    room.frames()
    assert status.text("offset") == "clock offset unknown"


def test_the_status_line_keeps_its_colours_when_the_window_is_dressed_anew(room: Room) -> None:
    room.open_market()
    label = room.window.status._labels["offset"]
    faint = QColor(room.window.desk.colours.faint)
    assert label.palette().color(label.foregroundRole()) == faint
    room.window.change_setting("screen_theme", "light")
    room.window.change_setting("screen_theme", "dark")
    room.frames(2)
    assert label.palette().color(label.foregroundRole()) == faint
