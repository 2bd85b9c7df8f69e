"""What Massive answers to who may ask: chains, references, futures and the index, as results and cursors."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from app.domain.session import NEW_YORK, Calendar
from app.domain.units import HOUR, MINUTE, Ns, moment
from app.sim import massive_futures, massive_options
from app.sim.chain_truth import ChainTruth
from app.sim.future_truth import FutureTruth
from app.sim.massive_options import PROXIES, Plan, Proxy, ProxyContract
from app.sim.massive_paging import page, within

DELAY: Final = Ns(15 * MINUTE)
_EXPIRIES: Final = 6
_OLDEST_BARS: Final = Ns(6 * HOUR)

Query = Mapping[str, str]


class NotFoundError(Exception):
    """There is no such thing; the sentence says which."""


@dataclass(frozen=True, slots=True)
class Results:
    found: Any
    cursor: str | None = None


class Answers:
    def __init__(
        self, futures: FutureTruth, chains: ChainTruth, now: Callable[[], Ns], plan: Plan, calendar: Calendar
    ) -> None:
        self._futures = futures
        self._chains = chains
        self._now = now
        self._plan = plan
        self._calendar = calendar

    def shown(self) -> Ns:
        """The moment that this plan may see."""
        return Ns(self._now() - DELAY) if self._plan.delayed else self._now()

    def of(self, group: str, names: Sequence[str], query: Query) -> Results:
        """`names` are the parts of the path behind the group's own."""
        match group, names:
            case "options", [underlying, *rest]:
                return self._chain(underlying, rest, query)
            case "reference", _:
                return self._references(names, query)
            case "futures", ["aggs", ticker]:
                return Results(*page(self._bars(ticker, query), query, usual=100, most=50_000))
            case "futures", [kind]:
                return Results(*page(self._future_list(kind, query), query, usual=100, most=1_000))
            case "indices", []:
                return Results([self._index(query)])
        raise NotFoundError("page not found")

    def _chain(self, underlying: str, rest: Sequence[str], query: Query) -> Results:
        proxy = PROXIES.get(underlying)
        if proxy is None:
            return Results([])
        at = self.shown()
        price = proxy.price(self._futures.index(at))
        if rest:
            return Results(massive_options.snapshots([self._one(rest[0])], price, at, self._plan)[0])
        rows, cursor = page(_wanted(self._listed(proxy), query), query, usual=10, most=250)
        return Results(massive_options.snapshots(rows, price, at, self._plan), cursor)

    def _references(self, names: Sequence[str], query: Query) -> Results:
        if names:
            return Results(massive_options.reference(self._one(names[0])))
        asked = query.get("underlying_ticker")
        proxies = [proxy for proxy in PROXIES.values() if asked in (None, proxy.name)]
        listed = [contract for proxy in proxies for contract in self._listed(proxy)]
        rows, cursor = page(_wanted(listed, query), query, usual=10, most=1_000)
        return Results([massive_options.reference(contract) for contract in rows], cursor)

    def _future_list(self, kind: str, query: Query) -> list[Any]:
        at = self.shown()
        futures, today = self._futures.futures(at), moment(at).astimezone(NEW_YORK).date()
        if query.get("product_code", "NQ") != "NQ":
            return []
        asked = query.get("ticker", query.get("ticker.any_of", ""))
        wanted = [f for f in futures if not asked or f.raw in asked.split(",")]
        if kind == "contracts":
            return [massive_futures.contract(f, today) for f in wanted]
        if kind == "products":
            return [massive_futures.product(today)]
        if kind == "snapshot":
            quotes = (self._futures.future(f, at) for f in wanted)
            return [massive_futures.snapshot(quote, at, self._plan.timeframe) for quote in quotes]
        raise NotFoundError("page not found")

    def _bars(self, ticker: str, query: Query) -> list[Any]:
        """Newest first unless asked otherwise; at most six hours back."""
        at = self.shown()
        future = next((f for f in self._futures.futures(at) if f.raw == ticker), None)
        step = massive_futures.RESOLUTIONS.get(query.get("resolution", "1min"))
        if future is None or step is None:
            return []
        inside = within(query, "window_start", int)
        bounds = [int(v) for name, v in query.items() if name in ("window_start.gte", "window_start.gt")]
        start = Ns(max([at - _OLDEST_BARS, *bounds]) // step * step)
        day = {"session_end_date": self._calendar.trading_day(at).isoformat()}
        every = massive_futures.bars(future, self._futures.prints(future, start, at), step)
        rows = [{**bar, **day} for bar in every if inside(bar["window_start"])]
        return rows if query.get("sort", "").endswith("asc") else rows[::-1]

    def _index(self, query: Query) -> dict[str, Any]:
        at = self.shown()
        return {
            "ticker": query.get("ticker.any_of", query.get("ticker", "I:NDX")),
            "name": "Nasdaq 100",
            "type": "indices",
            "market_status": "open" if self._calendar.at(at).state.is_open else "closed",
            "value": round(self._futures.index(at), 2),
            "last_updated": at,
            "timeframe": self._plan.timeframe,
        }

    def _one(self, ticker: str) -> ProxyContract:
        every = (contract for proxy in PROXIES.values() for contract in self._listed(proxy))
        found = next((contract for contract in every if contract.ticker == ticker), None)
        if found is None:
            raise NotFoundError("Options contract not found")
        return found

    def _listed(self, proxy: Proxy) -> list[ProxyContract]:
        at = self.shown()
        days = sorted({listed.expiry for listed in self._chains.listed(at)})[:_EXPIRIES]
        return massive_options.contracts_listed(proxy, proxy.price(self._futures.index(at)), days)


def _wanted(listed: Sequence[ProxyContract], query: Query) -> list[ProxyContract]:
    expiry = within(query, "expiration_date", date.fromisoformat)
    strike = within(query, "strike_price", float)
    kind = query.get("contract_type")
    found = [c for c in listed if expiry(c.expiry) and strike(c.strike) and kind in (None, c.kind)]
    by = query.get("sort")
    return sorted(found, key=lambda c: _place(c, by), reverse=query.get("order") == "desc")


def _place(contract: ProxyContract, by: str | None) -> tuple[Any, str]:
    first = {"expiration_date": contract.expiry, "strike_price": contract.strike}
    return first.get(by or "", contract.ticker), contract.ticker
