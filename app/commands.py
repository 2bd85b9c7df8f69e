"""The window's requests, carried to the engine's loop; each comes back as a future of the answer."""

from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any

from app.domain.errors import ConfigError
from app.domain.replay import Wish
from app.domain.routing import Channel, SourceId
from app.domain.table import Table
from app.domain.updates import ChainArrived
from app.engine.engine import Engine
from app.engine.host import EngineHost


class EngineCommands:
    """Refuses with a sentence while there is no engine yet."""

    def __init__(self) -> None:
        self._host: EngineHost[Engine] | None = None

    def attach(self, host: EngineHost[Engine]) -> None:
        self._host = host

    def pin(self, channel: Channel, source: SourceId | None, reason: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.pin(channel, source, reason))

    def restart(self, source: SourceId) -> "Future[Any]":
        return self._ask(lambda engine: engine.restart(source))

    def refresh(self, series: str | None) -> "Future[Any]":
        return self._ask(lambda engine: engine.refresh(series))

    def choose_series(self, key: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.choose_series(key))

    def save_key(self, name: str, value: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.save_key(name, value))

    def forget_key(self, name: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.forget_key(name))

    def test_key(self, name: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.test_key(name))

    def change_setting(self, name: str, value: object) -> "Future[Any]":
        return self._ask(lambda engine: engine.change_setting(name, value))

    def load_capture(self, capture_id: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.load_capture(capture_id))

    def examine_capture(self, capture_id: str, against: str | None = None) -> "Future[Any]":
        return self._ask(lambda engine: engine.examine_capture(capture_id, against))

    def export_capture(self, capture_id: str, kind: str, target: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.export_capture(capture_id, kind, target))

    def pin_capture(self, capture_id: str, pinned: bool) -> "Future[Any]":
        return self._ask(lambda engine: engine.pin_capture(capture_id, pinned))

    def reread_capture(self, capture_id: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.captures.reread(capture_id))

    def forget_capture(self, capture_id: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.captures.forget(capture_id))

    def retry_schema(self, source: SourceId | None = None) -> "Future[Any]":
        return self._ask(lambda engine: engine.schemas.retry(source))

    def recheck(self) -> "Future[Any]":
        return self._ask(lambda engine: engine.recheck())

    def replay(self, wish: Wish, value: float = 0.0) -> "Future[Any]":
        return self._ask(lambda engine: engine.replay(wish, value))

    def export_chain(self, shown: ChainArrived, target: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.exports.chain(shown, target))

    def export_table(self, table: Table, target: str) -> "Future[Any]":
        return self._ask(lambda engine: engine.exports.table(table, target))

    def _ask(self, work: Callable[[Engine], Coroutine[Any, Any, Any]]) -> "Future[Any]":
        if self._host is None:
            refused: Future[Any] = Future()
            refused.set_exception(ConfigError("Pitwall is still starting. Try again in a moment."))
            return refused
        return self._host.submit(work(self._host.engine))
