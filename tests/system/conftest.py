"""A store in a folder of its own, and a small web server that answers as told, down to the bytes."""

import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.system.paths import Paths
from app.system.store import SqliteStore
from tests.system.kept import opened


class Wire:
    """Plain sockets: a test decides what is sent and when it is cut, and reads what was asked."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.asked: list[str] = []
        self.answers: list[bytes | Callable[[socket.socket], object]] = []
        self._thread = threading.Thread(target=self._serve, name="wire", daemon=True)
        self._thread.start()

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def answer(self, status: str = "200 OK", body: bytes = b"", *headers: str) -> None:
        lines = (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers, "", "")
        self.answers.append("\r\n".join(lines).encode() + body)

    def stop(self) -> None:
        # closing a listener does not wake up an accept on Linux; a shutdown does
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(5)
                self._one(connection)

    def _one(self, connection: socket.socket) -> None:
        asked = b""
        while b"\r\n\r\n" not in asked:
            piece = connection.recv(65536)
            if not piece:
                return
            asked += piece
        self.asked.append(asked.decode("latin-1"))
        answer = self.answers.pop(0) if self.answers else b""
        try:
            if callable(answer):
                answer(connection)
            else:
                connection.sendall(answer)
        except OSError:
            return  # the client has left


@pytest.fixture
def wire() -> Iterator[Wire]:
    wire = Wire()
    yield wire
    wire.stop()


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "data")


@pytest.fixture
def store(paths: Paths) -> Iterator[SqliteStore]:
    store = opened(paths)
    yield store
    store.close()
