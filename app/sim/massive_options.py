"""Massive's option chains on the Nasdaq 100 index and on its fund: proxies, priced from the same index.

Contracts deep in the money come without greeks, many without a trade, a few without a quote.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

import numpy as np

from app.domain import black76
from app.domain.session import NEW_YORK
from app.domain.units import DAY, SECOND, Ns, ns
from app.sim import premium
from app.sim.chance import chance

CALL: Final = "call"
PUT: Final = "put"
OTHER: Final = "other"
_SHARES: Final = 100
_REACH: Final = 0.08  # of the underlying, to either side
_MOOD: Final = 1.0
_DEEP: Final = 0.05  # in the money, as a share of the underlying
_CLOSE: Final = time(16)


@dataclass(frozen=True, slots=True)
class Proxy:
    """`share` is what one point of the index is worth in it; its strikes lie around a multiple of `level`."""

    name: str
    share: float
    level: int
    step: int
    tick: float
    style: str
    venue: str

    def price(self, index: float) -> float:
        return round(index * self.share, 2)


# the fund has been worth about a forty-first of its index
PROXIES: Final = {
    one.name: one
    for one in (
        Proxy("NDX", 1.0, 1_000, 25, 0.05, "european", "XCBO"),
        Proxy("QQQ", 1 / 41, 25, 1, 0.01, "american", "XPHL"),
    )
}


@dataclass(frozen=True, slots=True)
class ProxyContract:
    underlying: str
    expiry: date
    kind: str
    strike: int

    @property
    def ticker(self) -> str:
        letter = "P" if self.kind == PUT else "C"
        digit = "1" if self.kind == OTHER else ""
        return f"O:{self.underlying}{digit}{self.expiry:%y%m%d}{letter}{self.strike * 1_000:08d}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What the customer has paid for. Without `futures` or `options` their endpoints say 403."""

    quotes: bool = True
    trades: bool = True
    delayed: bool = False
    options: bool = True
    futures: bool = True
    indices: bool = True

    @property
    def timeframe(self) -> str:
        return "DELAYED" if self.delayed else "REAL-TIME"


def contracts_listed(proxy: Proxy, price: float, expiries: Sequence[date]) -> list[ProxyContract]:
    """Strikes lie around a level that moves only in large steps. One contract is of no usual kind."""
    name, middle = proxy.name, round(price / proxy.level) * proxy.level
    reach = int(middle * _REACH / proxy.step) * proxy.step
    strikes = range(middle - reach, middle + reach + 1, proxy.step)
    usual = [ProxyContract(name, day, kind, k) for day in expiries for kind in (CALL, PUT) for k in strikes]
    return [*usual, *(ProxyContract(name, day, OTHER, middle) for day in expiries[:1])]


def reference(contract: ProxyContract) -> dict[str, Any]:
    return {
        "cfi": f"O{'P' if contract.kind == PUT else 'C'}{_style(contract)[0].upper()}ICS",
        **_details(contract),
        "primary_exchange": PROXIES[contract.underlying].venue,
        "underlying_ticker": contract.underlying,
    }


def snapshots(contracts: Sequence[ProxyContract], price: float, now: Ns, plan: Plan) -> list[dict[str, Any]]:
    """`price` is that of the underlying they share."""
    said: list[dict[str, Any]] = []
    for expiry in sorted({c.expiry for c in contracts}):
        same = [c for c in contracts if c.expiry == expiry]
        said += _of_one_expiry(same, _years(expiry, now), price, now, plan)
    return said


def _of_one_expiry(
    contracts: Sequence[ProxyContract], years: float, spot: float, now: Ns, plan: Plan
) -> list[dict[str, Any]]:
    strike = np.array([c.strike for c in contracts], dtype=float)
    call = np.array([c.kind != PUT for c in contracts])
    left = np.full(strike.shape, years * 365 * DAY)
    vol = premium.volatility(np.full(strike.shape, spot), strike, left, _MOOD)
    value = black76.price(spot, strike, years, 0.0, vol, call)
    greeks = black76.greeks(spot, strike, years, 0.0, vol, call)
    said = []
    for n, contract in enumerate(contracts):
        one = _snapshot(contract, float(value[n]), spot, now, plan)
        if (spot - contract.strike) * (1 if call[n] else -1) < _DEEP * spot:
            one["implied_volatility"] = float(vol[n])
            one["greeks"] = {
                "delta": float(greeks.delta[n]),
                "gamma": float(greeks.gamma[n]),
                "theta": float(greeks.theta[n]),
                "vega": float(greeks.vega[n]),
            }
        said.append(one)
    return said


def _snapshot(contract: ProxyContract, value: float, spot: float, now: Ns, plan: Plan) -> dict[str, Any]:
    tick = PROXIES[contract.underlying].tick
    price = max(tick, round(value / tick) * tick)
    even = contract.strike + (-price if contract.kind == PUT else price)
    traded = chance("traded", contract.ticker) < (0.6 if value > 1 else 0.1)
    said: dict[str, Any] = {
        "break_even_price": round(even, 2),
        "day": _day(contract, price, now) if traded else {},
        "details": _details(contract),
        "open_interest": int(chance("interest", contract.ticker) ** 3 * 2_000),
        "underlying_asset": {
            "change_to_break_even": round(even - spot, 2),
            "last_updated": now,
            "price": round(spot, 2),
            "ticker": contract.underlying,
            "timeframe": plan.timeframe,
        },
    }
    if plan.quotes and chance("quoted", contract.ticker) > 0.03:
        said["last_quote"] = _quote(price, tick, now, plan)
    if plan.trades and traded:
        said["last_trade"] = {
            "conditions": [209],
            "exchange": 302,
            "price": round(price, 2),
            "sip_timestamp": now - int(chance("ago", contract.ticker) * 1_800 * SECOND),
            "size": 1 + int(chance("size", contract.ticker) * 9),
            "timeframe": plan.timeframe,
        }
    return said


def _details(contract: ProxyContract) -> dict[str, Any]:
    return {
        "contract_type": contract.kind,
        "exercise_style": _style(contract),
        "expiration_date": contract.expiry.isoformat(),
        "shares_per_contract": _SHARES,
        "strike_price": contract.strike,
        "ticker": contract.ticker,
    }


def _style(contract: ProxyContract) -> str:
    return PROXIES[contract.underlying].style


def _quote(price: float, tick: float, now: Ns, plan: Plan) -> dict[str, Any]:
    half = max(tick, round(price * 0.01 / tick) * tick)
    bid, ask = max(0.0, round(price - half, 2)), round(price + half, 2)
    return {
        "ask": ask,
        "ask_size": 12,
        "bid": bid,
        "bid_size": 9,
        "last_updated": now,
        "midpoint": round((bid + ask) / 2, 4),
        "timeframe": plan.timeframe,
    }


def _day(contract: ProxyContract, price: float, now: Ns) -> dict[str, Any]:
    before = round(price * (0.9 + 0.2 * chance("before", contract.ticker, now // DAY)), 2)
    return {
        "change": round(price - before, 2),
        "change_percent": round((price - before) / before * 100, 4),
        "close": round(price, 2),
        "high": round(max(price, before), 2),
        "last_updated": now,
        "low": round(min(price, before), 2),
        "open": before,
        "previous_close": before,
        "volume": 1 + int(chance("volume", contract.ticker) ** 4 * 3_000),
        "vwap": round((price + before) / 2, 4),
    }


def _years(expiry: date, now: Ns) -> float:
    """To the close of the expiry; a minute at least."""
    end = ns(datetime.combine(expiry, _CLOSE, NEW_YORK))
    return max(end - now, 60 * SECOND) / (365 * DAY)
