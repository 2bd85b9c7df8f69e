"""What every simulated web service is: a server on loopback, a thread for each connection, faults on command.

A stopped service starts again on the port it had, so that a client finds it where it was.
"""

import socket
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import ClassVar, Final

from app.sim.door import LOOPBACK, Door
from app.sim.faults import Fault, FaultKind, Faults
from app.sim.http_wire import Answer, Delivery, Request, converse, html_answer, json_answer

_SLOW_BODY: Final = 2.0  # seconds, when the fault names none
_MUCH_TOO_LONG: Final = 86_400.0


class HttpSimulator(ABC):
    """A vendor adds its routes and its answers."""

    source: ClassVar[str]

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self.stopping = threading.Event()
        self._door = Door(self.source, self._converse, self.stopping)

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self._door.port}"

    @abstractmethod
    def route(self, request: Request) -> str:
        """The word by which faults name this request."""

    @abstractmethod
    def answer(self, request: Request, fault: Fault | None) -> Answer:
        """The vendor's answer; `fault` is what was taken for this request, if it concerns the content."""

    def refusal(self, status: int, fault: Fault) -> Answer:
        """The vendor's own words for an error status."""
        return json_answer({"error": {"message": f"simulated {status}"}}, status, retry_after(status, fault))

    def page_instead(self, fault: Fault) -> Answer:
        """The page that comes where data was due."""
        return html_answer("<!DOCTYPE html><html><body><h1>Simulated page, no data</h1></body></html>")

    def upgrade(self, request: Request, connection: socket.socket) -> None:
        """Holds a WebSocket conversation; a service that has none says so."""
        connection.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    def deliver(self, request: Request) -> Delivery:
        fault = self.faults.take(self.source, self.route(request))
        if fault is None:
            return Delivery(self.answer(request, None))
        if fault.kind in _REFUSALS:
            return Delivery(self.refusal(int(fault.kind.value), fault))
        if fault.kind in (FaultKind.HTML, FaultKind.BLOCK_PAGE):
            return Delivery(self.page_instead(fault))
        if fault.kind in _CUTS:
            return Delivery(None, reset=fault.kind is FaultKind.RST)
        if fault.kind is FaultKind.SILENCE:
            self.stopping.wait(_MUCH_TOO_LONG if fault.seconds is None else fault.seconds)
            return Delivery(None)
        if fault.kind is FaultKind.DELAY:
            self.stopping.wait(fault.seconds or 0.0)
        spoil = _SPOILERS.get(fault.kind)
        return (
            Delivery(self.answer(request, fault))
            if spoil is None
            else spoil(self.answer(request, None), fault)
        )

    def start(self) -> None:
        self._door.open()

    def stop(self) -> None:
        """Ends every conversation; after a second at most no thread and no socket is left."""
        self._door.shut()

    def _converse(self, connection: socket.socket) -> None:
        with suppress(OSError):  # the client went away, or we did
            converse(connection, self)


def retry_after(status: int, fault: Fault) -> tuple[tuple[str, str], ...]:
    return (("Retry-After", f"{fault.seconds:g}"),) if status == 429 and fault.seconds else ()


def _half(answer: Answer, fault: Fault) -> Delivery:
    return Delivery(answer, share=0.5)


def _slow(answer: Answer, fault: Fault) -> Delivery:
    return Delivery(answer, seconds=_SLOW_BODY if fault.seconds is None else fault.seconds)


def _truncated(answer: Answer, fault: Fault) -> Delivery:
    return Delivery(replace(answer, body=answer.body[: len(answer.body) // 2]))


def _garbage(answer: Answer, fault: Fault) -> Delivery:
    return Delivery(replace(answer, body=bytes(b ^ 0xA5 for b in answer.body)))


_REFUSALS: Final = frozenset(k for k in FaultKind if k.value.isdigit())
_CUTS: Final = frozenset({FaultKind.REFUSE, FaultKind.RST})
_SPOILERS: Final[dict[FaultKind, Callable[[Answer, Fault], Delivery]]] = {
    FaultKind.FIN: _half,
    FaultKind.HALF_BODY: _half,
    FaultKind.SLOW_BODY: _slow,
    FaultKind.TRUNCATED: _truncated,
    FaultKind.GARBAGE: _garbage,
}
