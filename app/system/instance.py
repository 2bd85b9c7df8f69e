"""One window per data folder: a second start brings the first to the front and ends.

A lock of the operating system decides, which dies with its process; the file behind it only says where the
first window listens. Command-line runs do not take it: they share the data folder.
"""

import json
import os
import secrets
import socket
import sys
import threading
from collections.abc import Callable
from typing import IO, Final

from app.domain.errors import ConfigError
from app.system.paths import Paths

_CALL: Final = b"raise "
_ANSWER: Final = b"raised"
_WAIT_S: Final = 2.0


class SingleInstance:
    def __init__(self, paths: Paths) -> None:
        self._path = paths.lock
        self._file: IO[str] | None = None
        self._server: socket.socket | None = None
        self._thread: threading.Thread | None = None

    def acquire(self) -> bool:
        """True when this is the only window of the folder."""
        try:
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as e:
            raise ConfigError(f"The lock file {self._path} cannot be opened: {e.strerror}.") from e
        file = os.fdopen(handle, "r+", encoding="ascii")
        if _lock(file):
            file.truncate()  # what a dead window left would lead a second start to a stranger's port
            self._file = file
            return True
        file.close()
        return False

    def listen(self, on_call: Callable[[], None]) -> None:
        """`on_call` runs in a thread of its own whenever a second start asks for the window."""
        if self._file is None:
            raise RuntimeError("only the first window listens")
        server = socket.create_server(("127.0.0.1", 0))
        token = secrets.token_hex(16)
        self._file.seek(0)
        self._file.truncate()
        json.dump({"pid": os.getpid(), "port": server.getsockname()[1], "token": token}, self._file)
        self._file.flush()
        self._server = server
        self._thread = threading.Thread(
            target=self._serve, args=(server, token.encode(), on_call), name="instance", daemon=True
        )
        self._thread.start()

    def call_first(self) -> bool:
        """Asks the window that holds the lock to come to the front."""
        try:
            said = json.loads(self._path.read_text(encoding="ascii"))
            with socket.create_connection(("127.0.0.1", int(said["port"])), _WAIT_S) as line:
                line.sendall(_CALL + str(said["token"]).encode())
                return line.recv(len(_ANSWER)) == _ANSWER
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def release(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            # Waking accept by a connection of our own works on every system; closing alone does not.
            with socket.socket() as wake:
                wake.settimeout(_WAIT_S)
                wake.connect_ex(server.getsockname())
            server.close()
        if self._thread is not None:
            self._thread.join(_WAIT_S)
            self._thread = None
        if self._file is not None:
            self._file.close()
            self._file = None

    def _serve(self, server: socket.socket, token: bytes, on_call: Callable[[], None]) -> None:
        while self._server is server:
            try:
                line, _ = server.accept()
            except OSError:
                return
            with line:
                line.settimeout(_WAIT_S)
                try:
                    said = line.recv(256)
                    if secrets.compare_digest(said, _CALL + token):
                        on_call()
                        line.sendall(_ANSWER)
                except OSError:
                    # The caller left before it was answered; nothing is owed to it.
                    continue


def _lock(file: IO[str]) -> bool:
    """Without waiting; held until the file is closed or the process dies."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
