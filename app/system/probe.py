"""Whether anybody listens at an address, and whether there is a network at all; nothing is asked or sent."""

import socket
from typing import Final
from urllib.parse import urlsplit

PATIENCE_SECONDS: Final = 2.0
_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}


# Kept for documentation by the internet's own rules: nobody is there, and a datagram socket sends nothing.
_NOWHERE: Final = (("192.0.2.1", socket.AF_INET), ("2001:db8::1", socket.AF_INET6))


def has_route() -> bool:
    """Whether this machine would know where to send anything, by either kind of address."""
    return any(_routes(address, family) for address, family in _NOWHERE)


def _routes(address: str, family: socket.AddressFamily) -> bool:
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as datagram:
            datagram.connect((address, 9))
            return True
    except OSError:
        return False


def listens(address: str) -> bool:
    """`host:port` or a URL; an address that cannot be understood is one where nobody listens."""
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
        port = parts.port or _PORTS[parts.scheme]
        with socket.create_connection((parts.hostname or "", port), PATIENCE_SECONDS):
            return True
    except (OSError, ValueError, KeyError):
        return False
