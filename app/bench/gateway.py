"""The live gateway's side of a conversation, up to where records begin; what follows is bytes made before.

Anything may be asked for: who streams decides what comes.
"""

import contextlib
import hashlib
import hmac
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from app.sim import keys
from app.sim.dbn_metadata import live_metadata

# as long as a real one; a benchmark's gateway keeps nobody out
_CHALLENGE: Final = "a-benchmark-asks-who-you-are-000"
_WAIT_S: Final = 15.0


@dataclass(frozen=True, slots=True)
class Asked:
    """One subscription of the client; `start` None asks for nothing of the past."""

    schema: str
    symbols: tuple[str, ...]
    start: int | None


class Talk:
    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self._read = b""

    def begin(self, start: int) -> tuple[Asked, ...]:
        """Login and header; what the client wants."""
        self.connection.settimeout(_WAIT_S)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connection.sendall(f"lsg_version=0.7.1\ncram={_CHALLENGE}\n".encode())
        answer = hashlib.sha256(f"{_CHALLENGE}|{keys.DATABENTO}".encode()).hexdigest()
        said = self._line().get("auth", "")
        if not hmac.compare_digest(said, f"{answer}-{keys.DATABENTO[-5:]}"):
            self.connection.sendall(b"success=0|error=Authentication failed.\n")
            raise ConnectionRefusedError("not the simulated key")
        self.connection.sendall(b"success=1|session_id=1\n")
        asked = []
        while "start_session" not in (line := self._line()):
            start_at = int(line["start"]) if "start" in line else None
            asked.append(Asked(line["schema"], tuple(line["symbols"].split(",")), start_at))
        self.connection.sendall(live_metadata(start, False))
        return tuple(asked)

    def _line(self) -> dict[str, str]:
        while b"\n" not in self._read:
            piece = self.connection.recv(65536)
            if not piece:
                raise ConnectionResetError("the client left")
            self._read += piece
        line, _, self._read = self._read.partition(b"\n")
        fields = (part.partition("=") for part in line.decode().split("|"))
        return {name: value for name, _, value in fields}


def play(connection: socket.socket, script: Callable[[Talk], None]) -> None:
    """One conversation, until the client leaves, which is its right."""
    with connection, contextlib.suppress(OSError):
        script(Talk(connection))
