"""Answers of Barchart's quotes endpoint: grouped chains, plain lists, and the empty answer."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from app.domain.units import POINT
from app.sim.barchart_text import (
    change_text,
    clock_text,
    epoch,
    price_raw,
    price_text,
)
from app.sim.chain_truth import FutureQuote

# name: (short name, description, type)
_FIELDS: Final = {
    "strike": ("Strike", "Price at which the option may be exercised.", "strikePrice"),
    "openPrice": ("Open", "First price of the day.", "price"),
    "highPrice": ("High", "Highest price of the day.", "price"),
    "lowPrice": ("Low", "Lowest price of the day.", "price"),
    "lastPrice": ("Last", "Price of the last trade.", "price"),
    "priceChange": ("Change", "Last price against the settlement of the day before.", "priceChange"),
    "bidPrice": ("Bid", "Best bid.", "price"),
    "askPrice": ("Ask", "Best offer.", "price"),
    "volume": ("Volume", "Contracts traded during the day.", "integer"),
    "openInterest": ("Open Int", "Contracts open at the end of the day before.", "integer"),
    "premium": ("Premium", "Price of one option in dollars.", "float"),
    "tradeTime": ("Time", "Time of the last trade.", "time"),
    "longSymbol": ("Long Symbol", "", "string"),
    "optionType": ("Type", "Put or Call.", "string"),
    "symbol": ("Symbol", "", "string"),
    "symbolCode": ("Symbol Code", "", "string"),
    "symbolType": ("Type", "", "string"),
    "symbolName": ("Name", "", "string"),
    "percentChange": ("%Chg", "Change in percent of the settlement of the day before.", "percentChange"),
}
CHAIN_FIELDS: Final = tuple(_FIELDS)[:17]
_META: Final = {"field.shortName": 0, "field.description": 1, "field.type": 2}
MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def chain_answer(rows: Sequence[dict[str, Any]], query: Mapping[str, str]) -> dict[str, Any]:
    """`count` is the number of groups, `total` the number of rows; without rows `data` is a list."""
    fields = _names(query.get("fields", ",".join(CHAIN_FIELDS)))
    meta = meta_answer(fields, query)
    ordered = sorted(rows, key=lambda row: row["raw"]["strike"], reverse=query.get("orderDir") == "desc")
    cut = [(row, _only(row, fields, raw=query.get("raw") == "1")) for row in ordered]
    by = query.get("groupBy")
    if not cut or by is None:
        shown = [short for _, short in cut]
        return {"count": len(shown), "total": len(shown), "data": shown, "meta": meta}
    groups: dict[str, list[dict[str, Any]]] = {}
    for row, short in cut:
        groups.setdefault(row[by] if by in row else row["strike"][:-1], []).append(short)
    return {"count": len(groups), "total": len(cut), "data": groups, "meta": meta}


def quotes_answer(quotes: Iterable[FutureQuote], query: Mapping[str, str]) -> dict[str, Any]:
    fields = _names(query.get("fields", "symbol,symbolName,lastPrice,priceChange,percentChange,tradeTime"))
    rows = [_only(future_row(quote), fields, raw=query.get("raw") == "1") for quote in quotes]
    return {"count": len(rows), "total": len(rows), "data": rows, "meta": meta_answer(fields, query)}


def months_answer(quotes: Iterable[FutureQuote]) -> dict[str, Any]:
    """All months of the root, as the list of contracts is told."""
    rows = [
        {
            "contractSymbol": quote.future.code,
            "previousPrice": price_text(quote.settled),
            "hasOptions": "Yes",
            "raw": {
                "contractSymbol": quote.future.code,
                "previousPrice": price_raw(quote.settled),
                "hasOptions": True,
            },
        }
        for quote in quotes
    ]
    return {"count": len(rows), "total": len(rows), "data": rows, "meta": {}}


def future_row(quote: FutureQuote) -> dict[str, Any]:
    traded, settled = quote.session, quote.settled
    change = (traded.last - settled) / settled
    name = contract_name(quote)
    raw = {
        "symbol": quote.future.code,
        "symbolName": name,
        "symbolCode": "FUT",
        "symbolType": 2,
        "openPrice": price_raw(traded.open),
        "highPrice": price_raw(traded.high),
        "lowPrice": price_raw(traded.low),
        "lastPrice": price_raw(traded.last),
        "priceChange": (traded.last - settled) / POINT,
        "percentChange": round(change, 10),
        "bidPrice": price_raw(quote.bid),
        "askPrice": price_raw(quote.ask),
        "volume": traded.volume,
        "tradeTime": epoch(traded.last_at),
    }
    text = {
        "symbol": quote.future.code,
        "symbolName": name,
        "symbolCode": "FUT",
        "symbolType": 2,
        "openPrice": price_text(traded.open),
        "highPrice": price_text(traded.high),
        "lowPrice": price_text(traded.low),
        "lastPrice": price_text(traded.last),
        "priceChange": change_text(type(settled)(traded.last - settled)),
        "percentChange": f"{change:+.2%}" if change else "unch",
        "bidPrice": price_text(quote.bid),
        "askPrice": price_text(quote.ask),
        "volume": f"{traded.volume:,}",
        "tradeTime": clock_text(traded.last_at),
    }
    return {**text, "raw": raw}


def contract_name(quote: FutureQuote) -> str:
    return f"Nasdaq 100 E-Mini ({MONTHS[quote.future.month - 1]} '{quote.future.year % 100:02d})"


def meta_answer(fields: Iterable[str], query: Mapping[str, str]) -> dict[str, Any]:
    """What was asked for about the fields; anything else asked for is passed over in silence."""
    asked = [name for name in query.get("meta", "").split(",") if name in _META]
    if not asked:
        return {}
    known = [name for name in fields if name in _FIELDS]
    return {
        "field": {name.removeprefix("field."): {f: _FIELDS[f][_META[name]] for f in known} for name in asked}
    }


def _names(fields: str) -> tuple[str, ...]:
    return tuple(name for name in fields.split(",") if name)


def _only(row: Mapping[str, Any], fields: Iterable[str], *, raw: bool) -> dict[str, Any]:
    cut = {name: row[name] for name in fields if name in row}
    if raw:
        cut["raw"] = {name: row["raw"][name] for name in cut}
    return cut
