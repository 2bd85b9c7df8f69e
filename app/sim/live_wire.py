"""The socket of one live session: bytes leave as fast as the client takes them, never faster.

What the client does not take waits here, so that a slow reader can be noticed and nothing blocks.
"""

import select
import socket
import struct
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import numpy as np
import zstandard
from numpy.typing import NDArray

from app.domain.units import Ns
from app.sim.dbn_records import Records
from app.sim.noise import Ints

_DRAIN_SECONDS: Final = 0.5
_READ: Final = 65_536
_STAMP: Final = 8


class Wire:
    """`stamp` set: every record carries the time of its sending (ts_out). `spoke` is when, by `monotonic`."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.setblocking(False)
        self.stamp: Callable[[], Ns] | None = None
        self.spoke = time.monotonic()
        self.gone = False
        self._socket = connection
        self._waiting = bytearray()
        self._heard = bytearray()
        self._zstd: zstandard.ZstdCompressionObj | None = None

    @property
    def waiting(self) -> int:
        """Bytes that the client has not taken yet."""
        return len(self._waiting)

    def compress(self) -> None:
        """From now on everything goes out in one zstd stream."""
        self._zstd = zstandard.ZstdCompressor().compressobj()

    def records(self, made: Records) -> None:
        size = made.dtype.itemsize
        self.stream(np.ascontiguousarray(made).view(np.uint8).ravel(), np.arange(1, len(made) + 1) * size)

    def stream(self, data: NDArray[np.uint8], ends: Ints) -> None:
        """Records of different sizes, each up to one of `ends`."""
        if len(ends):
            self.write((data if self.stamp is None else _stamped(data, ends, self.stamp())).tobytes())

    def write(self, data: bytes) -> None:
        self.spoke = time.monotonic()
        if self._zstd is not None:
            data = self._zstd.compress(data) + self._zstd.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
        self._waiting += data
        self._push()

    def pause(self, seconds: float) -> None:
        """Waits for the client to say or to take something, no longer than told."""
        if self.gone:
            return
        wants = [self._socket] if self._waiting else []
        readable, writable, _ = select.select([self._socket], wants, [], seconds)
        if readable:
            self._pull()
        if writable:
            self._push()

    def line(self) -> bytes | None:
        """The next whole line that the client has said."""
        line, found, rest = bytes(self._heard).partition(b"\n")
        if not found:
            return None
        self._heard[:] = rest
        return line

    def finish(self) -> None:
        """A clean end: what waits goes out, then FIN; then the client is heard out, or it were a reset."""
        if not self.gone:
            self.gone = True
            with suppress(OSError):
                self._socket.settimeout(_DRAIN_SECONDS)
                self._socket.sendall(self._waiting)
                self._socket.shutdown(socket.SHUT_WR)
                while self._socket.recv(_READ):
                    continue

    def reset(self) -> None:
        self.gone = True
        with suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._socket.close()

    def _pull(self) -> None:
        try:
            heard = self._socket.recv(_READ)
        except BlockingIOError:
            return
        except OSError:
            heard = b""
        self.gone = not heard
        self._heard += heard

    def _push(self) -> None:
        try:
            while self._waiting:
                del self._waiting[: self._socket.send(self._waiting)]
        except BlockingIOError:
            return
        except OSError:
            self.gone = True


def _stamped(data: NDArray[np.uint8], ends: Ints, now: Ns) -> NDArray[np.uint8]:
    """Each record eight bytes longer: its length says so, and they are the time of sending."""
    starts = np.concatenate(([0], ends[:-1]))
    order = np.arange(len(ends))
    grown = np.empty(len(data) + _STAMP * len(ends), np.uint8)
    grown[np.arange(len(data)) + _STAMP * np.repeat(order, ends - starts)] = data
    grown[starts + _STAMP * order] += _STAMP // 4
    tails = (ends + _STAMP * order)[:, None] + np.arange(_STAMP)
    grown[tails] = np.array([now], dtype="<u8").view(np.uint8)
    return grown
