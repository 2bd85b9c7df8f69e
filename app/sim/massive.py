"""Massive: option snapshots of NDX and QQQ as proxies, NQ futures bars and quotes; no NQ options, as in fact.

Routes for faults: "options", "futures", "reference", "indices", "stream".
"""

import socket
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final
from urllib.parse import quote

from app.domain.session import Calendar
from app.domain.units import MINUTE, Ns
from app.sim import keys
from app.sim.chain_truth import ChainTruth
from app.sim.faults import Fault, FaultKind, Faults
from app.sim.future_truth import FutureTruth
from app.sim.http import HttpSimulator, retry_after
from app.sim.http_wire import Answer, Request, json_answer
from app.sim.massive_answers import DELAY, Answers, NotFoundError, Results
from app.sim.massive_options import Plan
from app.sim.massive_paging import BadQueryError, asked_for
from app.sim.massive_socket import MassiveSocket
from app.sim.websocket import HungUpError, WebSocket

_GROUPS: Final = {
    "/v3/snapshot/options": "options",
    "/v3/reference/options/contracts": "reference",
    "/v3/snapshot/indices": "indices",
    "/futures/v1": "futures",
    "/futures/vX": "futures",
}
_UPGRADE: Final = "You are not entitled to this data. Please upgrade your plan."
_WHY: Final = {
    401: "Unknown API Key",
    429: "You've exceeded the maximum requests per minute, please wait or upgrade your subscription.",
}


class Massive(HttpSimulator):
    """`calls_a_minute` switches the limit of the free plan on."""

    source = "massive"

    def __init__(
        self,
        futures: FutureTruth,
        chains: ChainTruth,
        now: Callable[[], Ns],
        faults: Faults,
        *,
        plan: Plan | None = None,
        calls_a_minute: int | None = None,
        calendar: Calendar | None = None,
    ) -> None:
        super().__init__(faults)
        self.plan = plan or Plan()
        self.calls_a_minute = calls_a_minute
        self._futures = futures
        self._now = now
        self._answers = Answers(futures, chains, now, self.plan, calendar or Calendar())
        self._calls: list[Ns] = []
        self._requests = 0

    def route(self, request: Request) -> str:
        return _group(request.path)[0]

    def refusal(self, status: int, fault: Fault) -> Answer:
        return self._refused(status, retry_after(status, fault))

    def answer(self, request: Request, fault: Fault | None) -> Answer:
        self._requests += 1
        key = request.headers.get("authorization", "").removeprefix("Bearer ") or request.query.get("apiKey")
        if not key:
            return self._error(401, "API Key was not provided")
        if key != keys.MASSIVE:
            return self._refused(401)
        if self._too_many():
            return self._refused(429)
        group, names = _group(request.path)
        kind = None if fault is None else fault.kind
        if kind is FaultKind.NO_ENTITLEMENT or not getattr(self.plan, group, True):
            return self._refused(403)
        if kind is FaultKind.EMPTY:
            return self._found(request, Results([]))
        try:
            return self._found(request, self._answers.of(group, names, asked_for(request.query)))
        except BadQueryError as unclear:
            return self._error(400, str(unclear))
        except NotFoundError as missing:
            return self._error(404, str(missing))

    def upgrade(self, request: Request, connection: socket.socket) -> None:
        delay = DELAY if self.plan.delayed else Ns(0)
        stream = MassiveSocket(self._futures, self._now, self.faults, self.source, delay)
        with suppress(HungUpError), WebSocket(request, connection) as opened:
            stream.serve(opened, self.stopping)

    def _too_many(self) -> bool:
        now = self._now()
        self._calls = [*(at for at in self._calls if at > now - MINUTE), now]
        return self.calls_a_minute is not None and len(self._calls) > self.calls_a_minute

    def _found(self, request: Request, results: Results) -> Answer:
        said = {"status": "OK", "request_id": self._request_id(), "results": results.found}
        if results.cursor is not None:
            said["next_url"] = f"{self.address}{request.path}?cursor={quote(results.cursor)}"
        return json_answer(said)

    def _refused(self, status: int, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
        if status == 403:
            said = {"status": "NOT_AUTHORIZED", "request_id": self._request_id(), "message": _UPGRADE}
            return json_answer(said, 403)
        return self._error(status, _WHY.get(status, f"simulated {status}"), headers)

    def _error(self, status: int, text: str, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
        said: dict[str, Any] = {"status": "ERROR", "request_id": self._request_id(), "error": text}
        return json_answer(said, status, headers)

    def _request_id(self) -> str:
        return f"{self._requests:032x}"


def _group(path: str) -> tuple[str, list[str]]:
    """The endpoint group, and the parts of the path behind it."""
    for start, group in _GROUPS.items():
        if path == start or path.startswith(f"{start}/"):
            return group, [part for part in path[len(start) :].split("/") if part]
    return "other", []
