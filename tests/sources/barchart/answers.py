"""Answers of Barchart's data call, put together by hand: a row says only what differs from a plain trade."""

import json
from typing import Any

from app.domain.capture import Capture
from app.domain.routing import Channel, SourceId
from app.domain.units import Ns, ns_from_iso

# Monday 9 June 2025, 00:32 in Chicago: seven hours into Monday's session
FETCHED = ns_from_iso("2025-06-09T05:32:18Z")
TRADED_AT = 1_749_446_220  # 05:17 UTC


def row(
    leg: str = "21500C", root: str = "MC7M5", raw: dict[str, Any] | None = None, **text: Any
) -> dict[str, Any]:
    strike, right = float(leg[:-1]), leg[-1]
    symbol = f"{root}|{leg}"
    plain: dict[str, Any] = {
        "strike": f"{strike:,.2f}{right}",
        "openPrice": "240.00",
        "highPrice": "251.25",
        "lowPrice": "238.50",
        "lastPrice": "246.00",
        "priceChange": "+1.25",
        "bidPrice": "245.25",
        "askPrice": "249.50",
        "volume": "12",
        "openInterest": "40",
        "premium": "4,920.00",
        "tradeTime": "00:17 CT",
        "longSymbol": symbol,
        "optionType": "Call" if right == "C" else "Put",
        "symbol": symbol,
    }
    numbers: dict[str, Any] = {
        "strike": int(strike) if strike.is_integer() else strike,
        "openPrice": 240,
        "highPrice": 251.25,
        "lowPrice": 238.5,
        "lastPrice": 246,
        "priceChange": 1.25,
        "bidPrice": 245.25,
        "askPrice": 249.5,
        "volume": 12,
        "openInterest": 40,
        "premium": 4920,
        "tradeTime": TRADED_AT,
    }
    return {**plain, **text, "raw": {**numbers, **(raw or {})}}


def settled(leg: str, last: str = "0.45s", day: str = "06/06/25", **text: Any) -> dict[str, Any]:
    """A row that never traded: its prices are a settlement, its zeros are not prices."""
    price = float(last.rstrip("s").replace(",", ""))
    raw = {
        "openPrice": 0,
        "lastPrice": price,
        "volume": None,
        "openInterest": None,
        "tradeTime": 1_749_168_000,
    }
    words = {"openPrice": "N/A", "lastPrice": last, "volume": "N/A", "openInterest": "N/A", "tradeTime": day}
    return row(leg, raw=raw | text.pop("raw", {}), **words | text)


def answer(*rows: dict[str, Any], total: int | None = -1, **top: Any) -> bytes:
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in rows:
        groups.setdefault(one["optionType"], []).append(one)
    said = len(rows) if total == -1 else total
    return json.dumps({"count": len(groups), "total": said, "data": groups or [], "meta": {}} | top).encode()


def capture(body: bytes, key: str = "MC7M25", fetched: Ns = FETCHED, content_type: str = "") -> Capture:
    return Capture(
        id="a capture",
        source=SourceId("barchart"),
        channel=Channel.OPT_CHAIN,
        key=key,
        url="",
        fetched=fetched,
        status=200,
        content_type=content_type,
        headers={},
        body=body,
    )
