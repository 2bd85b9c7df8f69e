"""Whether anybody listens at an address: a TCP connection, closed again at once."""

import socket
from typing import Final
from urllib.parse import urlsplit

PATIENCE_S: Final = 2.0
_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def listens(address: str) -> bool:
    """`host:port` or a URL; what cannot be an address listens to nobody."""
    parts = urlsplit(address if "://" in address else f"//{address}")
    try:
        port = parts.port or _PORTS.get(parts.scheme)
        if not parts.hostname or port is None:
            return False
        with socket.create_connection((parts.hostname, port), PATIENCE_S):
            return True
    except (OSError, ValueError):
        return False
