"""Asks a time server how far the machine's clock is off: SNTP, three short questions, the median answer."""

import socket
import time
from statistics import median
from typing import Final

_PORT: Final = 123
_PATIENCE_S: Final = 2.0
_QUESTIONS: Final = 3
_LENGTH: Final = 48
# Version 4, a client's question.
_ASKED: Final = b"\x23" + bytes(47)
_SERVER: Final = 4
# From 1900, as the protocol counts, to 1970.
_EPOCHS: Final = 2_208_988_800


def clock_offset(server: str, port: int = _PORT) -> float | None:
    """In ms, positive when this machine is ahead; None when no server is named or it does not answer."""
    name = server.strip()
    if not name:
        return None
    found = [offset for _ in range(_QUESTIONS) if (offset := _offset_ms(name, port)) is not None]
    return median(found) if len(found) == _QUESTIONS else None


def _offset_ms(name: str, port: int) -> float | None:
    try:
        family, kind, _, _, address = socket.getaddrinfo(name, port, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind) as asked:
            asked.settimeout(_PATIENCE_S)
            asked.connect(address)
            sent, began = time.time_ns(), time.perf_counter_ns()  # noqa: TID251 - the clock is what is measured
            asked.send(_ASKED)
            answer = asked.recv(512)
            took = time.perf_counter_ns() - began
    except (OSError, UnicodeError):
        return None
    if len(answer) < _LENGTH or answer[0] & 0b111 != _SERVER or not 0 < answer[1] < 16:
        return None
    received, answered = (_ns(answer[start : start + 8]) for start in (32, 40))
    return ((sent - received) + (sent + took - answered)) / 2 / 1_000_000


def _ns(stamp: bytes) -> int:
    seconds, fraction = (int.from_bytes(part) for part in (stamp[:4], stamp[4:]))
    return (seconds - _EPOCHS) * 1_000_000_000 + (fraction * 1_000_000_000 >> 32)
