"""Massive's stream of the NQ future: every frame is a JSON array, of statuses or of trades, quotes and bars.

Faults on the route "stream": mute, silence, fin, rst.
"""

import json
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, Final

from app.domain.contract import Future
from app.domain.units import MINUTE, Ns, points
from app.sim import keys, massive_futures
from app.sim.faults import FaultKind, Faults
from app.sim.future_truth import FutureTruth
from app.sim.websocket import WebSocket

_TURN: Final = 0.05  # seconds between looks at the market
_MILLI: Final = 1_000_000
_TOPICS: Final = ("T", "Q", "AM")
_WELCOME: Final = {"ev": "status", "status": "auth_success", "message": "authenticated"}
_REFUSED: Final = {"ev": "status", "status": "auth_failed", "message": "authentication failed"}


class MassiveSocket:
    def __init__(
        self, truth: FutureTruth, now: Callable[[], Ns], faults: Faults, source: str, delay: Ns
    ) -> None:
        self._truth = truth
        self._now = now
        self._delay = delay
        self._faults = faults
        self._source = source
        self._topics: set[tuple[str, str]] = set()
        self._known = False
        self._mute_until = 0.0

    def serve(self, socket: WebSocket, stopping: threading.Event) -> None:
        """Until the client goes, its key is refused, the server stops or a fault ends it."""
        _send(socket, [_status("connected", "Connected Successfully")])
        until = self._shown()
        while not stopping.is_set():
            text = socket.receive(_TURN)
            if text is not None and not self._obey(socket, text):
                return
            if not self._goes_on(stopping):
                return
            now = self._shown()
            events = self._news(until, now)
            until = now
            if events and time.monotonic() >= self._mute_until:
                _send(socket, events)

    def _shown(self) -> Ns:
        return Ns(self._now() - self._delay)

    def _obey(self, socket: WebSocket, text: str) -> bool:
        try:
            said = json.loads(text)
            action, names = said["action"], str(said["params"])
        except (KeyError, TypeError, ValueError):
            _send(socket, [_status("error", "not understood")])
            return True
        if action == "auth":
            self._known = names == keys.MASSIVE
            answer = (
                ("auth_success", "authenticated") if self._known else ("auth_failed", "authentication failed")
            )
            _send(socket, [_status(*answer)])
        elif not self._known:
            _send(socket, [_status("auth_required", "authentication is required")])
        else:
            _send(socket, [self._changed(action, topic) for topic in names.split(",")])
        return self._known

    def _changed(self, action: str, topic: str) -> dict[str, Any]:
        kind, _, symbol = topic.partition(".")
        if kind not in _TOPICS or action not in ("subscribe", "unsubscribe"):
            return _status("error", f"{action} {topic} is not supported")
        (self._topics.add if action == "subscribe" else self._topics.discard)((kind, symbol))
        return _status("success", f"{action}d to: {topic}")

    def _goes_on(self, stopping: threading.Event) -> bool:
        fault = self._faults.take(self._source, "stream")
        if fault is None:
            return True
        lasting = 86_400.0 if fault.seconds is None else fault.seconds
        if fault.kind is FaultKind.MUTE:
            self._mute_until = time.monotonic() + lasting
        elif fault.kind is FaultKind.SILENCE:
            stopping.wait(lasting)
        else:
            return False
        return True

    def _news(self, start: Ns, until: Ns) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = []
        for future in self._truth.futures(until):
            wanted = {kind for kind, symbol in self._topics if symbol in (future.raw, "*")}
            if "T" in wanted:
                events += self._trades(future, start, until)
            if "Q" in wanted and until > start:
                events.append(self._quote(future, until))
            if "AM" in wanted:
                events += self._bars(future, start, until)
        return events

    def _trades(self, future: Future, start: Ns, until: Ns) -> Iterable[dict[str, Any]]:
        trades = self._truth.prints(future, start, until)
        columns = (
            trades.ts_event.tolist(),
            trades.price.tolist(),
            trades.size.tolist(),
            trades.sequence.tolist(),
        )
        for at, price, size, number in zip(*columns, strict=True):
            yield {
                "ev": "T",
                "sym": future.raw,
                "p": points(price),
                "s": size,
                "t": at // _MILLI,
                "q": number,
            }

    def _quote(self, future: Future, at: Ns) -> dict[str, Any]:
        quote, milli = self._truth.future(future, at), at // _MILLI
        return {
            "ev": "Q",
            "sym": future.raw,
            "bp": points(quote.bid),
            "bs": quote.bid_size,
            "bt": milli,
            "ap": points(quote.ask),
            "as": quote.ask_size,
            "at": milli,
            "t": milli,
        }

    def _bars(self, future: Future, start: Ns, until: Ns) -> Iterable[dict[str, Any]]:
        """Of the minutes that have ended in between."""
        first, end = Ns(start // MINUTE * MINUTE), Ns(until // MINUTE * MINUTE)
        for bar in massive_futures.bars(future, self._truth.prints(future, first, end), MINUTE):
            yield {
                "ev": "AM",
                "sym": future.raw,
                "v": bar["volume"],
                "dv": bar["dollar_volume"],
                "o": bar["open"],
                "c": bar["close"],
                "h": bar["high"],
                "l": bar["low"],
                "n": bar["transactions"],
                "s": bar["window_start"] // _MILLI,
                "e": (bar["window_start"] + MINUTE) // _MILLI,
            }


def _send(socket: WebSocket, events: list[dict[str, Any]]) -> None:
    socket.send(json.dumps(events))


def _status(status: str, message: str) -> dict[str, Any]:
    return {"ev": "status", "status": status, "message": message}
