"""Tradovate's words for contracts, quotes, depth and bars."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Any, Final

import numpy as np

from app.domain.contract import Future
from app.domain.ticks import BUY, SELL, TradeColumns
from app.domain.units import DOLLARS_PER_POINT, FUTURE_TICK, MINUTE, POINT, Ns, points
from app.sim.chain_truth import FutureQuote
from app.sim.future_truth import Depth, Level
from app.sim.tradovate_login import stamp

_FIRST_CONTRACT: Final = 3_000_000
_FIRST_MATURITY: Final = 50_000
PRODUCT_ID: Final = 1_720


def contract_id(future: Future) -> int:
    return _FIRST_CONTRACT + future.year * 100 + future.month


def contract(future: Future) -> dict[str, Any]:
    return {
        "id": contract_id(future),
        "name": future.raw,
        "contractMaturityId": _FIRST_MATURITY + future.year * 100 + future.month,
        "status": "DefinitionChecked",
        "providerTickSize": points(FUTURE_TICK),
    }


def product() -> dict[str, Any]:
    return {
        "id": PRODUCT_ID,
        "name": "NQ",
        "currencyId": 1,
        "productType": "Futures",
        "description": "E-Mini NASDAQ-100",
        "exchangeId": 1,
        "contractGroupId": 6,
        "status": "Verified",
        "valuePerPoint": float(DOLLARS_PER_POINT),
        "priceFormatType": "Decimal",
        "tickSize": points(FUTURE_TICK),
    }


def full_entries(quote: FutureQuote, last_size: int) -> dict[str, Any]:
    """All that is known, as it comes first; later messages carry what has changed."""
    return {
        "Bid": _entry(quote.bid, quote.bid_size),
        "Offer": _entry(quote.ask, quote.ask_size),
        "Trade": _entry(quote.session.last, last_size),
        "TotalTradeVolume": {"size": quote.session.volume},
        "OpeningPrice": {"price": points(quote.session.open)},
        "HighPrice": {"price": points(quote.session.high)},
        "LowPrice": {"price": points(quote.session.low)},
        "SettlementPrice": {"price": points(quote.settled)},
    }


def quote_event(future: Future, at: Ns, entries: dict[str, Any]) -> dict[str, Any]:
    return {"timestamp": stamp(at), "contractId": contract_id(future), "entries": entries}


def trade_events(future: Future, trades: TradeColumns, volume_before: int) -> list[dict[str, Any]]:
    """One partial quote for each trade, with the volume of the day after it."""
    volumes = volume_before + np.cumsum(trades.size, dtype=np.int64)
    return [
        quote_event(
            future,
            Ns(int(at)),
            {
                "Trade": {"price": int(price) / POINT, "size": int(size)},
                "TotalTradeVolume": {"size": int(sum_)},
            },
        )
        for at, price, size, sum_ in zip(trades.ts_event, trades.price, trades.size, volumes, strict=True)
    ]


def dom(future: Future, at: Ns, depth: Depth) -> dict[str, Any]:
    return {
        "contractId": contract_id(future),
        "timestamp": stamp(at),
        "bids": _levels(depth.bids),
        "offers": _levels(depth.asks),
    }


def bars(trades: TradeColumns, minutes: int) -> list[dict[str, Any]]:
    """Bars of so many minutes, only those with a trade."""
    if not len(trades):
        return []
    number = trades.ts_event // (minutes * MINUTE)
    edges = [0, *(int(n) + 1 for n in np.flatnonzero(np.diff(number))), len(number)]
    return [
        _bar(trades, slice(first, end), Ns(int(number[first]) * minutes * MINUTE))
        for first, end in pairwise(edges)
    ]


def _bar(trades: TradeColumns, part: slice, start: Ns) -> dict[str, Any]:
    price, size, side = trades.price[part], trades.size[part], trades.side[part]
    bought, sold = side == BUY, side == SELL
    return {
        "timestamp": stamp(start),
        "open": int(price[0]) / POINT,
        "high": int(price.max()) / POINT,
        "low": int(price.min()) / POINT,
        "close": int(price[-1]) / POINT,
        "upVolume": int(size[bought].sum()),
        "downVolume": int(size[sold].sum()),
        "upTicks": int(bought.sum()),
        "downTicks": int(sold.sum()),
        "bidVolume": int(size[sold].sum()),
        "offerVolume": int(size[bought].sum()),
    }


def _entry(price: int, size: int) -> dict[str, Any]:
    return {"price": price / POINT, "size": size}


def _levels(levels: Iterable[Level]) -> list[dict[str, Any]]:
    return [_entry(level.price, level.size) for level in levels]
