"""Whether anybody listens at an address: a connection that is opened and closed, nothing is asked."""

import socket
from typing import Final
from urllib.parse import urlsplit

PATIENCE_SECONDS: Final = 2.0
_PORTS: Final = {"http": 80, "https": 443, "ws": 80, "wss": 443}


def listens(address: str) -> bool:
    """`host:port` or a URL; an address that cannot be understood is one where nobody listens."""
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
        port = parts.port or _PORTS[parts.scheme]
        with socket.create_connection((parts.hostname or "", port), PATIENCE_SECONDS):
            return True
    except (OSError, ValueError, KeyError):
        return False
