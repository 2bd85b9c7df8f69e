"""The window: header, docks and status line, fed by the pump and framed in the colour of its mode."""

import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QCloseEvent, QColor, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu

from app.domain.routing import Channel
from app.domain.session import Calendar
from app.domain.settings import Settings, Value, with_value
from app.domain.units import Ns
from app.domain.updates import (
    ClockChecked,
    ConnectionTested,
    EnginePulse,
    FlowChanged,
    HealthChanged,
    InstrumentKnown,
    KeyringState,
    MarketChanged,
    NetworkChecked,
    Notice,
    ProfileChanged,
    ReplayChanged,
    RollChanged,
    RouteChanged,
    SessionRolled,
    Started,
    Update,
)
from app.ui import panels
from app.ui.actions import Actions
from app.ui.beacon import Beacon
from app.ui.desk import Desk
from app.ui.dialogs.crash import CrashNotice
from app.ui.dialogs.first_run import FirstRun
from app.ui.docks import Docks, first_size
from app.ui.format import age, zone
from app.ui.frames import FrameTimes
from app.ui.header import Header
from app.ui.outlook import Outlook
from app.ui.outside import Clock, Commands, LayoutStore, Outbox
from app.ui.palettes import colours_for
from app.ui.panel import Panel
from app.ui.pending import Pending
from app.ui.pump import Pump
from app.ui.status import StatusLine
from app.ui.theme import wear
from app.ui.tray import tray_for
from app.ui.watch import Watch
from app.ui.widgets.field import name_clear_buttons
from app.ui.widgets.notice_bar import NoticeBar
from app.ui.widgets.stacked import stacked
from app.ui.widgets.transport import Transport

FRAME_PX: Final = 3
_SILENT_S: Final = 3.0
_FRAME_TEXTS_MS: Final = 250


class MainWindow(QMainWindow):
    """`leave_requested` asks for the ordered shutdown; the window itself closes only when `end` is called.
    `demo_requested`: the user chose the demo, which needs a start in demo mode. `back_requested`: a replay is
    to start again at an earlier moment."""

    leave_requested = Signal()
    demo_requested = Signal()
    back_requested = Signal(object)

    def __init__(
        self,
        outbox: Outbox,
        commands: Commands,
        settings: Settings,
        layout_store: LayoutStore,
        clock: Clock,
        calendar: Calendar | None = None,
        specs: Iterable[panels.PanelSpec] | None = None,
    ) -> None:
        super().__init__()
        self.setObjectName("pitwall")
        self.resize(first_size(self.screen()))
        self.setContentsMargins(FRAME_PX, FRAME_PX, FRAME_PX, FRAME_PX)
        self._layout_store = layout_store
        self._leaving = False
        self._last_pulse = 0.0
        self.watch = Watch()
        self.desk = Desk(
            commands=commands, clock=clock, calendar=calendar or Calendar(), watch=self.watch,
            pending=Pending(self.say), colours=colours_for(settings.screen_theme, ""),
            zone=zone(settings.screen_zone), settings=settings, mode=None, say=self.say, show=self.show_panel,
        )  # fmt: skip
        self.menu = QMenu("Pitwall", self)
        self.header = Header(self.desk, self.watch, self.menu)
        self.transport = Transport(self.desk)
        self.transport.back_requested.connect(self.back_requested)
        self.notices = NoticeBar(self.desk.colours)
        self.notices.more_asked.connect(partial(self.show_panel, "notifications"))
        self.notices.dismissed.connect(lambda topic: self.desk.pending.watch(commands.acknowledge(topic)))
        self.outlook = Outlook()
        self.status = StatusLine(self.desk, self.outlook)
        made = [(spec, spec.make(self.desk)) for spec in (specs or panels.discover())]
        self.panels: dict[str, Panel] = {spec.id: panel for spec, panel in made}
        name_clear_buttons(*self.panels.values())
        self.setMenuWidget(stacked(self.header, self.transport, self.notices))
        self.statusBar().addWidget(self.status, 1)
        self.statusBar().setSizeGripEnabled(False)
        self.docks = Docks(self, made)
        self.beacon = Beacon(self, self.desk, self.outlook, self.panels.values())
        self._listeners = self._listeners_by_kind()
        texts = ((panel.refresh_texts, panel.TEXTS_MS) for panel in self.panels.values())
        self._texts = ((self._draw_frame_texts, _FRAME_TEXTS_MS), *texts)
        self.pump = Pump(self, outbox, clock, settings.screen_frames, self._dispatch, self._draw, self._texts)
        self.actions_offered = Actions(self)
        self.recolour()

    def begin(self) -> None:
        """Shows the window in the user's layout and starts the frames."""
        placed = self.docks.recall(self._layout_store.load())
        self.show()
        if not placed:
            self.docks.reset()
        self._last_pulse = time.perf_counter()
        self.beacon.tray = tray_for(self)
        self.pump.start()

    def come_forward(self) -> None:
        self.showNormal()
        self.raise_()
        self.activateWindow()

    def ask_to_leave(self) -> None:
        self.leave_requested.emit()

    def end(self) -> None:
        """Stops the frames, keeps the layout, closes. The engine may still be running."""
        if self._leaving:
            return
        self._leaving = True
        self.pump.stop()
        self.beacon.tray.end()
        self._layout_store.save(self.docks.remember())
        self.close()

    def say(self, sentence: str) -> None:
        """Something the user should know about what they asked for."""
        self.notices.say("answer", sentence, "WARNING")

    def show_panel(self, panel_id: str, subject: str = "") -> None:
        self.docks.show(panel_id)
        if subject:
            self.panels[panel_id].focus_on(subject)

    def open_first_steps(self) -> FirstRun:
        dialog = FirstRun(self, self.desk, self.settings_changed)
        dialog.demo_chosen.connect(self.demo_requested)
        dialog.open()
        return dialog

    def open_crash_notice(self, report: str, where: str) -> None:
        CrashNotice(self, report, where).open()

    def change_setting(self, name: str, value: Value) -> None:
        """Shows a setting's effect at once and has the engine keep it."""
        if self.settings_changed(with_value(self.desk.settings, name, value)):
            self.desk.pending.watch(self.desk.commands.change_setting(name, value))

    def settings_changed(self, settings: Settings) -> bool:
        """False: the user has to agree to something first."""
        if not self.actions_offered.scraping.may_take(self.desk.settings, settings):
            return False
        self.desk.settings = settings
        self.pump.set_rate(settings.screen_frames)
        self.recolour()
        return True

    def frame_times(self) -> FrameTimes:
        return self.pump.frames.times()

    def shot(self, path: Path) -> bool:
        """Saves the window as a picture, everything seen drawn first; False when it cannot be written."""
        now = self.desk.clock.now()
        for draw_text, _ in self._texts:
            draw_text(now)
        for panel in self.panels.values():
            panel.touch()
        self._draw(now)
        self.header.draw(now, at_once=True)
        return self.grab().save(str(path))

    def recolour(self) -> None:
        """Puts the palette of theme and mode on everything."""
        desk, mode = self.desk, self.desk.mode
        desk.colours = colours_for(desk.settings.screen_theme, mode.value if mode else "")
        desk.zone = zone(desk.settings.screen_zone)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            wear(app, desk.colours)
        self.header.recolour()
        self.transport.recolour()
        self.status.recolour()
        self.notices.recolour(desk.colours)
        for panel in self.panels.values():
            panel.dress()
        self.beacon.recolour()
        self.update()

    def event(self, event: QEvent) -> bool:
        if event.type() is not QEvent.Type.UpdateRequest:
            return super().event(event)
        began = time.perf_counter()  # here Qt paints all that changed since the last time
        done = super().event(event)
        self.pump.spent((time.perf_counter() - began) * 1000)
        return done

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._leaving:
            super().closeEvent(event)
        elif self.desk.settings.screen_close_to_tray and self.beacon.tray.is_there:
            event.ignore()
            self.hide()
        else:
            event.ignore()
            self.ask_to_leave()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        colour = QColor(self.desk.colours.frame if self.desk.mode else self.desk.colours.idle)
        inner = self.rect().adjusted(FRAME_PX, FRAME_PX, -FRAME_PX, -FRAME_PX)
        painter.setClipRegion(QRegion(self.rect()).subtracted(QRegion(inner)))
        painter.fillRect(self.rect(), colour)
        painter.end()

    def _dispatch(self, update: Update) -> None:
        for listener in self._listeners.get(type(update), ()):
            listener(update)

    def _draw(self, now: Ns) -> None:
        self.desk.pending.settle()
        self.header.draw(now)
        for panel in self.panels.values():
            panel.refresh(now)

    def _draw_frame_texts(self, now: Ns) -> None:
        silent_s = time.perf_counter() - self._last_pulse
        self.desk.silent = self.pump.running and self.desk.mode is not None and silent_s > _SILENT_S
        if self.desk.silent:
            self.header.alarm(f"ENGINE SILENT {age(silent_s)}", silent=True)
        else:
            self.header.alarm(self.pump.lag(), silent=False)
        self.header.draw_mode(now)
        self.transport.draw(now)
        self.status.draw(now, self.pump.frames.recent())
        self.beacon.draw()

    def _listeners_by_kind(self) -> dict[type, list[Callable[[Any], None]]]:
        found: dict[type, list[Callable[[Any], None]]] = {
            Started: [self._on_started],
            KeyringState: [self.desk.bulletin.hear],
            ProfileChanged: [self.desk.bulletin.hear],
            ConnectionTested: [self.desk.bulletin.hear],
            InstrumentKnown: [lambda known: self.watch.learn(known, self.desk.clock.now())],
            SessionRolled: [lambda _: self.watch.look_again(self.desk.clock.now())],
            RollChanged: [lambda roll: self.watch.follow(roll.charted, self.desk.clock.now())],
            FlowChanged: [self.header.apply],
            MarketChanged: [self.status.apply],
            ReplayChanged: [self.transport.apply],
            EnginePulse: [self._on_pulse, self.status.apply],
            ClockChecked: [self.status.apply],
            HealthChanged: [self.outlook.apply],
            RouteChanged: [self.outlook.apply, self._on_route],
            NetworkChecked: [self.outlook.apply],
            Notice: [self._on_notice],
        }
        for panel in self.panels.values():
            for kind in panel.WANTS:
                found.setdefault(kind, []).append(panel.receive)
        return found

    def _on_started(self, started: Started) -> None:
        self.desk.mode = started.mode
        self.recolour()

    def _on_route(self, route: RouteChanged) -> None:
        if route.channel is Channel.NQ_TRADES and route.source is not None:
            self.watch.fed_by(route.source, self.desk.clock.now())

    def _on_notice(self, notice: Notice) -> None:
        self.notices.say(notice.topic, "" if notice.seen else notice.sentence, notice.severity)
        self.beacon.heard(notice)

    def _on_pulse(self, _: EnginePulse) -> None:
        self._last_pulse = time.perf_counter()
