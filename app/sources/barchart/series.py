"""Names and paths of option series on Barchart's site."""

from datetime import date
from typing import Final
from urllib.parse import urlsplit

from app.domain.symbols import front_future, parse_barchart_series, rule_underlying

# all strikes in one table per right; without it the page shows the ten strikes near the money
VIEW: Final = {"futuresOptionsView": "merged"}


def key_of_path(path: str) -> str | None:
    """What to ask for to get the series that a link leads to; the quarterly goes by its future."""
    parts = [part for part in urlsplit(path).path.split("/") if part]
    if "options" not in parts[1:]:
        return None
    at = parts.index("options", 1)
    return parts[at + 1] if len(parts) > at + 1 else parts[at - 1]


def guessed_path(key: str | None, near: date) -> str:
    """Where a series should be when no page has listed it yet; the page then says what it really is."""
    if key is None:
        return f"/futures/quotes/{front_future(near).code}/options"
    # the page of a future that is gone is gone, too; the front one's says which series there are
    future = max(rule_underlying(parse_barchart_series(key, near)), front_future(near))
    if key.startswith("NQ"):
        return f"/futures/quotes/{future.code}/options"
    return f"/futures/quotes/{future.code}/options/{key}"
