"""HTTP on one connection: requests come in as values, answers go out as well or as badly as told."""

import json
import socket
import struct
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from http.server import BaseHTTPRequestHandler
from typing import Any, Final, Protocol, cast
from urllib.parse import parse_qsl, unquote, urlsplit

JSON: Final = "application/json"
HTML: Final = "text/html; charset=UTF-8"
_LONGEST_BODY: Final = 1_000_000
_DRIBBLES: Final = 20  # parts of a slow body


@dataclass(frozen=True, slots=True)
class Request:
    """`query` keeps the last of equal names; names in `headers` are in lower case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def cookie(self, name: str) -> str | None:
        try:
            morsel = SimpleCookie(self.headers.get("cookie", "")).get(name)
        except CookieError:
            return None
        return None if morsel is None else morsel.value

    def form(self) -> dict[str, str]:
        return dict(parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True))

    def json(self) -> dict[str, Any]:
        """The body as a JSON object; anything else counts as an empty one."""
        try:
            said = json.loads(self.body)
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes = b""
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()


def json_answer(document: object, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    return Answer(status, json.dumps(document, separators=(",", ":")).encode(), JSON, headers)


def html_answer(page: str, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
    return Answer(status, page.encode(), HTML, headers)


@dataclass(frozen=True, slots=True)
class Delivery:
    """How an answer goes out. Without one, or with less than all of it, the line is cut afterwards."""

    answer: Answer | None
    share: float = 1.0
    seconds: float = 0.0
    reset: bool = False


class Responder(Protocol):
    stopping: threading.Event

    def deliver(self, request: Request) -> Delivery: ...
    def upgrade(self, request: Request, connection: socket.socket) -> None: ...


def converse(connection: socket.socket, responder: Responder) -> None:
    """Answers one request after the other until either side has enough."""
    _Conversation(connection, connection.getpeername(), cast(Any, responder))


class _Conversation(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    connection: socket.socket

    def do_GET(self) -> None:
        responder = cast(Responder, self.server)
        request = self._request()
        if request.headers.get("upgrade", "").lower() == "websocket":
            self.close_connection = True
            responder.upgrade(request, self.connection)
        else:
            self._send(responder.deliver(request), responder.stopping)

    do_POST = do_PUT = do_DELETE = do_HEAD = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: a simulator keeps no log of its visitors."""

    def _request(self) -> Request:
        headers = {name.lower(): value for name, value in self.headers.items()}
        announced = headers.get("content-length", "0")
        length = min(int(announced), _LONGEST_BODY) if announced.isdigit() else 0
        parts = urlsplit(self.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        return Request(self.command, unquote(parts.path), query, headers, self.rfile.read(length))

    def _send(self, delivery: Delivery, stopping: threading.Event) -> None:
        answer = delivery.answer
        if answer is not None:
            self._send_head(answer)
            whole = b"" if self.command == "HEAD" else answer.body
            self._send_body(whole[: int(len(whole) * delivery.share)], delivery.seconds, stopping)
        if answer is None or delivery.share < 1:
            self.close_connection = True
        if delivery.reset:
            # closing with a linger time of 0 sends RST instead of FIN
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _send_head(self, answer: Answer) -> None:
        self.send_response_only(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers:
            self.send_header(name, value)
        self.end_headers()

    def _send_body(self, body: bytes, seconds: float, stopping: threading.Event) -> None:
        step = max(1, -(-len(body) // _DRIBBLES)) if seconds else len(body) or 1
        for start in range(0, len(body), step):
            self.wfile.write(body[start : start + step])
            if seconds and stopping.wait(seconds / _DRIBBLES):
                return
