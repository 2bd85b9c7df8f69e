"""Massive's futures: snapshot, bars, contracts and product of NQ, from the same market's trades."""

from datetime import date
from itertools import pairwise
from typing import Any, Final

import numpy as np

from app.domain.contract import Future
from app.domain.symbols import third_friday
from app.domain.ticks import TradeColumns
from app.domain.units import DOLLARS_PER_POINT, FUTURE_TICK, MINUTE, POINT, SECOND, points
from app.sim.chain_truth import FutureQuote

_PRODUCT: Final = "NQ"
_VENUE: Final = "XCME"
RESOLUTIONS: Final = {
    "1sec": SECOND,
    "1min": MINUTE,
    "5min": 5 * MINUTE,
    "15min": 15 * MINUTE,
    "30min": 30 * MINUTE,
    "1hour": 60 * MINUTE,
}


def contract(future: Future, day: date) -> dict[str, Any]:
    last = third_friday(future.year, future.month)
    return {
        "active": last >= day,
        "date": day.isoformat(),
        "days_to_maturity": max((last - day).days, 0),
        "first_trade_date": date(future.year - 5, future.month, 1).isoformat(),
        "group_code": _PRODUCT,
        "last_trade_date": last.isoformat(),
        "max_order_quantity": 3_000,
        "min_order_quantity": 1,
        "name": "E-mini Nasdaq-100 Futures",
        "product_code": _PRODUCT,
        "settlement_date": last.isoformat(),
        "settlement_tick_size": points(FUTURE_TICK) / 25,
        "spread_tick_size": 0.05,
        "ticker": future.raw,
        "trade_tick_size": points(FUTURE_TICK),
        "trading_venue": _VENUE,
        "type": "single",
    }


def product(day: date) -> dict[str, Any]:
    return {
        "asset_class": "financials",
        "asset_sub_class": "stock_indices",
        "date": day.isoformat(),
        "name": "E-mini Nasdaq-100 Futures",
        "product_code": _PRODUCT,
        "settlement_currency_code": "USD",
        "settlement_method": "cash",
        "trade_currency_code": "USD",
        "trading_venue": _VENUE,
        "type": "single",
        "unit_of_measure": "IPNT",
        "unit_of_measure_qty": float(DOLLARS_PER_POINT),
    }


def snapshot(quote: FutureQuote, at: int, timeframe: str) -> dict[str, Any]:
    day = quote.session
    change = points(day.last) - points(quote.settled)
    return {
        "details": {
            "open_interest": 240_000,
            "product_code": _PRODUCT,
            "settlement_date": third_friday(quote.future.year, quote.future.month).isoformat(),
            "ticker": quote.future.raw,
        },
        "last_quote": {
            "ask": points(quote.ask),
            "ask_size": quote.ask_size,
            "ask_timestamp": at,
            "bid": points(quote.bid),
            "bid_size": quote.bid_size,
            "bid_timestamp": at,
            "last_updated": at,
            "timeframe": timeframe,
        },
        "last_trade": {
            "last_updated": day.last_at,
            "price": points(day.last),
            "size": 1,
            "timeframe": timeframe,
        },
        "session": {
            "change": round(change, 4),
            "change_percent": round(change / points(quote.settled) * 100, 4),
            "close": points(day.last),
            "high": points(day.high),
            "low": points(day.low),
            "open": points(day.open),
            "previous_settlement": points(quote.settled),
            "settlement_price": points(quote.settled),
            "volume": day.volume,
        },
    }


def bars(future: Future, trades: TradeColumns, step: int) -> list[dict[str, Any]]:
    """Only those with a trade, oldest first."""
    if not len(trades):
        return []
    number = trades.ts_event // step
    edges = [0, *(int(n) + 1 for n in np.flatnonzero(np.diff(number))), len(number)]
    return [
        {
            "ticker": future.raw,
            "window_start": int(number[first]) * step,
            **_bar(trades.price[first:end], trades.size[first:end]),
        }
        for first, end in pairwise(edges)
    ]


def _bar(price: Any, size: Any) -> dict[str, Any]:
    turnover = float((price / POINT * size).sum()) * DOLLARS_PER_POINT
    return {
        "open": int(price[0]) / POINT,
        "high": int(price.max()) / POINT,
        "low": int(price.min()) / POINT,
        "close": int(price[-1]) / POINT,
        "volume": int(size.sum()),
        "dollar_volume": turnover,
        "transactions": len(price),
    }
