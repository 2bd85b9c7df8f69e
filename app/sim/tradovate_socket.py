"""One Tradovate market-data socket: frames o, h, a and c, subscriptions, and quotes as the market trades.

Messages of the client are `endpoint`, `id`, `query` and body in four lines.
"""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from app.domain.contract import Future
from app.domain.units import MINUTE, Ns, ns_from_iso
from app.sim.faults import FaultKind, Faults
from app.sim.future_truth import Depth, FutureTruth
from app.sim.tradovate_entities import bars, contract_id, dom, full_entries, quote_event, trade_events
from app.sim.tradovate_login import Logins
from app.sim.websocket import WebSocket

HEARTBEAT: Final = 2.5
_TURN: Final = 0.05  # seconds between looks at the market
_DEPTH_EVERY: Final = 0.2
_PATIENCE: Final = 15.0  # without a word of the client, not even its heartbeat
_MOST_BARS: Final = 500
_UNKNOWN_SYMBOL: Final = {"errorText": "Symbol is inaccessible", "errorCode": "UnknownSymbol", "mode": "None"}

Reply = tuple[int, dict[str, Any]]


@dataclass(slots=True)
class _Watched:
    """A subscribed contract: what was last said about it, and up to when its trades have been sent."""

    future: Future
    until: Ns
    quotes: bool = False
    dom: bool = False
    volume: int = 0
    last: dict[str, Any] = field(default_factory=dict)
    depth: Depth | None = None
    looked_at: float = 0.0


class MarketDataSocket:
    def __init__(
        self,
        truth: FutureTruth,
        now: Callable[[], Ns],
        logins: Logins,
        faults: Faults,
        source: str,
        heartbeat: float = HEARTBEAT,
    ) -> None:
        self._truth = truth
        self._now = now
        self._logins = logins
        self._faults = faults
        self._source = source
        self._heartbeat = heartbeat
        self._authorized = False
        self._watched: dict[int, _Watched] = {}
        self._charts = 0
        self._mute_until = 0.0
        self._requests: dict[str, Callable[[dict[str, Any]], Reply]] = {
            "md/subscribeQuote": self._subscribe_quote,
            "md/unsubscribeQuote": self._unsubscribe_quote,
            "md/subscribeDOM": self._subscribe_dom,
            "md/unsubscribeDOM": self._unsubscribe_dom,
            "md/getChart": self._get_chart,
            "md/cancelChart": lambda body: (200, {}),
        }
        self._after_reply: list[dict[str, Any]] = []

    def serve(self, socket: WebSocket, stopping: threading.Event, evicted: threading.Event) -> None:
        """Until the client goes, the server stops, a newer connection takes the place or a fault ends it."""
        socket.send("o")
        beat = heard = time.monotonic()
        while not stopping.is_set() and not evicted.is_set() and time.monotonic() < heard + _PATIENCE:
            if (text := socket.receive(_TURN)) is not None:
                heard = time.monotonic()
                self._answer(socket, text)
            if not self._go_on(socket, stopping):
                return
            if time.monotonic() >= beat + self._heartbeat:
                beat = time.monotonic()
                socket.send("h")
            events = self._news()
            if events and time.monotonic() >= self._mute_until:
                socket.send("a" + json.dumps(events))
        socket.send('c[1000,"Normal closure"]')

    def _go_on(self, socket: WebSocket, stopping: threading.Event) -> bool:
        fault = self._faults.take(self._source, "stream")
        if fault is None:
            return True
        lasting = 86_400.0 if fault.seconds is None else fault.seconds
        if fault.kind is FaultKind.MUTE:
            self._mute_until = time.monotonic() + lasting
            return True
        if fault.kind is FaultKind.SILENCE:
            stopping.wait(lasting)
            return True
        if fault.kind is FaultKind.GARBAGE:
            socket.send("a[{")
            return True
        if fault.kind is FaultKind.EXPIRE_LOGIN:
            self._logins.expire_all()
        if fault.kind in (FaultKind.FIN, FaultKind.EXPIRE_LOGIN):
            socket.send('c[3000,"Go away!"]')
        return False

    def _answer(self, socket: WebSocket, text: str) -> None:
        if text == "[]":
            return
        endpoint, number, _, body = (*text.split("\n", 3), "", "", "")[:4]
        status, said = self._reply(endpoint, body)
        message: dict[str, Any] = {"s": status, "i": int(number) if number.isdigit() else 0}
        if endpoint != "authorize" and status == 200:
            message["d"] = said
        socket.send("a" + json.dumps([message, *self._after_reply]))
        self._after_reply = []

    def _reply(self, endpoint: str, body: str) -> Reply:
        fault = self._faults.take(self._source, "request")
        if fault is not None and fault.kind is FaultKind.RATE_LIMITED:
            return 429, {}
        if fault is not None and fault.kind is FaultKind.INACCESSIBLE:
            return 200, _UNKNOWN_SYMBOL
        if endpoint == "authorize":
            self._authorized = self._logins.is_market_data(body.strip())
            return (200 if self._authorized else 401), {}
        if not self._authorized:
            return 401, {}
        try:
            said = json.loads(body or "{}")
        except ValueError:
            return 400, {}
        handle = self._requests.get(endpoint)
        if handle is None:
            return 404, {}
        try:
            return handle(said)
        except (AttributeError, TypeError, ValueError):  # not of the form that the request has
            return 400, {}

    def _watch(self, body: dict[str, Any]) -> _Watched | None:
        now = self._now()
        known = {f.raw: f for f in self._truth.futures(now)} | {
            str(contract_id(f)): f for f in self._truth.futures(now)
        }
        future = known.get(str(body.get("symbol")))
        if future is None:
            return None
        return self._watched.setdefault(contract_id(future), _Watched(future, now))

    def _subscribe_quote(self, body: dict[str, Any]) -> Reply:
        watched = self._watch(body)
        if watched is None:
            return 200, _UNKNOWN_SYMBOL
        quote = self._truth.future(watched.future, watched.until)
        watched.quotes, watched.volume = True, quote.session.volume
        entries = full_entries(quote, 1)
        watched.last = {name: entries[name] for name in ("Bid", "Offer")}
        event = quote_event(watched.future, watched.until, entries)
        self._after_reply.append({"e": "md", "d": {"quotes": [event]}})
        return 200, {}

    def _unsubscribe_quote(self, body: dict[str, Any]) -> Reply:
        if watched := self._watch(body):
            watched.quotes = False
        return 200, {}

    def _subscribe_dom(self, body: dict[str, Any]) -> Reply:
        watched = self._watch(body)
        if watched is None:
            return 200, _UNKNOWN_SYMBOL
        watched.dom, watched.depth, watched.looked_at = True, None, 0.0
        return 200, {}

    def _unsubscribe_dom(self, body: dict[str, Any]) -> Reply:
        if watched := self._watch(body):
            watched.dom = False
        return 200, {}

    def _get_chart(self, body: dict[str, Any]) -> Reply:
        watched, described = self._watch(body), body.get("chartDescription", {})
        if watched is None or described.get("underlyingType") != "MinuteBar":
            return 200, _UNKNOWN_SYMBOL
        wanted = body.get("timeRange", {})
        until = ns_from_iso(wanted["closestTimestamp"]) if "closestTimestamp" in wanted else self._now()
        minutes = max(1, int(described.get("elementSize", 1)))
        count = min(int(wanted.get("asMuchAsElements", 100)), _MOST_BARS)
        history = bars(
            self._truth.prints(watched.future, Ns(until - count * minutes * MINUTE), until), minutes
        )
        self._charts += 2
        name = self._charts
        day = int(history[-1]["timestamp"][:10].replace("-", "")) if history else 0
        for charts in ({"id": name, "td": day, "bars": history[-count:]}, {"id": name, "eoh": True}):
            self._after_reply.append({"e": "chart", "d": {"charts": [charts]}})
        return 200, {"historicalId": name, "realtimeId": name + 1}

    def _news(self) -> list[dict[str, Any]]:
        now = self._now()
        events = []
        for watched in self._watched.values():
            quotes = self._quotes(watched, now) if watched.quotes else []
            if quotes:
                events.append({"e": "md", "d": {"quotes": quotes}})
            if watched.dom and now > watched.until and (book := self._changed_book(watched, now)):
                events.append({"e": "md", "d": {"doms": [book]}})
            watched.until = now
        return events

    def _changed_book(self, watched: _Watched, now: Ns) -> dict[str, Any] | None:
        """What came to nothing between two looks is not told. A look costs two milliseconds."""
        if time.monotonic() < watched.looked_at + _DEPTH_EVERY:
            return None
        watched.looked_at = time.monotonic()
        depth = self._truth.depth(watched.future, now)
        if depth == watched.depth:
            return None
        watched.depth = depth
        return dom(watched.future, now, depth)

    def _quotes(self, watched: _Watched, now: Ns) -> list[dict[str, Any]]:
        trades = self._truth.prints(watched.future, watched.until, now)
        events = trade_events(watched.future, trades, watched.volume)
        watched.volume += int(trades.size.sum())
        entries = full_entries(self._truth.future(watched.future, now), 1)
        changed = {name: entries[name] for name, before in watched.last.items() if entries[name] != before}
        if changed:
            watched.last |= changed
            events.append(quote_event(watched.future, now, changed))
        return events
