"""Barchart's options page: what it says around the chain, read from its elements without running its scripts.

The page holds no option rows. It names the families and series on offer, expiry, underlying and totals, and
the very call that fetches the chain. Numbers come from the elements that mean them, never from running text.
"""

from dataclasses import replace
from datetime import date
from typing import Any, Final

import msgspec
from bs4 import BeautifulSoup

from app.domain.capture import Capture
from app.domain.chain import ChainPage, ListedSeries, Underlying
from app.domain.errors import BadPayload, Blocked
from app.domain.session import Calendar
from app.domain.symbols import barchart_series, parse_barchart_series
from app.domain.units import Px, moment, px
from app.sources.barchart.page_elements import (
    CONFIG,
    FAMILIES,
    SENTENCES,
    SERIES,
    TOTAL,
    by_attribute,
    by_id,
    narrow,
    strong_parts,
    text_of,
    whole,
)
from app.sources.barchart.row import RowError, shown_date
from app.sources.barchart.series import key_of_path
from app.sources.barchart.strangers import Stranger, stranger
from app.sources.barchart.table import table_chain

_DOWNLOAD: Final = "data-bc-download-button"
_NOT_FOUND: Final = "No options were found for"
_HIGHEST_POINTS: Final = 1_000_000
_TAIL: Final = 200

Json = dict[str, Any]


def parse_page(capture: Capture, calendar: Calendar) -> ChainPage:
    soup = narrow(capture)
    api = _part(soup, "data-api-config", "api")
    if not api:
        page = _page_without_call(capture)
    else:
        page = _page(capture, soup, api, _named(capture, api.get("symbol")))
    return replace(page, table=table_chain(capture, page, calendar))


def _page_without_call(capture: Capture) -> ChainPage:
    """The series does not exist, or the page is of an older make, or it is no options page at all."""
    soup = whole(capture)
    said = soup.find(string=lambda text: text is not None and _NOT_FOUND in text)
    if said is not None:
        return _page(capture, soup, {}, None)
    families = _options(soup, FAMILIES)
    series = next((s.key for s in (*_options(soup, SERIES), *families) if s.selected), None)
    if series is None:
        raise _what_else(capture, soup)
    return _page(capture, soup, {}, _named(capture, series))


def _what_else(capture: Capture, soup: BeautifulSoup) -> BadPayload:
    """An options page that lost its parts has been rebuilt, or broke off; anything else is a stranger."""
    canonical = soup.find("link", rel="canonical")
    if canonical is not None and key_of_path(str(canonical.get("href", ""))):
        if b"</html>" not in capture.body[-_TAIL:].lower():
            cut_off = "Barchart's options page is not ready: it breaks off before its end."
            return BadPayload(cut_off, capture_id=capture.id)
        return BadPayload(
            "Barchart has changed its options page: the list of series and the call for the chain are gone.",
            capture_id=capture.id,
        )
    came = stranger(str(soup))
    kind = Blocked if came is Stranger.BLOCK else BadPayload
    return kind(came.value, capture_id=capture.id)


def _page(capture: Capture, soup: BeautifulSoup, api: Json, series: str | None) -> ChainPage:
    money = _part(soup, "data-options", "itm")
    script = by_id(soup, CONFIG)
    config = _mapping(_json(script.string if script else None).get("currentSymbol"))
    days, expiry, point_value = _sentences(soup)
    listed = _options(soup, SERIES)
    return ChainPage(
        source=capture.source,
        vendor_series=series,
        expiry=expiry or _expiry_of_download(soup),
        days_to_expiry=days,
        point_value=point_value,
        underlying=_underlying(money, config, _header(soup)),
        previous_settlement=_price(money.get("dailyLastPrice")),
        families=_options(soup, FAMILIES),
        series_listed=listed if listed or series else _alternatives(soup),
        api={name: str(value) for name, value in api.items() if isinstance(value, str | int)},
        call_open_interest=_total(soup, "Call Open Interest Total"),
        put_open_interest=_total(soup, "Put Open Interest Total"),
    )


def _named(capture: Capture, symbol: object) -> str | None:
    """Barchart takes years of one digit and of two; here a series has one name."""
    if not isinstance(symbol, str) or not symbol:
        return None
    try:
        return barchart_series(parse_barchart_series(symbol, moment(capture.fetched).date()))
    except ValueError:
        return symbol


def _options(soup: BeautifulSoup, menu: str) -> tuple[ListedSeries, ...]:
    listed = []
    found = by_id(soup, menu)
    for option in found.find_all("option") if found else ():
        path = str(option.get("value", ""))
        key = key_of_path(path)
        if key is not None:
            listed.append(ListedSeries(key, text_of(option), path, option.has_attr("selected")))
    return tuple(listed)


def _alternatives(soup: BeautifulSoup) -> tuple[ListedSeries, ...]:
    """What a page that found nothing offers instead, as links."""
    listed = []
    for link in soup.find_all("a", href=True):
        path = str(link.get("href", ""))
        key = key_of_path(path)
        if key is not None:
            listed.append(ListedSeries(key, text_of(link).removesuffix(f": {key}"), path))
    return tuple(dict.fromkeys(listed))


def _sentences(soup: BeautifulSoup) -> tuple[int | None, date | None, float | None]:
    """ "1 Days to expiration on 06/09/25" and "Price Value of Option point: $20", by their bold parts."""
    days, expiry, value = None, None, None
    for _, text in strong_parts(soup, SENTENCES):
        if text.startswith("$"):
            value = _number(text[1:])
        elif text.endswith(("Day", "Days")):
            days = _whole(text.split()[0])
        else:
            expiry = _date(text)
    return days, expiry, value


def _expiry_of_download(soup: BeautifulSoup) -> date | None:
    for button in by_attribute(soup, _DOWNLOAD):
        for word in str(button[_DOWNLOAD]).split():
            if word.startswith("exp-"):
                return _date(word[4:])
    return None


def _header(soup: BeautifulSoup) -> Json:
    """The quote at the top; other elements call an `init` of their own, without a symbol's root."""
    for title in soup.find_all(class_="page-title"):
        call = str(title.get("data-ng-init", "")).strip()
        quote = _json(call[5:-1]) if call.startswith("init(") and call.endswith(")") else {}
        if "symbolRoot" in quote:
            return quote
    return {}


def _underlying(money: Json, config: Json, header: Json) -> Underlying | None:
    """Three prices on one page differ by seconds; first comes the one that decides what is in the money."""
    contract = _text(config.get("symbol")) or _text(header.get("symbol"))
    if contract is None:
        return None
    raw = _mapping(config.get("raw"))
    said = (money.get("lastPrice"), raw.get("lastPrice"), header.get("lastPrice"))
    return Underlying(contract, next((p for p in map(_price, said) if p is not None), None))


def _total(soup: BeautifulSoup, label: str) -> int | None:
    return next((_whole(bold) for before, bold in strong_parts(soup, TOTAL) if before == label), None)


def _part(soup: BeautifulSoup, attribute: str, name: str) -> Json:
    """One object out of the JSON that an attribute holds; elsewhere it holds names of scripts."""
    parts = (_mapping(_json(str(tag[attribute])).get(name)) for tag in by_attribute(soup, attribute))
    return next((part for part in parts if part), {})


def _json(text: str | None) -> Json:
    try:
        return _mapping(msgspec.json.decode((text or "").encode("utf-8", "replace")))
    except (msgspec.MsgspecError, RecursionError):
        return {}


def _mapping(value: object) -> Json:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _price(value: object) -> Px | None:
    number = _number(value) if isinstance(value, str) else value
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None
    return px(number) if 0 < number < _HIGHEST_POINTS else None


def _number(text: str) -> float | None:
    try:
        return float(text.replace(",", ""))
    except ValueError:
        return None


def _whole(text: str) -> int | None:
    plain = text.replace(",", "")
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 12 else None


def _date(text: str) -> date | None:
    try:
        return shown_date(text)
    except RowError:
        return None
