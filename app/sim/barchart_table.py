"""The grid of a chain as a browser draws it; it prints Eastern time where the endpoint prints Central."""

from collections.abc import Sequence
from typing import Any, Final

from app.domain.session import NEW_YORK
from app.domain.units import SECOND, Ns, moment

_COLUMNS: Final = {
    "Strike": "strike",
    "Open": "openPrice",
    "High": "highPrice",
    "Low": "lowPrice",
    "Last": "lastPrice",
    "Change": "priceChange",
    "Bid": "bidPrice",
    "Ask": "askPrice",
    "Volume": "volume",
    "Open Int": "openInterest",
    "Premium": "premium",
    "Last Trade": "tradeTime",
}


def rendered_table(rows: Sequence[dict[str, Any]]) -> str:
    head = "".join(f"<th>{title}</th>" for title in (*_COLUMNS, "Links"))
    tables = "".join(
        f'<h4>{side}s</h4>\n<div class="bc-table-scrollable-inner"><table>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>"
        + "\n".join(_line(row) for row in rows if row["optionType"] == side)
        + "</tbody></table></div>\n"
        for side in ("Call", "Put")
    )
    return f'<div class="bc-futures-options-quotes ng-scope">{tables}</div>'


def _line(row: dict[str, Any]) -> str:
    cells = "".join(
        f'<td><span data-ng-bind="cell">{_cell(row, name)}</span></td>' for name in _COLUMNS.values()
    )
    return f"<tr>{cells}<td></td></tr>"


def _cell(row: dict[str, Any], name: str) -> str:
    text = str(row[name])
    if name == "tradeTime" and text.endswith(" CT"):
        return moment(Ns(row["raw"]["tradeTime"] * SECOND)).astimezone(NEW_YORK).strftime("%H:%M ET")
    return text
