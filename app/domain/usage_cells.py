"""Days and amounts as the cells of a vendor's file write them. One way of writing holds for a whole column:
what could mean two things is refused unless another row decides it.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Final

from app.domain.errors import ConfigError
from app.domain.units import DOLLAR

_SLASHED: Final = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})\b.*")
_BY_DIGITS: Final = {10: 1, 13: 10**3, 16: 10**6, 19: 10**9}
_WORDED: Final = (
    "%b %d, %Y", "%B %d, %Y", "%d %b %Y", "%d %B %Y", "%b %Y", "%B %Y", "%Y-%m", "%Y/%m/%d", "%Y%m%d",
)  # fmt: skip
_NAMED: Final = ("USD", "US$", "$")


def months_of(cells: Sequence[tuple[int, str]]) -> list[str]:
    """UTC months such as 2026-11; each cell with the line it stands in."""
    slashed = [found for _, text in cells if (found := _SLASHED.fullmatch(text.strip()))]
    day_first = any(int(found[1]) > 12 for found in slashed)
    month_first = any(int(found[2]) > 12 for found in slashed)
    if day_first and month_first:
        raise ConfigError("The usage file writes days in two ways: 31/12/2026 and 12/31/2026.")
    if slashed and not (day_first or month_first):
        raise ConfigError(
            f"The usage file has days such as {slashed[0].string!r}, which may be day or month first. "
            "Save it with days such as 2026-11-20."
        )
    return [f"{_day(text.strip(), line, day_first):%Y-%m}" for line, text in cells]


def _day(text: str, line: int, day_first: bool) -> date:
    found = _SLASHED.fullmatch(text)
    try:
        if found is not None:
            one, other, year = (int(part) for part in found.groups())
            return date(year, other if day_first else one, one if day_first else other)
        if text.isdigit() and len(text) in _BY_DIGITS:
            return datetime.fromtimestamp(int(text) / _BY_DIGITS[len(text)], UTC).date()
        return _iso(text) or _worded(text)
    except (ValueError, OverflowError, OSError):
        raise ConfigError(f"Line {line} of the usage file: {text!r} is no day such as 2026-11-20.") from None


def _iso(text: str) -> date | None:
    try:
        at = datetime.fromisoformat(text.removesuffix(" UTC"))
    except ValueError:
        return None
    return (at if at.tzinfo is None else at.astimezone(UTC)).date()


def _worded(text: str) -> date:
    for form in _WORDED:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    raise ValueError(text)


def amounts_of(cells: Sequence[tuple[int, str]], *, cents: bool, semicolons: bool) -> list[int]:
    """Micro-dollars. `semicolons`: they part the columns, so a comma is hardly one of thousands."""
    plain = [(line, text, _bare(text)) for line, text in cells]
    comma = _comma_is_decimal([text for _, _, text in plain], semicolons)
    return [_amount(bare, text, line, comma, cents) for line, text, bare in plain]


def _bare(text: str) -> str:
    bare = text.strip()
    for name in _NAMED:
        bare = bare.removeprefix(name).removesuffix(name).strip()
        bare = bare.replace(f"-{name}", "-")
    if bare.startswith("(") and bare.endswith(")"):
        bare = f"-{bare[1:-1]}"
    return bare.replace("$", "").replace(" ", "").replace("\u00a0", "").replace("'", "")


def _comma_is_decimal(texts: Sequence[str], semicolons: bool) -> bool:
    """By the rows that can mean one thing only."""
    with_comma = [text for text in texts if "," in text]
    points_last = any("." in text and text.rfind(".") > text.rfind(",") for text in with_comma)
    commas_last = any("." in text and text.rfind(",") > text.rfind(".") for text in with_comma)
    odd = any("." not in text and not re.fullmatch(r"-?\d{1,3}(,\d{3})+", text) for text in with_comma)
    if (points_last and (commas_last or odd)) or (odd and any("." in t and "," not in t for t in texts)):
        raise ConfigError("The usage file writes amounts in two ways, with a point and with a comma.")
    if commas_last or odd:
        return True
    return semicolons and not points_last and bool(with_comma)


def _amount(bare: str, text: str, line: int, comma: bool, cents: bool) -> int:
    figures = bare.replace(".", "").replace(",", ".") if comma else bare.replace(",", "")
    try:
        micro = Decimal(figures) * DOLLAR / (100 if cents else 1)
        return int(micro.to_integral_value(ROUND_HALF_EVEN))
    except (InvalidOperation, ValueError, OverflowError):
        raise ConfigError(f"Line {line} of the usage file: {text!r} is no amount of dollars.") from None
