"""One socket to Tradovate: a thread that listens and beats every 2.5 seconds, requests with their replies.

Whoever opened it hears of each event, and of the end; nothing is tried again here.
"""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Any, Final
from urllib.parse import urlsplit

from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect

from app.domain.errors import (
    AuthFailed,
    BadPayload,
    NotEntitled,
    SourceError,
    Unavailable,
)
from app.sources.tradovate.account import Account, Tokens
from app.sources.tradovate.frames import BEAT, Frame, Kind, read_frame, request

_BEAT_S: Final = 2.5
_OPEN_S: Final = 5.0
# the machine may be busy, and so may be the vendor; a dead one is noticed in 15 s all the same
_REPLY_S: Final = 10.0
_CLOSE_S: Final = 0.4
_LARGEST: Final = 4_000_000
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
# the library writes every frame at DEBUG, tokens and all
_SILENT: Final = logging.Logger("silent", logging.CRITICAL + 1)
_OVER_LIMIT: Final = (423, 429)


class Line:
    """`hear` is called by the listening thread: with an event, or with any frame's arrival (None)."""

    def __init__(self, account: Account, hear: Callable[[dict[str, Any] | None], None]) -> None:
        self._account = account
        self._hear = hear
        self._until_closed = ExitStack()
        self._socket: ClientConnection | None = None
        self._thread: threading.Thread | None = None
        self._opened = threading.Event()
        self._replied = threading.Condition()
        self._replies: dict[int, dict[str, Any]] = {}
        self._waiting: set[int] = set()
        self._sent = 0
        self._closing = threading.Event()
        self.ended: SourceError | None = None

    def open(self) -> None:
        """Blocks until authorized, or raises SourceError; a refused token is renewed once."""
        tokens = self._account.tokens()
        self._dial()
        if not self._opened.wait(_OPEN_S):
            raise self.ended or Unavailable(f"Tradovate's socket said nothing for {_OPEN_S:.0f} s.")
        if self._authorize(tokens):
            return
        self._account.forget(tokens)
        if not self._authorize(self._account.tokens()):
            raise AuthFailed("Tradovate's market data refuses a login that Tradovate has just given.")

    def ask(self, endpoint: str, body: dict[str, Any] | str = "") -> dict[str, Any]:
        """The data of the reply. Raises SourceError for every other reply, and for none."""
        said = self._exchange(endpoint, body)
        status = said.get("s")
        if status in _OVER_LIMIT:
            raise self._account.over_limit()
        if status == 401:
            raise Unavailable("Tradovate's login is over.")
        data = said.get("d")
        words = data.get("errorText") if isinstance(data, dict) else None
        if words:
            raise NotEntitled(f"Tradovate refuses {endpoint}: “{words}”", words=str(words), everything=True)
        if status != 200:
            raise BadPayload(f"Tradovate does not take {endpoint} ({status}).")
        return data if isinstance(data, dict) else {}

    def close(self) -> None:
        """Never raises, takes at most a second, frees the socket and the thread."""
        self._closing.set()
        with suppress(OSError, WebSocketException):
            self._until_closed.close()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(_CLOSE_S)

    def _dial(self) -> None:
        url = self._account.stream
        try:
            dialled = connect(
                url,
                open_timeout=_OPEN_S,
                close_timeout=_CLOSE_S,
                ping_interval=None,
                max_size=_LARGEST,
                logger=_SILENT,
                # a proxy meant for the internet cannot reach a simulator on this machine
                proxy=None if urlsplit(url).hostname in _LOOPBACK else True,
            )
            self._socket = self._until_closed.enter_context(dialled)
        except InvalidStatus as e:
            raise self._refused(e.response.status_code) from e
        except (OSError, WebSocketException) as e:
            raise Unavailable("Tradovate's socket cannot be reached.", detail=repr(e)) from e
        self._thread = threading.Thread(target=self._listen, name="tradovate-line", daemon=True)
        self._thread.start()

    def _refused(self, status: int) -> SourceError:
        if status in _OVER_LIMIT:
            return self._account.over_limit()
        if status in (401, 403, 419):
            return AuthFailed(f"Tradovate's socket refuses the login (HTTP {status}).")
        return Unavailable(f"Tradovate's socket cannot be opened (HTTP {status}).")

    def _authorize(self, tokens: Tokens) -> bool:
        said = self._exchange("authorize", tokens.market_data)
        status = said.get("s")
        if status in _OVER_LIMIT:
            raise self._account.over_limit()
        return bool(status == 200)

    def _exchange(self, endpoint: str, body: dict[str, Any] | str) -> dict[str, Any]:
        with self._replied:
            self._sent += 1
            number = self._sent
            self._waiting.add(number)
        self._send(request(endpoint, number, body))
        with self._replied:
            self._replied.wait_for(lambda: number in self._replies or self.ended is not None, _REPLY_S)
            self._waiting.discard(number)
            said = self._replies.pop(number, None)
        if said is None:
            raise self.ended or Unavailable(f"Tradovate did not answer {endpoint} in {_REPLY_S:.0f} s.")
        return said

    def _send(self, text: str) -> None:
        if self._socket is None:
            raise Unavailable("Tradovate's socket is closed.")
        try:
            self._socket.send(text)
        except (OSError, WebSocketException) as e:
            raise self.ended or Unavailable("Tradovate's socket is closed.", detail=repr(e)) from e

    def _listen(self) -> None:
        beat = time.monotonic() + _BEAT_S
        try:
            while not self._closing.is_set():
                self._turn(max(0.0, beat - time.monotonic()))
                if time.monotonic() >= beat:
                    beat = time.monotonic() + _BEAT_S
                    self._send(BEAT)
                    self._renew()
        except SourceError as e:
            self._end(e)
        finally:
            # whatever ended it: nobody must wait for a line that no longer listens
            self._end(Unavailable("Tradovate's socket was closed."))

    def _turn(self, within: float) -> None:
        if self._socket is None:
            return
        try:
            text = self._socket.recv(timeout=within)
        except TimeoutError:
            return
        except (OSError, WebSocketException) as e:
            raise Unavailable("Tradovate's socket was cut.", detail=repr(e)) from e
        frame = read_frame(text if isinstance(text, str) else text.decode("utf-8", "replace"))
        self._hear(None)
        self._take(frame)

    def _take(self, frame: Frame) -> None:
        if frame.kind is Kind.OPEN:
            self._opened.set()
        elif frame.kind is Kind.CLOSE:
            raise Unavailable(f"Tradovate closed the connection: {frame.reason}.")
        for message in frame.messages:
            if "e" in message:
                self._hear(message)
            elif message.get("s") in _OVER_LIMIT and message.get("i") not in self._waiting:
                raise self._account.over_limit()
            elif isinstance(message.get("i"), int):
                with self._replied:
                    self._replies[message["i"]] = message
                    self._replied.notify_all()

    def _end(self, why: SourceError) -> None:
        with self._replied:
            self.ended = self.ended or why
            self._opened.set()
            self._replied.notify_all()

    def _renew(self) -> None:
        """Beside the listening, which must not wait for it."""
        if self._account.is_due():
            threading.Thread(target=self._account.renew, name="tradovate-renew", daemon=True).start()
