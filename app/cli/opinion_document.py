"""What is no chain of NQ as JSON documents: a proxy chain (and called one), bars, a single quote."""

from collections.abc import Mapping
from typing import Any

from app.cli.chain_document import Document, quote_document
from app.domain.second_opinion import FuturePrice, Opinion, PriceBars, ProxyChain, ProxyQuote
from app.domain.ticks import TopOfBook
from app.domain.units import Ns, iso, points_or_none


def opinion_document(opinion: Opinion) -> Document:
    match opinion:
        case FuturePrice():
            return price_document(opinion)
        case PriceBars():
            return bars_document(opinion)
        case ProxyChain():
            return proxy_document(opinion)


def price_document(price: FuturePrice) -> Document:
    at = price.quoted if price.quoted is not None else price.traded
    top = TopOfBook(0, Ns(at or 0), price.received, price.bid, price.ask, price.bid_size, price.ask_size)
    return quote_document(price.source, price.future.raw, top, price.last, at, price.fidelity)


def bars_document(bars: PriceBars) -> Document:
    return {
        "kind": "bars",
        "source": bars.source,
        "contract": bars.future.raw,
        "received": iso(bars.received),
        "fidelity": bars.fidelity.level.value,
        "delayed": bars.fidelity.minutes > 0,
        "delay_minutes": bars.fidelity.minutes,
        "bars": [
            {
                "start": iso(bar.start),
                "seconds": bar.seconds,
                "open": points_or_none(bar.open),
                "high": points_or_none(bar.high),
                "low": points_or_none(bar.low),
                "close": points_or_none(bar.close),
                "volume": bar.volume,
                "bought": bar.bought,
                "sold": bar.sold,
            }
            for bar in bars.bars
        ],
    }


def proxy_document(chain: ProxyChain) -> Document:
    """The shape of a chain, marked as a proxy: no contract of it has a name at the CME."""
    reasons = list(chain.reasons)
    return {
        "kind": "chain",
        "proxy": True,
        "source": chain.source,
        "series": chain.underlying,
        "expiry": None if chain.expiry is None else chain.expiry.isoformat(),
        "expiry_from": None,
        "underlying": {"contract": chain.underlying, "price": points_or_none(chain.underlying_price)},
        "received": iso(chain.received),
        "as_of": None if chain.as_of is None else iso(chain.as_of),
        "delayed": chain.fidelity.minutes > 0,
        "delay_minutes": chain.fidelity.minutes,
        "fidelity": chain.fidelity.level.value,
        "claimed_total": None,
        "contracts": [_contract(quote) for quote in chain.quotes],
        "rejects": [{"reason": r.reason, "symbol": r.symbol} for r in chain.rejects],
        "quality": {
            "accepted": not reasons,
            "reasons": reasons,
            "warnings": [],
            "with_volume": _share([q.volume is not None for q in chain.quotes]),
            "with_prior_volume": None,
            "with_open_interest": _share([q.open_interest is not None for q in chain.quotes]),
            "two_sided": _share([q.bid is not None and q.ask is not None for q in chain.quotes]),
        },
    }


def _contract(quote: ProxyQuote) -> Mapping[str, Any]:
    return {
        "symbol": quote.ticker,
        "cme": None,
        "strike": points_or_none(quote.strike),
        "right": quote.right.value,
        "bid": points_or_none(quote.bid),
        "ask": points_or_none(quote.ask),
        "bid_size": quote.bid_size,
        "ask_size": quote.ask_size,
        "last": points_or_none(quote.last),
        "settlement": False,
        "open": None,
        "high": None,
        "low": None,
        "change": None,
        "volume": quote.volume,
        "volume_prior_session": False,
        "open_interest": quote.open_interest,
        "trade_time": None if quote.traded is None else iso(quote.traded),
        "quote_time": None if quote.quoted is None else iso(quote.quoted),
        "settlement_date": None,
        "crossed": quote.bid is not None and quote.ask is not None and quote.bid > quote.ask,
        "implied_volatility": quote.implied_volatility,
        "delta": quote.delta,
        "gamma": quote.gamma,
        "theta": quote.theta,
        "vega": quote.vega,
        "multiplier": quote.multiplier,
    }


def _share(has: list[bool]) -> float | None:
    return sum(has) / len(has) if has else None
