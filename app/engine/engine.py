"""Puts the engine together: one streamer or poller for each source, the watches over them, the commands.

Started and stopped by its host, in order. Everything it learns leaves through the outbox.
"""

import asyncio
import logging
import time
from functools import partial
from typing import Final

from app.domain.routing import SourceId
from app.domain.settings import Settings
from app.domain.units import MicroUsd
from app.domain.updates import CaptureStored, Mode, Started
from app.engine.audit import Audit
from app.engine.cache_commands import CacheCommands
from app.engine.commands import Commands
from app.engine.connection_commands import ConnectionTests
from app.engine.cross_watch import CrossWatch
from app.engine.day_definitions import DayDefinitions
from app.engine.desk import Desk
from app.engine.drawing_commands import DrawingCommands
from app.engine.drill_commands import Drill
from app.engine.export_commands import ExportCommands
from app.engine.health_watch import HealthWatch, SourceFacts
from app.engine.history import History
from app.engine.interest_days import InterestDays
from app.engine.keys import Keys
from app.engine.ledger import Ledger
from app.engine.lookout import Lookout
from app.engine.machine import Machine
from app.engine.market import Market
from app.engine.money_commands import Money
from app.engine.notices import Notices
from app.engine.order_commands import Ordering
from app.engine.override_commands import OverrideCommands
from app.engine.parts import EngineParts
from app.engine.pictures import Pictures
from app.engine.plugging import Plugged, expiration_of, fees, plug, quota_of, streamed
from app.engine.prober import Prober, probed
from app.engine.profile_commands import ProfileCommands
from app.engine.pulse import Pulse
from app.engine.roll import Roll
from app.engine.saved import Saved
from app.engine.scraping import Scraping
from app.engine.supervisor import Restart, Supervisor
from app.engine.switchboard import Switchboard
from app.engine.verification import Verifier
from app.engine.workers import DB, Workers

_log = logging.getLogger(__name__)
_WATCH_EVERY_S: Final = 0.5
_CACHE_BEATS: Final = 20
_CAPTURES_SHOWN: Final = 200
_STORE_LIMIT_S: Final = 10.0
_CLOSE_LIMIT_S: Final = 0.8
_CHARGE_LIMIT_S: Final = 0.5


class Engine(Commands):
    """Its public coroutines are the commands; they run on the loop of `run` only."""

    def __init__(self, parts: EngineParts) -> None:
        self._parts = parts
        self._settings = parts.settings
        self._stopping = asyncio.Event()
        self._ended = asyncio.Event()
        self._supervisor = Supervisor()
        self._workers = Workers(parts.workers)
        self._desk = desk = self._make_desk()
        self._keys = Keys(desk, parts.secrets, parts.sources)
        self._pictures = Pictures(parts.renderer, parts.store, self._workers, parts.outbox)
        self._sources: tuple[Plugged, ...] = tuple(
            plug(desk, parts, spec, self._keys, self._pictures) for spec in parts.sources
        )
        self._ledger = Ledger(desk, self._fees, parts.mode is not Mode.LIVE, parts.sources)
        makers = {s.spec.id: s.make_history for s in self._sources if s.make_history is not None}
        self.history = History(desk, self._ledger, parts.shelf, makers)
        streamers = {s.spec.id: s.streamer for s in self._sources if s.streamer is not None}
        self._definitions = DayDefinitions(desk, self.history, streamers, parts.read_rare)
        self.cache = CacheCommands(desk, self._sources, self.history.tell_counts)
        self.drawings = DrawingCommands(desk)
        self.verifier = Verifier(desk, self._sources, self._keys, self._ledger, parts.mode, parts.mischief)
        self.connections = ConnectionTests(desk, self._sources, self._keys)
        self.money = Money(desk, self._ledger, parts.plans, parts.read_text, partial(streamed, self._sources))
        self.decisions, self.alerts = desk.audit, desk.notices
        self.overrides = OverrideCommands(desk, desk.overrides, parts.mode, self._reconsider)
        self.profiles = ProfileCommands(
            desk, self._switchboard, self._keys, parts.profiles, self._fees, self._reconsider,
            self._keep_profile if parts.mode is Mode.LIVE else None,
        )  # fmt: skip
        self.ordering = Ordering(desk, self.profiles)
        desk.health.facts = self._facts
        self._lookout = Lookout(desk, parts, self._sources, self._reconsider)
        self._switchboard.open_profiles()
        self._switchboard.paced()
        self._pulse = Pulse(parts.clock, parts.outbox, self._supervisor, self.records)
        self.drill = Drill(desk, self._sources, parts.mischief)
        self.exports = ExportCommands(desk, parts.table_writer)
        self._cross = CrossWatch(desk, self._sources)
        self.saved = Saved(desk, self._sources, parts.recorder)
        self.scraping = Scraping(desk, self._sources, parts.browser, parts.open_saved, self.saved.shown)
        super().__init__(desk, self._sources, self._keys, self._use, parts.save_settings, parts.exporter)

    @property
    def roll(self) -> Roll:
        return self._desk.roll

    @property
    def ledger(self) -> Ledger:
        return self._ledger

    @property
    def settings(self) -> Settings:
        return self._settings

    def records(self) -> int:
        return sum(one.streamer.records for one in self._sources if one.streamer is not None)

    async def run(self) -> None:
        if not self._stopping.is_set():
            self._begin()
        await self._ended.wait()

    async def stop(self) -> tuple[tuple[str, float], ...]:
        """What was done, with its milliseconds. Together less than the host's deadline, whatever hangs."""
        finish = self._supervisor.finish
        self._stopping.set()
        steps = [("tasks and feeds", await finish("ending the tasks", self._supervisor.stop(), 1.5))]
        self.scraping.close()
        closing = [one.poller.close() for one in self._sources if one.poller is not None]
        closing += [one.opinions.close() for one in self._sources if one.opinions is not None]
        both = asyncio.gather(self._parts.renderer.close(), *closing)
        steps.append(("pages and pictures", await finish("closing the sources", _awaited(both), 0.9)))
        steps.append(("live data", await finish("charging live data", self.money.close(), _CHARGE_LIMIT_S)))
        kept = [self._workers.run("close the store", self._parts.store.close, _CLOSE_LIMIT_S, DB)]
        if self._parts.recorder is not None:
            kept.append(self._workers.run("close the recorder", self._parts.recorder.close, _CLOSE_LIMIT_S))
        steps.append(("store", await finish("closing the store", _awaited(asyncio.gather(*kept)), 0.9)))
        began = time.monotonic()
        self._workers.close()
        steps.append(("workers", (time.monotonic() - began) * 1_000))
        self._ended.set()
        return tuple(steps)

    def _make_desk(self) -> Desk:
        parts = self._parts
        profile = lambda: self._switchboard.profiles.current.name  # noqa: E731
        audit = Audit(parts.clock, parts.store, self._workers, parts.outbox, profile)
        market = Market(parts.clock, parts.calendar, parts.outbox)
        machine = Machine(parts.clock, parts.outbox, audit, parts.machine_clock)
        health = HealthWatch(parts.clock, market, parts.outbox, audit)
        self._switchboard: Switchboard = Switchboard(parts, self._workers, health, audit)
        return Desk(
            clock=parts.clock,
            settings=lambda: self._settings,
            outbox=parts.outbox,
            store=parts.store,
            workers=self._workers,
            supervisor=self._supervisor,
            audit=audit,
            market=market,
            health=health,
            router=self._switchboard.router,
            redactor=parts.redactor,
            interest=InterestDays(parts.clock, market, parts.store, self._workers),
            roll=Roll(
                parts.clock, lambda: self._settings, market, parts.outbox, audit, parts.store, self._workers
            ),
            profiles=self._switchboard.profiles,
            overrides=self._switchboard.overrides,
            machine=machine,
            notices=Notices(parts.clock, parts.outbox, lambda: machine.is_parent),
        )

    def _begin(self) -> None:
        parts, desk, spawn = self._parts, self._desk, self._supervisor.spawn
        ids = tuple(spec.id for spec in parts.sources)
        parts.outbox.put_state(Started(parts.mode, desk.profiles.current.name, parts.clock.now(), ids))
        desk.market.tick()
        for broken in parts.broken:
            desk.health.broken(broken.id, broken.reason)
        self._keys.listen(self._keys_known)
        desk.health.listen(self._switchboard.route)
        self._switchboard.route()
        desk.health.tick()
        for one in self._sources:
            self._start(one)
        spawn("overrides", lambda: desk.overrides.load(self._reconsider))
        self._lookout.begin()
        spawn("keys", self._keys.look)
        spawn("roll", desk.roll.load)
        spawn("drawings", self.drawings.load)
        spawn("ledger", self.money.begin)
        spawn("open interest", desk.interest.load)
        spawn("history", self.history.begin)
        spawn("definitions", self._definitions.run)
        spawn("captures", self._show_captures)
        spawn("saved data", self.saved.run)
        spawn("cross-check", self._cross.run)
        spawn("pictures", self._pictures.run)
        spawn("watch", self._watch, Restart.ALWAYS)
        spawn("pulse", self._pulse.run)
        if parts.warm_up is not None:
            self._workers.post("warm up", parts.warm_up)
        if parts.probe is not None:
            spawn("probe", Prober(desk, parts.probe, probed(self._sources)).run)

    def _start(self, one: Plugged) -> None:
        spawn = self._supervisor.spawn
        if one.streamer is not None:
            one.streamer.start()
        if one.poller is not None:
            one.poller.expirations(partial(expiration_of, self._sources, self._desk.market))
            spawn(f"{one.spec.id}-chains", one.poller.run)
        if one.chains is not None:
            spawn(f"{one.spec.id}-tick-chains", one.chains.run)
        if one.opinions is not None:
            spawn(f"{one.spec.id}-opinions", one.opinions.run)

    async def _watch(self) -> None:
        """The timer over everything: nothing has to arrive for silence to be noticed."""
        beats = 0
        while True:
            beats += 1
            self.watch(tell=beats % 2 == 0)
            if beats % 2 == 0:
                await self._ledger.tick()
            if beats % _CACHE_BEATS == 1:
                await self.cache.count()
            await asyncio.sleep(_WATCH_EVERY_S)

    def watch(self, tell: bool = True) -> None:
        before = self._desk.market.told_state
        if self._desk.market.tick():
            self._roll()
        if self._desk.market.told_state is not before:
            self._reconsider()
        self._lookout.tick(tell)
        self._desk.health.tick(tell)
        self._switchboard.route()
        self._lookout.write()
        for one in self._sources:
            if one.poller is not None:
                one.poller.tell_ages()

    def _roll(self) -> None:
        self._desk.health.new_day()
        self._lookout.new_day()
        self._desk.roll.new_day()
        for one in self._sources:
            if one.streamer is not None:
                one.streamer.new_day()

    def _keys_known(self) -> None:
        self._reconsider()
        self._ledger.tell()

    def _reconsider(self) -> None:
        for one in self._sources:
            if one.streamer is not None:
                one.streamer.reconsider()
            if one.poller is not None:
                one.poller.reconsider()
            if one.opinions is not None:
                one.opinions.reconsider()

    def _fees(self) -> dict[SourceId, MicroUsd]:
        return fees(self._sources, self._settings, self._keys, self._parts.mode)

    def _facts(self, source: SourceId) -> SourceFacts:
        quota = next((quota_of(one) for one in self._sources if one.spec.id == source), "")
        return self._switchboard.facts(source, self._ledger.spend_of(source), quota)

    async def _show_captures(self) -> None:
        store = self._parts.store
        lines = await self._workers.run(
            "captures", lambda: tuple(store.capture_lines(_CAPTURES_SHOWN)), _STORE_LIMIT_S, DB
        )
        for line in lines:
            self._parts.outbox.put_state(CaptureStored(line))

    def _keep_profile(self, settings: Settings) -> None:
        """On a worker."""
        if self._parts.save_settings is not None:
            self._parts.save_settings(settings)
        self._settings = settings

    def _use(self, settings: Settings) -> None:
        self._settings = settings
        self._ledger.tell()


async def _awaited(work: "asyncio.Future[list[None]]") -> None:
    await work
