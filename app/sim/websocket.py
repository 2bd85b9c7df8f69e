"""The server's end of a WebSocket on a connection whose request has already been read.

One thread owns it: it asks for what has come, and sends in between.
"""

import logging
import socket
from contextlib import suppress
from typing import Final, Self

from websockets.datastructures import Headers
from websockets.exceptions import ConnectionClosed
from websockets.frames import Frame, Opcode
from websockets.http11 import Request as Handshake
from websockets.protocol import OPEN
from websockets.server import ServerProtocol

from app.sim.http_wire import Request

_CHUNK: Final = 65_536
# the library writes every frame at DEBUG, tokens and all
_SILENT: Final = logging.Logger("silent", logging.CRITICAL + 1)


class HungUpError(Exception):
    """The other side is gone, politely or not."""


class WebSocket:
    def __init__(self, request: Request, connection: socket.socket) -> None:
        self._connection = connection
        self._protocol = ServerProtocol(logger=_SILENT)
        self._texts: list[str] = []
        headers = Headers()
        for name, value in request.headers.items():
            headers[name] = value
        self._protocol.receive_data(Handshake(request.path, headers).serialize())
        for event in self._protocol.events_received():
            assert isinstance(event, Handshake)  # noqa: S101 - the only thing that was given
            self._protocol.send_response(self._protocol.accept(event))
        self._flush()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def send(self, text: str) -> None:
        if self._protocol.state is not OPEN:
            raise HungUpError
        self._protocol.send_text(text.encode())
        self._flush()

    def receive(self, within: float) -> str | None:
        """The next text message; None when none came in time."""
        if not self._texts:
            self._wait(within)
        return self._texts.pop(0) if self._texts else None

    def close(self, code: int = 1000) -> None:
        with suppress(HungUpError, ConnectionClosed):
            if self._protocol.state is OPEN:
                self._protocol.send_close(code)
            self._flush()

    def _wait(self, within: float) -> None:
        self._connection.settimeout(max(within, 0.001))
        try:
            data = self._connection.recv(_CHUNK)
        except TimeoutError:
            return
        except OSError as gone:
            raise HungUpError from gone
        if not data:
            raise HungUpError
        self._protocol.receive_data(data)
        for event in self._protocol.events_received():
            if isinstance(event, Frame) and event.opcode is Opcode.TEXT:
                self._texts.append(bytes(event.data).decode("utf-8", "replace"))
        self._flush()
        if self._protocol.state is not OPEN and not self._texts:
            raise HungUpError

    def _flush(self) -> None:
        self._connection.settimeout(5.0)
        try:
            for data in self._protocol.data_to_send():
                if data:
                    self._connection.sendall(data)
        except OSError as gone:
            raise HungUpError from gone
