"""The clock is compared with a server's, over the wire."""

import socket
import struct
import threading
import time
from collections.abc import Iterator

import pytest

from app.system.time_server import clock_offset


class TimeServer:
    """Answers with its own time, `ahead_s` of this machine's."""

    def __init__(self) -> None:
        self.ahead_s = 0.0
        self.mode = 4
        self.answers = 3
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"stop", ("127.0.0.1", self.port))
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            asked, address = self._socket.recvfrom(512)
            if asked == b"stop":
                return
            now = time.time() + self.ahead_s + 2_208_988_800  # noqa: TID251 - a server has a clock
            stamp = struct.pack("!II", int(now), int(now % 1 * 2**32))
            head = bytes([0x20 | self.mode, 2]) + bytes(30)
            self._socket.sendto(head + stamp + stamp, address)


@pytest.fixture
def server() -> Iterator[TimeServer]:
    made = TimeServer()
    yield made
    made.stop()


@pytest.mark.parametrize("ahead", [-3.0, 0.0, 0.4])
def test_the_offset_is_how_far_this_machine_is_ahead(server: TimeServer, ahead: float) -> None:
    server.ahead_s = ahead
    offset = clock_offset("127.0.0.1", server.port)
    assert offset == pytest.approx(-ahead * 1_000, abs=60)


def test_what_is_no_answer_of_a_server_says_nothing(server: TimeServer) -> None:
    server.mode = 3
    assert clock_offset("127.0.0.1", server.port) is None


def test_nobody_is_asked_when_no_server_is_named() -> None:
    assert clock_offset("  ") is None
