"""No test talks to the world: sockets reach this machine only, and whoever tries otherwise fails the test.

The hook sits below every library, so it also sees a client that hides the refusal behind an error of its own.
"""

import ipaddress
import sys
from collections.abc import Iterator
from typing import Any

import pytest

_WATCHED = {"socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"}
_NAMES = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
_attempts: list[str] = []


class OutsideWorldError(RuntimeError):
    """Raised at the socket; tests use simulators on 127.0.0.1 and free ports."""


def _is_here(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    if host is None or host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(str(host)).is_loopback
    except ValueError:
        return False


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if not event.startswith("socket."):
        return
    if event in _NAMES:
        host = args[0]
    elif event in _WATCHED and isinstance(args[1], tuple):  # a path or None is no internet address
        host = args[1][0]
    else:
        return
    if not _is_here(host):
        _attempts.append(f"{event} {host}")
        raise OutsideWorldError(f"a test reached for {host} ({event}); only 127.0.0.1 is allowed")


sys.addaudithook(_watch)


@pytest.fixture(autouse=True)
def _loopback_only() -> Iterator[None]:
    _attempts.clear()
    yield
    if _attempts:
        pytest.fail("the test reached for the world: " + ", ".join(_attempts))
