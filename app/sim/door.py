"""A door on loopback: a listener, and a thread for each visitor until the door is shut."""

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

LOOPBACK: Final = "127.0.0.1"
_JOIN_WITHIN: Final = 1.0  # seconds

Visit = Callable[[socket.socket], object]


class Door:
    """Opened again it has the port it had, so that clients find it where it was.

    `stopping` is set while it is shut; a visit looks at it.
    """

    def __init__(self, name: str, visit: Visit, stopping: threading.Event) -> None:
        self.port = 0
        self._name, self._visit, self._stopping = name, visit, stopping
        self._listener: socket.socket | None = None
        self._open: dict[threading.Thread, socket.socket] = {}
        self._lock = threading.Lock()

    def open(self) -> None:
        self._stopping.clear()
        self._listener = socket.create_server((LOOPBACK, self.port), backlog=64)
        self.port = self._listener.getsockname()[1]
        self._on_thread(self._listen, self._listener, "listener")

    def shut(self) -> None:
        """Ends every visit; after a second at most no thread and no socket is left."""
        self._stopping.set()
        if self._listener is None:
            return
        self._listener = None
        with suppress(OSError):  # wakes the listener; one that is gone need not wake up
            socket.create_connection((LOOPBACK, self.port), timeout=_JOIN_WITHIN).close()
        with self._lock:
            still_open = dict(self._open)
        for connection in still_open.values():
            hang_up(connection)
        for thread in still_open:
            thread.join(_JOIN_WITHIN)

    def _on_thread(self, work: Visit, connection: socket.socket, name: str) -> None:
        def run() -> None:
            try:
                work(connection)
            finally:
                with self._lock:
                    del self._open[thread]
                connection.close()

        thread = threading.Thread(target=run, name=f"sim-{self._name}-{name}", daemon=True)
        with self._lock:
            self._open[thread] = connection
        thread.start()

    def _listen(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            if self._stopping.is_set():
                connection.close()
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._on_thread(self._visit, connection, "visit")


def hang_up(connection: socket.socket) -> None:
    """Wakes whoever reads from it; closing alone would not."""
    with suppress(OSError):  # already gone
        connection.shutdown(socket.SHUT_RDWR)
