"""How each value of an option row, a chain and an options page is read: place, unit, and rule in words."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from app.domain.chain import Chain, ChainPage, Quote
from app.domain.units import Ns, Px, iso, points


class Certainty(Enum):
    """Not a score: who says it."""

    SAID = "said by the answer"
    WORKED_OUT = "worked out"


@dataclass(frozen=True, slots=True)
class Rule:
    """How a field of a quote is read: from the member `text`, and its number in `raw`."""

    name: str
    text: str
    from_raw: bool
    unit: str
    transform: str
    value: Callable[[Quote], str | None]
    certainty: Certainty = Certainty.SAID


def price(value: Px | None) -> str | None:
    return None if value is None else f"{points(value):,.2f}"


def _second(at: Ns) -> str:
    return f"{iso(at)[:19]}Z"


def count(number: int | None) -> str | None:
    return None if number is None else f"{number:,}"


def day(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


RULES: Final = (
    Rule("strike", "strike", True, "points", "the raw number; symbol and text must agree",
          lambda q: f"{points(q.contract.strike):,.10g}"),
    Rule("right", "optionType", False, "", "group, type, strike's letter and symbol must agree",
          lambda q: q.contract.right.name.capitalize()),
    Rule("bid", "bidPrice", True, "points", "the raw number; N/A and 0 mean that there is no bid",
          lambda q: price(q.bid)),
    Rule("ask", "askPrice", True, "points", "the raw number; N/A and 0 mean that there is no ask",
          lambda q: price(q.ask)),
    Rule("last", "lastPrice", True, "points", "the raw number; a settlement where `settlement` says yes",
          lambda q: price(q.last)),
    Rule("settlement", "lastPrice", False, "yes or no",
          "yes if the last price ends in s, or neither open nor volume is given",
          lambda q: "yes" if q.is_settlement else "no", Certainty.WORKED_OUT),
    Rule("change", "priceChange", False, "points", "from the text: unch is 0, N/A is unknown",
          lambda q: None if q.change is None else f"{points(q.change):+,.2f}"),
    Rule("open", "openPrice", True, "points", "the raw number; N/A means no opening trade",
          lambda q: price(q.open)),
    Rule("high", "highPrice", True, "points", "the raw number, unless neither open nor volume is given",
          lambda q: price(q.high)),
    Rule("low", "lowPrice", True, "points", "the raw number, unless neither open nor volume is given",
          lambda q: price(q.low)),
    Rule("volume", "volume", True, "contracts", "the raw number; null is unknown, not zero",
          lambda q: count(q.volume)),
    Rule("volume date", "tradeTime", False, "trade date",
          "the shown date of a settlement, else the session of the trade",
          lambda q: day(q.volume_date), Certainty.WORKED_OUT),
    Rule("open interest", "openInterest", True, "contracts", "the raw number of the day before; or null",
          lambda q: count(q.open_interest)),
    Rule("trade time", "tradeTime", True, "UTC", "the raw seconds; a settlement has no time of a trade",
          lambda q: None if q.trade_time is None else iso(q.trade_time)),
    Rule("settled on", "tradeTime", False, "trade date", "the shown date, of a settlement only",
          lambda q: day(q.settlement_date)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Selector:
    """Where a fact of the page stands; `marker` is found in its text."""

    name: str
    css: str
    unit: str
    value: Callable[[ChainPage], str | None]


PAGE: Final = (
    Selector("series", "script#bc-dynamic-config", "", lambda p: p.vendor_series),
    Selector("expiry", ".bc-options-toolbar__second-row strong", "date", lambda p: day(p.expiry)),
    Selector("days to expiry", ".bc-options-toolbar__second-row strong", "days",
              lambda p: count(p.days_to_expiry)),
    Selector("point value", ".bc-options-toolbar__second-row strong", "$",
              lambda p: None if p.point_value is None else f"{p.point_value:g}"),
    Selector("underlying", "[data-options]", "contract",
             lambda p: p.underlying.contract if p.underlying else None),
    Selector("underlying price", "[data-options]", "points",
              lambda p: price(p.underlying.price) if p.underlying else None),
    Selector("previous settlement", "[data-options]", "points", lambda p: price(p.previous_settlement)),
    Selector("families", "#bc-options-toolbar__dropdown-type option", "entries",
              lambda p: count(len(p.families)) if p.families else None),
    Selector("series listed", "#bc-options-toolbar__dropdown-month option", "entries",
              lambda p: count(len(p.series_listed)) if p.series_listed else None),
    Selector("data call", "[data-api-config]", "", lambda p: p.api.get("list")),
    Selector("open interest of calls", ".bc-futures-options-quotes-totals__data-row", "contracts",
              lambda p: count(p.call_open_interest)),
    Selector("open interest of puts", ".bc-futures-options-quotes-totals__data-row", "contracts",
              lambda p: count(p.put_open_interest)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fact:
    """Something said of a chain as a whole."""

    name: str
    value: Callable[[Chain], str | None]
    transform: str
    locator: str
    unit: str
    certainty: Certainty = Certainty.WORKED_OUT


CHAIN_FACTS: Final = (
    Fact("series", lambda c: c.vendor_series if c.quotes else None, "the series of most rows", "$.data", ""),
    Fact("contracts read", lambda c: count(len(c.quotes)), "rows that passed every check", "$.data", "rows"),
    Fact("contracts claimed", lambda c: count(c.claimed_total), "as written", "$.total", "rows",
         Certainty.SAID),
    Fact("rows left out", lambda c: count(len(c.rejects)), "they contradict themselves", "$.data", "rows"),
    Fact("expiry", lambda c: day(c.expiry), "said by the page read before this answer", "page", "date",
         Certainty.SAID),
    Fact("underlying price", lambda c: price(c.underlying.price) if c.underlying else None,
         "said by the page read before this answer", "page", "points", Certainty.SAID),
    Fact("as of", lambda c: _second(c.as_of), "the newest trade, else receipt less ten minutes", "$.data",
         "UTC"),
    Fact("received", lambda c: _second(c.received), "by our own clock", "", "UTC", Certainty.SAID),
)  # fmt: skip
