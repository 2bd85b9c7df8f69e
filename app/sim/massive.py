"""Massive: option snapshots of the NDX as a proxy, NQ futures bars and quotes; no NQ options, as in reality.

Routes for faults: "options", "futures", "reference", "indices".
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final
from urllib.parse import quote

from app.domain.session import NEW_YORK
from app.domain.units import HOUR, MINUTE, Ns, moment
from app.sim import keys, massive_futures, massive_options
from app.sim.chain_truth import ChainTruth
from app.sim.faults import Fault, FaultKind, Faults
from app.sim.future_truth import FutureTruth
from app.sim.http import HttpSimulator, retry_after
from app.sim.http_wire import Answer, Request, json_answer
from app.sim.massive_options import Plan, ProxyContract
from app.sim.massive_paging import BadQueryError, asked_for, page, within

_DELAY: Final = Ns(15 * MINUTE)
_UNDERLYING: Final = "NDX"
_EXPIRIES: Final = 6
_OLDEST_BARS: Final = Ns(6 * HOUR)
_GROUPS: Final = {
    "/v3/snapshot/options": "options",
    "/v3/reference/options": "reference",
    "/v3/snapshot/indices": "indices",
    "/futures/v1": "futures",
    "/futures/vX": "futures",
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
        plan: Plan = Plan(),  # noqa: B008 - a frozen value
        calls_a_minute: int | None = None,
    ) -> None:
        super().__init__(faults)
        self.plan = plan
        self.calls_a_minute = calls_a_minute
        self._futures = futures
        self._chains = chains
        self._now = now
        self._calls: list[Ns] = []
        self._requests = 0

    def route(self, request: Request) -> str:
        return next((group for start, group in _GROUPS.items() if request.path.startswith(start)), "other")

    def refusal(self, status: int, fault: Fault) -> Answer:
        return self._refused(status, retry_after(status, fault))

    def answer(self, request: Request, fault: Fault | None) -> Answer:
        self._requests += 1
        key = request.headers.get("authorization", "").removeprefix("Bearer ") or request.query.get("apiKey")
        if not key:
            return self._error(401, "API Key was not provided")
        if key != keys.MASSIVE:
            return self._error(401, "Unknown API Key")
        if self._too_many():
            return self._refused(429)
        group = self.route(request)
        no_entitlement = fault is not None and fault.kind is FaultKind.NO_ENTITLEMENT
        if no_entitlement or not getattr(self.plan, group, True):
            return self._refused(403)
        try:
            return self._answered(group, request, empty=fault is not None and fault.kind is FaultKind.EMPTY)
        except BadQueryError as unclear:
            return self._error(400, str(unclear))

    def _answered(self, group: str, request: Request, *, empty: bool) -> Answer:
        query = asked_for(request.query)
        parts = [part for part in request.path.split("/") if part]
        if group == "options":
            return self._option_chain(request, query, parts[3:], empty=empty)
        if group == "reference":
            return self._references(request, query, parts[4:])
        if group == "futures":
            return self._future(request, query, parts[2:])
        if group == "indices":
            return self._results([self._index(query)])
        return self._error(404, "page not found")

    def _option_chain(
        self, request: Request, query: dict[str, str], names: Sequence[str], *, empty: bool
    ) -> Answer:
        at, listed = self._shown(), self._listed()
        if not names or names[0] != _UNDERLYING or empty:
            return self._results([])
        index = self._futures.index(at)
        if len(names) > 1:
            found = [c for c in listed if c.ticker == names[1]]
            one = massive_options.snapshots(found, index, at, self.plan)
            return self._results(one[0]) if one else self._error(404, "Options contract not found")
        rows, cursor = page(_wanted(listed, query), query, usual=10, most=250)
        return self._results(massive_options.snapshots(rows, index, at, self.plan), request, cursor)

    def _references(self, request: Request, query: dict[str, str], names: Sequence[str]) -> Answer:
        listed = self._listed()
        if names:
            found = next((c for c in listed if c.ticker == names[0]), None)
            if found is None:
                return self._error(404, "Options contract not found")
            return self._results(massive_options.reference(found))
        if query.get("underlying_ticker", _UNDERLYING) != _UNDERLYING:
            return self._results([])
        rows, cursor = page(_wanted(listed, query), query, usual=10, most=1_000)
        return self._results([massive_options.reference(c) for c in rows], request, cursor)

    def _future(self, request: Request, query: dict[str, str], names: Sequence[str]) -> Answer:
        at = self._shown()
        futures, today = self._futures.futures(at), _new_york_day(at)
        match names:
            case ["contracts"]:
                rows: list[Any] = [massive_futures.contract(f, today) for f in futures]
                rows = [r for r in rows if query.get("product_code", "NQ") == "NQ"]
                rows = [r for r in rows if query.get("ticker", r["ticker"]) == r["ticker"]]
            case ["products"]:
                rows = [massive_futures.product(today)]
            case ["snapshot"]:
                wanted = query.get("ticker", query.get("ticker.any_of", "")).split(",")
                shown = [f for f in futures if wanted == [""] or f.raw in wanted]
                rows = [
                    massive_futures.snapshot(self._futures.future(f, at), at, self.plan.timeframe)
                    for f in shown
                ]
            case ["aggs", ticker]:
                rows = self._bars(ticker, query)
            case _:
                return self._error(404, "page not found")
        cut, cursor = page(rows, query, usual=100, most=50_000)
        return self._results(cut, request, cursor)

    def _bars(self, ticker: str, query: dict[str, str]) -> list[Any]:
        at = self._shown()
        future = massive_futures.known(ticker, self._futures.futures(at))
        step = massive_futures.RESOLUTIONS.get(query.get("resolution", "1min"))
        if future is None or step is None:
            return []
        inside = within(query, "window_start", int)
        bounds = [int(v) for name, v in query.items() if name in ("window_start.gte", "window_start.gt")]
        start = Ns(max([at - _OLDEST_BARS, *bounds]) // step * step)
        trades = self._futures.prints(future, start, at)
        rows = [
            bar
            for bar in massive_futures.bars(future, trades, step, _new_york_day(at))
            if inside(bar["window_start"])
        ]
        return rows if query.get("sort", "").endswith("asc") else rows[::-1]

    def _index(self, query: dict[str, str]) -> dict[str, Any]:
        at = self._shown()
        return {
            "ticker": query.get("ticker.any_of", query.get("ticker", "I:NDX")),
            "name": "Nasdaq 100",
            "type": "indices",
            "market_status": "open",
            "value": round(self._futures.index(at), 2),
            "last_updated": at,
            "timeframe": self.plan.timeframe,
        }

    def _shown(self) -> Ns:
        return Ns(self._now() - _DELAY) if self.plan.delayed else self._now()

    def _listed(self) -> list[ProxyContract]:
        at = self._shown()
        days = sorted({listed.expiry for listed in self._chains.listed(at)})[:_EXPIRIES]
        return massive_options.contracts_listed(_UNDERLYING, self._futures.index(at), days)

    def _too_many(self) -> bool:
        now = self._now()
        self._calls = [*(at for at in self._calls if at > now - MINUTE), now]
        return self.calls_a_minute is not None and len(self._calls) > self.calls_a_minute

    def _refused(self, status: int, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
        if status == 403:
            text = "You are not entitled to this data. Please upgrade your plan."
            said = {"status": "NOT_AUTHORIZED", "request_id": self._request_id(), "message": text}
            return json_answer(said, 403)
        text = {
            401: "Unknown API Key",
            429: "You've exceeded the maximum requests per minute, please wait or upgrade your subscription.",
        }.get(status, f"simulated {status}")
        return self._error(status, text, headers)

    def _error(self, status: int, text: str, headers: tuple[tuple[str, str], ...] = ()) -> Answer:
        said = {"status": "ERROR", "request_id": self._request_id(), "error": text}
        return json_answer(said, status, headers)

    def _results(self, results: Any, request: Request | None = None, cursor: str | None = None) -> Answer:
        said = {"status": "OK", "request_id": self._request_id(), "results": results}
        if request is not None and cursor is not None:
            said["next_url"] = f"{self.address}{request.path}?cursor={quote(cursor)}"
        return json_answer(said)

    def _request_id(self) -> str:
        return f"{self._requests:032x}"


def _wanted(listed: Sequence[ProxyContract], query: dict[str, str]) -> list[ProxyContract]:
    expiry = within(query, "expiration_date", date.fromisoformat)
    strike = within(query, "strike_price", float)
    kind = query.get("contract_type")
    found = [c for c in listed if expiry(c.expiry) and strike(c.strike) and kind in (None, c.kind)]
    order = {
        "expiration_date": lambda c: (c.expiry, c.ticker),
        "strike_price": lambda c: (c.strike, c.ticker),
    }
    return sorted(
        found,
        key=order.get(query.get("sort", ""), lambda c: (c.ticker, 0)),
        reverse=query.get("order") == "desc",
    )


def _new_york_day(at: Ns) -> date:
    return moment(at).astimezone(NEW_YORK).date()
