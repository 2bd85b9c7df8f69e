"""Tradovate: login and look-ups over REST, quotes of the NQ future over its socket; futures only, no options.

Routes for faults: "login", "renew", "rest", "socket" for a new connection, "request" and "stream" on one.
"""

import socket
import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from app.domain.contract import Future
from app.domain.units import Ns
from app.sim.faults import Fault, FaultKind, Faults
from app.sim.future_truth import FutureTruth
from app.sim.http import HttpSimulator
from app.sim.http_wire import Answer, Request, json_answer
from app.sim.tradovate_entities import contract, contract_id, product
from app.sim.tradovate_login import Logins
from app.sim.tradovate_socket import HEARTBEAT, MarketDataSocket
from app.sim.websocket import HungUpError, WebSocket


class Tradovate(HttpSimulator):
    """`most_connections` is the number of sockets kept; one more closes the oldest."""

    source = "tradovate"

    def __init__(
        self,
        truth: FutureTruth,
        now: Callable[[], Ns],
        faults: Faults,
        *,
        most_connections: int = 50,
        heartbeat: float = HEARTBEAT,
    ) -> None:
        super().__init__(faults)
        self.logins = Logins(now)
        self._truth = truth
        self._now = now
        self._most = most_connections
        self._heartbeat = heartbeat
        self._sockets: deque[threading.Event] = deque()

    def route(self, request: Request) -> str:
        path = _endpoint(request)
        return {"auth/accesstokenrequest": "login", "auth/renewaccesstoken": "renew"}.get(path, "rest")

    def refusal(self, status: int, fault: Fault) -> Answer:
        """Over the limit comes without a body."""
        if status in (423, 429):
            return Answer(status)
        return json_answer({"errorText": f"simulated {status}"}, status)

    def answer(self, request: Request, fault: Fault | None) -> Answer:
        endpoint = _endpoint(request)
        if fault is not None and fault.kind is FaultKind.EXPIRE_LOGIN:
            self.logins.expire_all()
        if endpoint == "auth/accesstokenrequest":
            return json_answer(self.logins.request(request.json(), fault))
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if endpoint == "auth/renewaccesstoken":
            renewed = self.logins.renew(token)
            return _unauthorized() if renewed is None else json_answer(renewed)
        if not self.logins.is_access(token):
            return _unauthorized()
        return self._look_up(endpoint, request.query)

    def upgrade(self, request: Request, connection: socket.socket) -> None:
        fault = self.faults.take(self.source, "socket")
        if fault is not None:
            if fault.kind.value.isdigit():
                status = f"HTTP/1.1 {fault.kind.value} Simulated\r\nContent-Length: 0\r\n\r\n"
                connection.sendall(status.encode())
            return
        evicted = threading.Event()
        self._sockets.append(evicted)
        while len(self._sockets) > self._most:
            self._sockets.popleft().set()
        data = MarketDataSocket(
            self._truth, self._now, self.logins, self.faults, self.source, self._heartbeat
        )
        try:
            with WebSocket(request, connection) as opened:
                data.serve(opened, self.stopping, evicted)
        except HungUpError:
            return
        finally:
            if evicted in self._sockets:
                self._sockets.remove(evicted)

    def close_all(self) -> None:
        """Every socket that is open now; those that come later are let in."""
        for evicted in tuple(self._sockets):
            evicted.set()

    def _look_up(self, endpoint: str, query: Any) -> Answer:
        futures = {f.raw: f for f in self._truth.futures(self._now())}
        if endpoint == "contract/find":
            return _one(futures.get(query.get("name", "")))
        if endpoint == "contract/item":
            return _one(next((f for f in futures.values() if str(contract_id(f)) == query.get("id")), None))
        if endpoint == "contract/suggest":
            found = [contract(f) for name, f in futures.items() if name.startswith(query.get("t", ""))]
            return json_answer(found[:5])
        if endpoint == "product/find":
            return json_answer(product()) if query.get("name") == "NQ" else _not_found()
        if endpoint == "product/list":
            return json_answer([product()])
        return _not_found()


def _endpoint(request: Request) -> str:
    return request.path.removeprefix("/v1").strip("/").lower()


def _one(future: Future | None) -> Answer:
    return _not_found() if future is None else json_answer(contract(future))


def _not_found() -> Answer:
    return json_answer({"errorText": "Not found"}, 404)


def _unauthorized() -> Answer:
    return json_answer({"errorText": "Access is denied"}, 401)
