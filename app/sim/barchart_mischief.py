"""What can be wrong with the rows of a chain although the answer looks well: one function for each fault."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any, Final

from app.sim.barchart_text import MISSING
from app.sim.faults import FaultKind

Rows = list[dict[str, Any]]

_NO_LADDER_HAS: Final = 15_873
_RENAMED: Final = {"lastPrice": "last", "bidPrice": "bid", "askPrice": "ask"}


def all_missing(rows: Rows) -> Rows:
    """Quotes, volume and open interest gone, as of a chain that has expired or a feed that has died."""
    for row in rows:
        for name, nothing in (("bidPrice", 0), ("askPrice", 0), ("volume", None), ("openInterest", None)):
            row[name], row["raw"][name] = MISSING, nothing
    return rows


def crossed(rows: Rows) -> Rows:
    """The two-sided quote in the middle of the chain has bid and ask exchanged."""
    two_sided = [row for row in rows if MISSING not in (row["bidPrice"], row["askPrice"])]
    if two_sided:
        row = two_sided[len(two_sided) // 2]
        for cells in (row, row["raw"]):
            cells["bidPrice"], cells["askPrice"] = cells["askPrice"], cells["bidPrice"]
    return rows


def stray(rows: Rows) -> Rows:
    """One call more, at a strike that no ladder has."""
    if rows:
        row = deepcopy(rows[0])
        symbol = f"{row['symbol'].partition('|')[0]}|{_NO_LADDER_HAS}C"
        for cells in (row, row["raw"]):
            cells["symbol"] = cells["longSymbol"] = symbol
            cells["optionType"] = "Call"
        row["strike"], row["raw"]["strike"] = f"{_NO_LADDER_HAS:,.2f}C", _NO_LADDER_HAS
        rows.append(row)
    return rows


def nothing(rows: Rows) -> Rows:
    return []


def renamed(answer: dict[str, Any]) -> dict[str, Any]:
    """The whole answer with other names for last, bid and ask; all rows of all groups."""
    groups = answer["data"].values() if isinstance(answer["data"], dict) else [answer["data"]]
    for row in (row for group in groups for row in group):
        for cells in (row, row.get("raw", {})):
            for old, new in _RENAMED.items():
                if old in cells:
                    cells[new] = cells.pop(old)
    return answer


def renamed_page(page: str) -> str:
    """The elements that a scraper looks for, under other names."""
    for old, new in (
        ("bc-options-toolbar__dropdown-", "bc-opt-bar__select-"),
        ("bc-options-toolbar__second-row", "bc-opt-bar__row"),
        ("data-api-config", "data-grid-config"),
        ("bc-datatable-middleware-wrapper", "bc-grid-shell"),
        ('id="bc-dynamic-config"', 'id="bc-runtime"'),
        ("bc-futures-options-quotes-totals__data-row", "bc-opt-totals__line"),
    ):
        page = page.replace(old, new)
    return page


ROW_FAULTS: Final[dict[FaultKind, Callable[[Rows], Rows]]] = {
    FaultKind.ALL_NA: all_missing,
    FaultKind.CROSSED: crossed,
    FaultKind.STRAY_STRIKE: stray,
    FaultKind.EMPTY: nothing,
}
