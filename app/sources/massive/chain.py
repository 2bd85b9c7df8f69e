"""One expiry of Massive's option snapshot as a proxy chain: by its details, never by its ticker."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from app.domain.capture import Capture
from app.domain.chain import Reject
from app.domain.contract import Right
from app.domain.errors import BadPayload
from app.domain.routing import SNAPSHOT, Fidelity, delayed
from app.domain.second_opinion import ProxyChain, ProxyQuote
from app.domain.units import Ns, Px
from app.sources.massive.values import count_of, number_of, price_of, time_of

_OPTIONS_DELAY: Final = 15
_RIGHTS: Final = {"call": Right.CALL, "put": Right.PUT}
_UNREADABLE: Final = (ValueError, KeyError, TypeError, AttributeError, OverflowError)


def proxy_chain(capture: Capture, rows: Sequence[dict[str, Any]], more: bool) -> ProxyChain:
    """Of the nearest expiry among the rows; `more` says that the last page was not the last."""
    days = [expiry_of(row) for row in rows]
    known = [day for day in days if day is not None]
    nearest = min(known, default=None)
    if rows and nearest is None:
        raise BadPayload("Massive's rows say no expiry: they are no options.", capture_id=capture.id)
    # rows of a wrong make belong to the expiry among whose rows they stand
    own = [row for row, day in zip(rows, days, strict=True) if day in (nearest, None)]
    quotes: list[ProxyQuote] = []
    rejects: list[Reject] = []
    for row in own:
        try:
            quotes.append(_quote(row))
        except _UNREADABLE as e:
            rejects.append(Reject(str(e) or repr(e), str(_block(row, "details").get("ticker", ""))))
    price, priced = _underlying(own)
    times = [at for quote in quotes for at in (quote.quoted, quote.traded) if at is not None]
    return ProxyChain(
        source=capture.source,
        underlying=_name(own, capture),
        expiry=nearest,
        received=capture.fetched,
        fidelity=_fidelity(own),
        quotes=tuple(sorted(quotes, key=lambda quote: (quote.strike, quote.right.value))),
        rejects=tuple(rejects),
        underlying_price=price,
        as_of=max([*times, *([priced] if priced is not None else [])], default=None),
        whole=not more or len(set(known)) > 1,
    )


def expiry_of(row: dict[str, Any]) -> date | None:
    try:
        return date.fromisoformat(_block(row, "details")["expiration_date"])
    except (KeyError, ValueError, TypeError):
        return None


def _quote(row: dict[str, Any]) -> ProxyQuote:
    details, quote, trade = (_block(row, name) for name in ("details", "last_quote", "last_trade"))
    greeks, strike, expiry = _block(row, "greeks"), price_of(details["strike_price"]), expiry_of(row)
    kind = details["contract_type"]
    if kind not in _RIGHTS:
        raise ValueError(f"a contract of the kind {str(kind)[:20]!r}")
    if strike is None or strike <= 0 or expiry is None:
        raise ValueError("no strike or no expiry")
    return ProxyQuote(
        ticker=str(details["ticker"]),
        expiry=expiry,
        strike=strike,
        right=_RIGHTS[kind],
        bid=price_of(quote.get("bid")),
        ask=price_of(quote.get("ask")),
        bid_size=count_of(quote.get("bid_size")),
        ask_size=count_of(quote.get("ask_size")),
        quoted=time_of(quote.get("last_updated")),
        last=price_of(trade.get("price")),
        traded=time_of(trade.get("sip_timestamp")),
        volume=count_of(_block(row, "day").get("volume")),
        open_interest=count_of(row.get("open_interest")),
        implied_volatility=number_of(row.get("implied_volatility")),
        delta=number_of(greeks.get("delta")),
        gamma=number_of(greeks.get("gamma")),
        theta=number_of(greeks.get("theta")),
        vega=number_of(greeks.get("vega")),
        multiplier=count_of(details.get("shares_per_contract")),
    )


def _fidelity(rows: Sequence[dict[str, Any]]) -> Fidelity:
    """The worst that any row says of its quote, its trade or its underlying; real time must be said."""
    said = {
        str(_block(row, name).get("timeframe"))
        for row in rows
        for name in ("last_quote", "last_trade", "underlying_asset")
        if "timeframe" in _block(row, name)
    }
    return SNAPSHOT if said == {"REAL-TIME"} else delayed(_OPTIONS_DELAY)


def _underlying(rows: Sequence[dict[str, Any]]) -> tuple[Px | None, Ns | None]:
    for row in rows:
        said = _block(row, "underlying_asset")
        try:
            price = price_of(said.get("price"))
            if price is not None:
                return price, time_of(said.get("last_updated"))
        except ValueError:
            continue
    return None, None


def _name(rows: Sequence[dict[str, Any]], capture: Capture) -> str:
    said = {str(t) for row in rows if (t := _block(row, "underlying_asset").get("ticker"))}
    if len(said) > 1:
        raise BadPayload(f"Massive mixed {', '.join(sorted(said))} in one chain.", capture_id=capture.id)
    return (said.pop() if said else capture.key.partition(":")[0]) or "unknown"


def _block(row: dict[str, Any], name: str) -> dict[str, Any]:
    found = row.get(name)
    return found if isinstance(found, dict) else {}
