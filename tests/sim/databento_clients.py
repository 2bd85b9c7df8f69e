"""The official databento client as tests use it: unmodified, with its records collected."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import databento as db
import numpy as np

from app.sim import keys
from app.sim.databento_hist import HistServer
from app.sim.databento_live import LiveGateway
from tests.waiting import PATIENCE

STRANGERS_KEY = "db-" + "x" * 29  # of the right form, and unknown to every simulator


class Collected:
    """Everything a live client was called back with, in order of arrival."""

    def __init__(self) -> None:
        self.records: list[Any] = []
        self._changed = threading.Condition()

    def __call__(self, record: Any) -> None:
        with self._changed:
            self.records.append(record)
            self._changed.notify_all()

    def of(self, kind: type | tuple[type, ...]) -> list[Any]:
        with self._changed:
            return [record for record in self.records if isinstance(record, kind)]

    def wait(self, enough: Callable[[], bool], seconds: float = PATIENCE) -> None:
        with self._changed:
            assert self._changed.wait_for(enough, seconds), f"waited in vain; came: {self.kinds()}"

    def kinds(self) -> dict[str, int]:
        names = [type(record).__name__ for record in self.records]
        return {name: names.count(name) for name in names}

    def said(self) -> list[tuple[str, int]]:
        """Text and code of system and error records, without heartbeats."""
        system = [(r.msg, int(r.code)) for r in self.of(db.SystemMsg) if not r.is_heartbeat()]
        return system + [(r.err, int(r.code)) for r in self.of(db.ErrorMsg)]


@contextmanager
def live_client(
    gateway: LiveGateway, key: str = keys.DATABENTO, **options: Any
) -> Iterator[tuple[db.Live, Collected]]:
    client = db.Live(key=key, gateway="127.0.0.1", port=gateway.port, **options)
    collected = Collected()
    client.add_callback(collected)
    try:
        yield client, collected
    finally:
        protocol = client._session._protocol
        if client.is_connected():
            client.terminate()
        close_reason(client)
        for _ in range(3):  # turns of the client's loop, in which it closes its socket
            asyncio.run_coroutine_threadsafe(asyncio.sleep(0), client._loop).result(PATIENCE)
        if protocol is not None and protocol.disconnected.done():
            protocol.disconnected.exception()  # nobody else asks, and asyncio would complain later


def close_reason(client: db.Live) -> BaseException | None:
    """What the client says when the session is over; None for a clean end, or when there was none."""

    async def gathered() -> BaseException | None:
        waiting = asyncio.wait_for(client.wait_for_close(), PATIENCE)
        (reason,) = await asyncio.gather(waiting, return_exceptions=True)
        return reason

    reason = asyncio.run(gathered())
    return None if isinstance(reason, ValueError) else reason


def historical_client(server: HistServer, key: str = keys.DATABENTO) -> db.Historical:
    """The client forces https on its gateway; its addresses are set one by one instead."""
    client = db.Historical(key)
    for family in ("metadata", "timeseries", "symbology", "batch"):
        getattr(client, family)._base_url = f"{server.address}/v0/{family}"
    return client


def content(records: Any) -> list[bytes]:
    """Records as bytes, whether from the client or from the market's own columns."""
    if isinstance(records, np.ndarray):
        return [record.tobytes() for record in records]
    return [bytes(record) for record in records]
