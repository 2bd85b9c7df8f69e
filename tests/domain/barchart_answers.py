"""Answers in Barchart's form, put together by hand, and chains that a parser would make of them."""

import json
from dataclasses import replace
from typing import Any

from app.domain.answer import Answer, answer_of
from app.domain.chain import Chain, Quote
from app.domain.contract import Contract, Right, Series
from app.domain.routing import SourceId, delayed
from app.domain.units import MINUTE, Ns, ns_from_iso, px

AT = ns_from_iso("2025-06-09T15:00:00Z")
SERIES = Series("Q2A", 2025, 6)
STRIKES = tuple(range(21_400, 21_600, 10))
FUTURE = 21_500


def row(strike: int, right: Right, **changes: Any) -> dict[str, Any]:
    fair = max(0, (FUTURE - strike) * (1 if right is Right.CALL else -1)) + 40
    texts = {
        "symbol": f"MC7M5|{strike}{right.value}", "strike": f"{strike:,.2f}{right.value}",
        "optionType": right.name.capitalize(), "openPrice": "41.00", "highPrice": "44.00",
        "lowPrice": "38.00",
        "lastPrice": f"{fair:,.2f}", "priceChange": "+1.00", "bidPrice": f"{fair - 1:,.2f}",
        "askPrice": f"{fair + 1:,.2f}", "volume": "12", "openInterest": "40", "tradeTime": "09:31 CT",
    }  # fmt: skip
    raw = {"strike": strike, "openPrice": 41, "highPrice": 44, "lowPrice": 38, "lastPrice": fair,
           "priceChange": 1, "bidPrice": fair - 1, "askPrice": fair + 1, "volume": 12, "openInterest": 40,
           "tradeTime": 1_749_479_460}  # fmt: skip
    numbers = changes.pop("raw", {})
    return {**texts, **changes, "raw": {**raw, **numbers}}


def body(**of_every_row: Any) -> bytes:
    groups = {
        right.name.capitalize(): [row(strike, right, **of_every_row) for strike in STRIKES] for right in Right
    }
    return json.dumps({"count": 2, "total": 2 * len(STRIKES), "data": groups, "meta": {}}).encode()


def answer(**of_every_row: Any) -> Answer:
    return answer_of(body(**of_every_row))


def chain(up: float = 0.0, **changes: Any) -> Chain:
    """`up` moves all quotes by as many points."""
    quotes = tuple(_quote(strike, right, up) for right in Right for strike in STRIKES)
    made = Chain(
        SourceId("barchart"), SERIES, "MC7M25", AT, Ns(AT - 10 * MINUTE), delayed(10), quotes,
        claimed_total=len(quotes),
    )  # fmt: skip
    return replace(made, **changes)


def _quote(strike: int, right: Right, up: float) -> Quote:
    fair = max(0, (FUTURE - strike) * (1 if right is Right.CALL else -1)) + 40 + up
    return Quote(
        Contract(SERIES, px(strike), right), f"MC7M5|{strike}{right.value}", bid=px(fair - 1),
        ask=px(fair + 1),
        last=px(fair), open=px(41), high=px(44), low=px(38), change=px(1), volume=12, open_interest=40,
        trade_time=Ns(1_749_479_460 * 10**9),
    )  # fmt: skip
