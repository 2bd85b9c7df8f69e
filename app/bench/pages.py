"""Reading a vendor's answer and page, beside what a script would do with the same bytes."""

import json
from dataclasses import replace
from typing import Any

from bs4 import BeautifulSoup

from app.bench.duel import Case, Effort, Outcome, duel, rate_of
from app.bench.site import fetched
from app.domain.errors import ConfigError
from app.domain.session import Calendar
from app.sources.barchart.parse_api import parse_chain
from app.sources.barchart.parse_page import parse_page

_ANSWERS_A_RUN = 5
_PAGES_A_RUN = 3
# the longest chain seen at the real site
_LONGEST_CHAIN = 706
_ANSWER_MS, _PAGE_MS = 10.0, 40.0
_NUMBERS = (
    "bidPrice", "askPrice", "lastPrice", "openPrice", "highPrice", "lowPrice", "priceChange", "volume",
    "openInterest", "tradeTime",
)  # fmt: skip


def answer(case: Case, effort: Effort) -> Outcome:
    """Ours also tells settlements from trades, dates them, and rejects what is off the grid."""
    said, calendar = fetched(), Calendar()
    body = said.chain_capture.body
    rows = len(said.chain.quotes)
    if len(_dicts(body)) != rows + len(said.chain.rejects):
        raise ConfigError(f"{case.name}: the parser and the plain loop see different rows.")

    def ours() -> int:
        for _ in range(_ANSWERS_A_RUN):
            parse_chain(said.chain_capture, said.page, calendar)
        return rows * _ANSWERS_A_RUN

    def peers() -> int:
        for _ in range(_ANSWERS_A_RUN):
            _dicts(body)
        return rows * _ANSWERS_A_RUN

    peer = "json.loads and a dict a row, nothing checked"
    found = duel(case, effort, "contracts/s", peer, lambda: rate_of(ours), lambda: rate_of(peers))
    took = _LONGEST_CHAIN / found.ours * 1_000
    must = f"{_LONGEST_CHAIN} contracts in at most {_ANSWER_MS:g} ms"
    return replace(found, must=must, met=took <= _ANSWER_MS)


def page(case: Case, effort: Effort) -> Outcome:
    said, calendar = fetched(), Calendar()
    capture = said.page_capture
    if _soup(capture.body) != (said.page.api.get("symbol"), len(said.page.series_listed)):
        raise ConfigError(f"{case.name}: the parser and the plain soup see different pages.")

    def ours() -> int:
        for _ in range(_PAGES_A_RUN):
            parse_page(capture, calendar)
        return _PAGES_A_RUN

    def peers() -> int:
        for _ in range(_PAGES_A_RUN):
            _soup(capture.body)
        return _PAGES_A_RUN

    peer = "BeautifulSoup with html.parser, call and series only"
    found = duel(case, effort, "pages/s", peer, lambda: rate_of(ours), lambda: rate_of(peers))
    must = f"one page in at most {_PAGE_MS:g} ms"
    return replace(found, must=must, met=1_000 / found.ours <= _PAGE_MS)


def _dicts(body: bytes) -> list[dict[str, Any]]:
    said = json.loads(body)
    rows = []
    for right, members in said["data"].items():
        for member in members:
            raw = member["raw"]
            row = {name: raw.get(name) for name in _NUMBERS}
            row["symbol"], row["strike"], row["right"] = member["symbol"], float(raw["strike"]), right
            rows.append(row)
    return rows


def _soup(body: bytes) -> tuple[str | None, int]:
    """What is asked next, and how many series are offered."""
    soup = BeautifulSoup(body, "html.parser")
    calls = [str(tag["data-api-config"]) for tag in soup.find_all() if tag.has_attr("data-api-config")]
    call = json.loads(calls[0])
    months = soup.find(id="bc-options-toolbar__dropdown-month")
    return call["api"]["symbol"], len(months.find_all("option")) if months else 0
