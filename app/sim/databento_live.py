"""Databento's live gateway on loopback, speaking the real protocol with the simulated market.

A thread for each connection. What clients see of login, subscriptions, replay, heartbeats, slow readers and
errors is that of the real gateway as far as it is documented; a session's id says that it is simulated.
"""

import socket
import threading
from contextlib import suppress
from typing import Final

from app.sim.faults import Faults
from app.sim.live_house import House
from app.sim.live_session import hold
from app.sim.market import Market

LOOPBACK: Final = "127.0.0.1"
_JOIN_WITHIN: Final = 1.0


class LiveGateway:
    """`house` has the switches: entitlements, connection limits."""

    def __init__(self, market: Market, faults: Faults) -> None:
        self.house = House(market, faults)
        self._port = 0
        self._listener: socket.socket | None = None
        self._open: dict[threading.Thread, socket.socket] = {}
        self._lock = threading.Lock()

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self._port}"

    @property
    def port(self) -> int:
        return self._port

    def start(self) -> None:
        """Again at the port it had, if it was started before."""
        self.house.stopping.clear()
        self._listener = socket.create_server((LOOPBACK, self._port), backlog=64)
        self._port = self._listener.getsockname()[1]
        self._on_thread(self._listener, "listener")

    def stop(self) -> None:
        """Ends every session; after a second at most no thread and no socket is left."""
        self.house.stopping.set()
        if self._listener is None:
            return
        self._listener = None
        with suppress(OSError):  # wakes the listener; one that is gone need not wake up
            socket.create_connection((LOOPBACK, self._port), timeout=_JOIN_WITHIN).close()
        with self._lock:
            still_open = dict(self._open)
        for connection in still_open.values():
            with suppress(OSError):  # already gone
                connection.shutdown(socket.SHUT_RDWR)
        for thread in still_open:
            thread.join(_JOIN_WITHIN)

    kill = stop
    revive = start

    def _on_thread(self, connection: socket.socket, name: str) -> None:
        def run() -> None:
            try:
                if name == "listener":
                    self._listen(connection)
                else:
                    hold(self.house, connection)
            finally:
                with self._lock:
                    del self._open[thread]
                connection.close()

        thread = threading.Thread(target=run, name=f"sim-databento-live-{name}", daemon=True)
        with self._lock:
            self._open[thread] = connection
        thread.start()

    def _listen(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            if self.house.stopping.is_set():
                connection.close()
                return
            self._on_thread(connection, "session")
