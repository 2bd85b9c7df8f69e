"""What the user may ask of the engine; a refusal is an AppError with its sentence."""

import asyncio
from collections.abc import Callable
from typing import Final

from app.domain.capture import Capture
from app.domain.errors import ConfigError, SourceError
from app.domain.examination import Examination
from app.domain.replay import Wish
from app.domain.routing import SourceId
from app.domain.settings import Settings, with_value
from app.domain.symbols import front_future
from app.domain.updates import CaptureStored, LogLine
from app.engine.audit import USER
from app.engine.capture_commands import CaptureCommands
from app.engine.chain_commands import ChainCommands
from app.engine.desk import Desk
from app.engine.evidence import Evidence
from app.engine.feeds import TickFeed, TickWant
from app.engine.keys import Keys
from app.engine.plugging import Plugged
from app.engine.ports import Exporter
from app.engine.recheck import recheck
from app.engine.replay import Player
from app.engine.schema_commands import SchemaCommands
from app.engine.workers import DB

_STORE_LIMIT_S: Final = 10.0
_TEST_LIMIT_S: Final = 12.0
_EXAMINE_LIMIT_S: Final = 30.0
# The sums of the running day were made with this; they are made again from what can be replayed.
_REBUILDS: Final = frozenset({"flow_window", "chart_backfill"})


class Commands:
    def __init__(
        self,
        desk: Desk,
        plugged: tuple[Plugged, ...],
        keys: Keys,
        change: Callable[[Settings], None],
        save: Callable[[Settings], None] | None,
        exporter: Exporter | None = None,
    ) -> None:
        self._evidence = Evidence([one.spec for one in plugged], desk.market.calendar)
        self._one_at_a_time = asyncio.Lock()
        self.captures = CaptureCommands(desk, self._evidence, self.examine_capture)
        self._exporter = exporter
        self._desk = desk
        self._plugged = {one.spec.id: one for one in plugged}
        self.schemas = SchemaCommands(self._plugged)
        self.chains = ChainCommands(desk, plugged)
        self._keys = keys
        self._change = change
        self._save = save

    async def restart(self, source: SourceId) -> None:
        one = self._source(source)
        self._desk.audit.note(USER, source, "", "restarted", "command")
        if one.streamer is not None:
            one.streamer.restart("restarted by the user")
        if one.poller is not None:
            await one.poller.restart()
        if one.opinions is not None:
            one.opinions.retry()

    async def refresh(self, series: str | None) -> str:
        return await self.chains.refresh(series)

    async def choose_series(self, key: str) -> str:
        return await self.chains.choose(key)

    async def save_key(self, name: str, value: str) -> str:
        """Where the key is kept now: keyring, or memory until the program ends."""
        return await self._keys.save(name, value)

    async def forget_key(self, name: str) -> None:
        await self._keys.forget(name)

    async def test_key(self, name: str) -> str:
        """Tried on a connection of its own; what runs is left alone."""
        for one in self._plugged.values():
            if any(secret.name == name for secret in one.spec.secrets) and one.make_ticks is not None:
                return await self._test(one, one.make_ticks())
            if any(secret.name == name for secret in one.spec.secrets) and one.poller is not None:
                return await one.poller.log_in()
            if any(secret.name == name for secret in one.spec.secrets) and one.opinions is not None:
                return await one.opinions.test()
        raise ConfigError(f"No source here logs in with {name}.")

    async def test_source(self, source: SourceId) -> str:
        """The same, by source; its role does not change. What a stopped one was refused for may be over."""
        one = self._source(source)
        if one.make_ticks is not None:
            said = await self._test(one, one.make_ticks())
        elif one.poller is not None:
            said = await one.poller.refresh(None)
        elif one.opinions is not None:
            said = await one.opinions.test()
        else:
            raise ConfigError(f"{one.spec.title} has nothing that can be tested.")
        self._desk.audit.note(USER, source, "", "tested", said)
        return said

    async def change_setting(self, name: str, value: object) -> Settings:
        before = self._desk.settings()
        after = with_value(before, name, value)
        old, new = str(getattr(before, name)), str(getattr(after, name))
        if old == new:
            return before
        save = self._save
        if save is not None:
            await self._desk.workers.run("save settings", lambda: save(after), _STORE_LIMIT_S)
        self._change(after)
        self._desk.audit.note(USER, f"setting {name}", old, new, "command")
        self._apply(name)
        return after

    async def load_capture(self, capture_id: str) -> Capture | None:
        store = self._desk.store
        return await self._desk.workers.run(
            "load capture", lambda: store.load_capture(capture_id), _STORE_LIMIT_S, DB
        )

    async def examine_capture(self, capture_id: str, against: str | None = None) -> Examination | None:
        """Read again and compared with the last good one before it, or with the one named."""
        store, workers = self._desk.store, self._desk.workers
        found = await workers.run(
            "gather evidence", lambda: self._evidence.gather(store, capture_id, against), _STORE_LIMIT_S, DB
        )
        if found is None:
            return None
        async with self._one_at_a_time:
            return await workers.run(
                "examine capture", lambda: self._evidence.examine(found), _EXAMINE_LIMIT_S
            )

    async def export_capture(self, capture_id: str, kind: str, target: str) -> str:
        exporter = self._exporter
        examination = await self.examine_capture(capture_id)
        if examination is None or exporter is None:
            raise ConfigError("This capture is no longer on disk.")
        return await self._desk.workers.run(
            "export capture", lambda: exporter(examination, kind, target), _EXAMINE_LIMIT_S
        )

    async def pin_capture(self, capture_id: str, pinned: bool) -> None:
        store = self._desk.store
        line = await self._desk.workers.run(
            "pin capture", lambda: store.pin_capture(capture_id, pinned), _STORE_LIMIT_S, DB
        )
        if line is not None:
            self._desk.outbox.put_state(CaptureStored(line))

    async def recheck(self) -> str:
        """Today's bars made again from the recording: a sentence on whether they are those on screen."""
        for one in self._plugged.values():
            if one.streamer is not None and one.recorder is not None:
                found = await recheck(self._desk, one.spec.id, one.streamer.day, one.recorder)
                if found is not None:
                    return found.sentence
        raise ConfigError("Nothing was recorded today.")

    async def replay(self, wish: Wish, value: float = 0.0) -> None:
        for one in self._plugged.values():
            if isinstance(one.streamer, Player):
                return await one.streamer.asked(wish, value)
        raise ConfigError("Nothing is being replayed.")

    async def note_log(self, line: LogLine) -> None:
        self._desk.outbox.put_stream(line)

    def _apply(self, name: str) -> None:
        for source, one in self._plugged.items():
            if one.poller is not None:
                one.poller.reconsider()
            if one.opinions is not None:
                one.opinions.reconsider()
            if one.streamer is None:
                continue
            one.streamer.reconsider()
            if name in _REBUILDS:
                one.streamer.new_day()
            elif name.startswith(f"{source}_"):
                one.streamer.restart(f"{name} was changed")

    async def _test(self, one: Plugged, feed: TickFeed) -> str:
        """What was refused before and is not refused now is tried again by what runs."""
        title = one.spec.title
        front = front_future(self._desk.market.day)
        want = TickWant(futures=(front.raw,), quotes=False)
        workers = self._desk.workers
        try:
            await workers.run("test key", lambda: feed.open(want), _TEST_LIMIT_S)
        except TimeoutError:
            return f"{title} did not answer within {_TEST_LIMIT_S:.0f} s."
        except SourceError as e:
            return str(e)
        finally:
            workers.post("close test", feed.close)
        if one.streamer is not None:
            one.streamer.reconsider()
        return f"{title} accepted the key."

    def _source(self, source: SourceId) -> Plugged:
        if source not in self._plugged:
            raise ConfigError(f"There is no source called {source}.")
        return self._plugged[source]
