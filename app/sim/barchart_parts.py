"""The parts of a Barchart options page that mean something: quote header, toolbar, grid element, totals."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any, Final

from app.domain.units import DOLLARS_PER_POINT, moment
from app.sim.barchart_api import MONTHS, contract_name, future_row
from app.sim.barchart_furniture import attribute
from app.sim.barchart_text import CENTRAL, date_text, price_raw, price_text
from app.sim.chain_truth import FutureQuote

PRODUCT: Final = "Nasdaq 100 E-Mini"
_PAGE_FIELDS: Final = (
    "strike,openPrice,highPrice,lowPrice,lastPrice,priceChange,bidPrice,askPrice,volume,openInterest,premium,"
    "tradeTime,longSymbol,optionType,symbol"
)
_EMPTY_TEXT: Final = (
    "There is no option data for this symbol and month, "
    "or the options for the selected month have already expired."
)
_MONEYNESS: Final = (
    ("5", "5 Strikes +/-"),
    ("10", "Near the Money"),
    ("20", "20 Strikes +/-"),
    ("50", "50 Strikes +/-"),
    ("allRows", "Show All"),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of a drop-down."""

    title: str
    path: str
    key: str
    selected: bool = False


@dataclass(frozen=True, slots=True)
class ChainFacts:
    """What an options page says about its chain; `today` is the date in Chicago."""

    key: str
    path: str
    family: str
    expiry: date
    today: date
    families: Sequence[Choice]
    months: Sequence[Choice]
    rows: Sequence[dict[str, Any]]


def month_name(quote: FutureQuote) -> str:
    return f"{MONTHS[quote.future.month - 1]} '{quote.future.year % 100:02d}"


def header(quote: FutureQuote, *, closed: bool) -> str:
    """The quote above the content; after the close it names the day instead of a clock time."""
    row = future_row(quote)
    traded = moment(quote.session.last_at).astimezone(CENTRAL)
    when = f"{traded:%A %B} {_ordinal(traded.day)}" if closed else row["tradeTime"]
    told = ("symbol", "symbolType", "lastPrice", "priceChange", "percentChange", "bidPrice", "askPrice")
    said = {name: row[name] for name in told} | {
        "symbolName": PRODUCT,
        "bidSize": str(quote.bid_size),
        "askSize": str(quote.ask_size),
        "tradeTime": when,
        "lastPriceExt": "-",
        "contractName": contract_name(quote),
        "symbolCode": "FUT",
        "exchange": "CME",
        "sicIndustry": "N/A",
        "symbolRoot": "NQ",
        "sessionDateDisplayLong": f"{traded:%a, %b} {_ordinal(traded.day)}, {traded.year}",
        "shouldUpdate": True,
    }
    other = f"init('{quote.future.code}', '2', 'futures', 'quotes.sectors.optionsQuotes', '1')"
    return f"""<div data-ng-controller="sectorCtrl" data-ng-init="{other}"></div>
<div class="page-title symbol-header-info clearfix ng-scope" data-ng-controller="symbolHeaderCtrl"
  data-ng-init="init({attribute(said)})">
  <h1><span class="symbol">{PRODUCT} {month_name(quote)}</span> <span>({quote.future.code})</span></h1>
  <div class="pricechangerow"><span class="last-change ng-binding">{row["lastPrice"]}</span>
  <span class="last-change ng-binding">{row["priceChange"]}</span>
  <span class="symbol-trade-time ng-binding">{when}</span> <span>[CME]</span></div>
</div>"""


def config(quote: FutureQuote, key: str | None, email: str | None) -> dict[str, Any]:
    """The part of the dynamic configuration that belongs to this page and this reader."""
    row = future_row(quote)
    names = ("symbolType", "symbol", "symbolCode", "lastPrice", "priceChange", "percentChange", "tradeTime")
    named = {"symbolName": PRODUCT, "symbolRoot": "NQ", "contractName": contract_name(quote)}
    text = {"dailyLastPrice": price_text(quote.settled), "pointValue": f"${DOLLARS_PER_POINT}"}
    raw = {"dailyLastPrice": price_raw(quote.settled), "pointValue": DOLLARS_PER_POINT}
    return {
        **({} if key is None else {"optionContract": key}),
        "user": {"market": "usd", "data": None if email is None else {"email": email}},
        "currentSymbol": {
            **{name: row[name] for name in names},
            **named,
            **text,
            "hasOptions": "Yes",
            "raw": {**{name: row["raw"][name] for name in names}, **named, **raw, "hasOptions": True},
        },
    }


def toolbar(quote: FutureQuote, facts: ChainFacts) -> str:
    """Which family, series and expiry: the only place where the site says so."""
    left = (facts.expiry - facts.today).days
    expiry = date_text(facts.expiry)
    download = f"{quote.future.code} options {facts.family} exp-{expiry} %moneyness% %futuresOptionsView%"
    moneyness = "".join(_option(value, title, value == "10") for value, title in _MONEYNESS)
    return f"""<div class="bc-datatable-toolbar bc-options-toolbar ng-scope">
  <label for="bc-options-toolbar__dropdown-type">Options Type:</label>
  {_drop_down("type", facts.families)} {_drop_down("month", facts.months)}
  <select name="moneyness">{moneyness}</select>
  <select name="futuresOptionsView"><option value="merged">Stacked</option>
    <option value="split">Side-by-Side</option></select>
  <select name="futuresOptionsTime"><option value="intraday">Intraday</option>
    <option disabled="" value="daily">Daily</option></select>
  <a class="toolbar-button download" data-bc-download-button="{download}"><span>download</span></a>
</div>
<div class="bc-datatable-toolbar bc-options-toolbar"><div class="row bc-options-toolbar__second-row">
  <div><strong>{left} Days</strong> to expiration on <strong>{expiry}</strong></div>
  <div>Price Value of Option point: <strong>${DOLLARS_PER_POINT}</strong></div>
</div></div>"""


def grid(quote: FutureQuote, facts: ChainFacts) -> str:
    """An element that fetches its rows by script: `data-api-config` is the call it makes."""
    api = {
        "method": "quotes",
        "symbol": facts.key,
        "list": "futures.options",
        "fields": _PAGE_FIELDS,
        "meta": "field.shortName,field.description,field.type",
        "groupBy": "optionType",
        "orderBy": "strike",
        "orderDir": "asc",
    }
    options = {
        "quickLinks": True,
        "colorize": ["priceChange", "symbol"],
        "exclude": ["symbol", "optionType", "daysToExpiration", "expirationDate", "longSymbol"],
        "emptyText": _EMPTY_TEXT,
        "groupNameKeys": {"Call": "Calls", "Put": "Puts"},
        "itm": {
            "compareWith": "strike",
            "lastPrice": price_raw(quote.session.last),
            "dailyLastPrice": price_raw(quote.settled),
        },
        "futureOptions": True,
        "noPagination": True,
    }
    table = (
        '<div class="bc-datatable" data-options="datatableOptions[key]"><bc-data-grid></bc-data-grid></div>'
    )
    return f"""<div class="bc-futures-options-quotes ng-scope">
<div class="bc-datatable-middleware-wrapper ng-isolate-scope" data-api-config="{attribute({"api": api})}"
  data-options="{attribute(options)}">
{table}
{table}
</div></div>"""


def totals(rows: Iterable[dict[str, Any]]) -> str:
    """Premium over all listed strikes, traded or not, and open interest."""
    premium, interest = {"Put": 0.0, "Call": 0.0}, {"Put": 0, "Call": 0}
    for row in rows:
        premium[row["optionType"]] += row["raw"]["premium"]
        interest[row["optionType"]] += row["raw"]["openInterest"] or 0
    lines = (
        *((f"{side} Premium Total", f"${value:,.2f}") for side, value in premium.items()),
        ("Put/Call Premium Ratio", _ratio(**premium)),
        *((f"{side} Open Interest Total", f"{value:,}") for side, value in interest.items()),
        ("Put/Call Open Interest Ratio", _ratio(**interest)),
    )
    name = "bc-futures-options-quotes-totals"
    body = "\n".join(
        f'<div class="{name}__data-row"> {title} <strong class="right"> {value} </strong> </div>'
        for title, value in lines
    )
    return f'<div class="{name}">{body}</div>'


def _ratio(Put: float, Call: float) -> str:
    return f"{Put / Call:.2f}" if Call else "N/A"


def _drop_down(name: str, choices: Iterable[Choice]) -> str:
    options = " ".join(_option(c.path, c.title, c.selected) for c in choices)
    return (
        f'<select id="bc-options-toolbar__dropdown-{name}" data-barchart-nav-dropdown="" '
        f'class="ng-isolate-scope">{options}</select>'
    )


def _option(value: str, title: str, selected: bool) -> str:
    mark = 'selected="selected" ' if selected else ""
    return f'<option {mark}value="{escape(value)}">{escape(title)}</option>'


def _ordinal(day: int) -> str:
    suffix = "th" if day in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{suffix}"
