"""The tap: authenticated bytes go from the official client's socket straight into the tape.

The client's own way makes a Python object and several calls of each record, about a million a second; read in
place it is twenty times that. Login, subscriptions and heartbeats stay the client's. It sits on private names
of the pinned version, which a contract test watches; `plain_path` needs none of them to receive.
"""

# ruff: noqa: SLF001 - see above
import asyncio
import threading
from collections.abc import Callable
from typing import Any

import databento_dbn
from databento import Live
from databento.live.session import _SessionProtocol

from app.sources.databento.inflow import Inflow

_PIECES = (
    "dbn_queue",
    "user_callbacks",
    "user_streams",
    "loop",
    "metadata",
    "slow_reader_behavior",
    "compression",
)


class Tapped(_SessionProtocol):
    """One connection of the client. Its methods run in the client's loop."""

    def __init__(self, inflow: Inflow, **given: Any) -> None:
        super().__init__(**given)
        self._inflow = inflow
        self._given_up = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        if self._given_up:
            self.transport.abort()

    def get_buffer(self, sizehint: int) -> Any:
        return self._inflow.space() if self.authenticated.done() else super().get_buffer(sizehint)

    def buffer_updated(self, nbytes: int) -> None:
        if not self.authenticated.done():
            self._login(nbytes)
            return
        self._inflow.fed(nbytes)
        # the client's own watch for silence counts from here
        self._last_msg_loop_time = self._loop.time()
        if self._inflow.is_broken:
            self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._end_login(exc)
        self._inflow.lost(exc)
        super().connection_lost(exc)
        # looked at, so that asyncio does not report it a second time
        if self.disconnected.done():
            self.disconnected.exception()

    def give_up(self) -> None:
        """Ends the connection at once, whatever it is doing; the client may leave a dead socket open."""
        self._given_up = True
        self._end_login(ConnectionAbortedError("given up"))
        try:
            self.transport.abort()
        except ValueError:
            return  # not connected yet: see connection_made

    def _login(self, nbytes: int) -> None:
        try:
            super().buffer_updated(nbytes)
        except ValueError:
            self._end_login(ConnectionResetError("no greeting of this gateway"))

    def _end_login(self, error: Exception | None) -> None:
        """Without this a gateway that leaves in mid-login is noticed after the client's thirty seconds."""
        if not self.authenticated.done():
            self.authenticated.set_exception(error or ConnectionResetError("closed during login"))


def tap(client: Live, inflow: Inflow) -> Callable[[], None]:
    """Puts the tap in, before the first subscription; gives what ends the connection, from any thread."""
    session = client._session
    made: list[Tapped] = []
    over = threading.Event()

    def create(dataset: str) -> Tapped:
        made.append(
            Tapped(
                inflow,
                api_key=session.api_key,
                dataset=dataset,
                ts_out=session.ts_out,
                heartbeat_interval_s=session.heartbeat_interval_s,
                **{name: getattr(session, f"_{name}") for name in _PIECES},
            )
        )
        if over.is_set():
            made[-1].give_up()
        return made[-1]

    session._create_protocol = create  # type: ignore[method-assign]

    def end() -> None:
        over.set()
        for protocol in made:
            _in_loop(session._loop, protocol.give_up)

    return end


def plain_path(client: Live, inflow: Inflow, dataset: str) -> Callable[[], None]:
    """The client's documented way, one callback a record: ten times slower, independent of its insides."""
    header = _header(dataset)
    client.add_callback(lambda record: inflow.record(bytes(record), header))

    def end() -> None:
        # after the client's own heartbeat alarm its `terminate` no longer closes the socket
        transport = getattr(client._session, "_transport", None)
        if transport is not None:
            _in_loop(client._session._loop, transport.abort)

    return end


def _header(dataset: str) -> bytes:
    """That of a live stream in the version to which the client brings all records."""
    by_number: Any = databento_dbn.SType.INSTRUMENT_ID  # which its stubs take for text
    about = databento_dbn.Metadata(
        dataset=dataset, start=0, stype_in=None, stype_out=by_number,
        symbols=[], partial=[], not_found=[], mappings=[], schema=None, version=databento_dbn.DBN_VERSION,
    )  # fmt: skip
    return bytes(about.encode())


def _in_loop(loop: asyncio.AbstractEventLoop, call: Callable[[], object]) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(call)
