"""What a vendor says it billed, read from the usage file that its portal exports, beside our own ledger.

Vendors name the columns as they like, and change them: the file needs a header, one column of days and one
of costs, found by their names. Whatever is not plain is refused with the sentence that says why.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Final

from app.domain.errors import ConfigError
from app.domain.units import DOLLAR, MicroUsd

_DAYS: Final = ("date", "day", "usage_date", "start_date", "timestamp", "time", "start")
_COSTS: Final = (
    "cost_usd",
    "total_cost",
    "cost",
    "amount_usd",
    "amount",
    "total_usd",
    "total",
    "usd",
    "charge",
)
_SCHEMAS: Final = ("schema",)
_DATASETS: Final = ("dataset", "dataset_id", "feed")
_MOST_BYTES: Final = 20_000_000


@dataclass(frozen=True, slots=True)
class Billed:
    """One line of a bill: what was charged for a month, dataset and schema."""

    month: str
    dataset: str
    schema: str
    amount: MicroUsd


@dataclass(frozen=True, slots=True)
class Usage:
    """`columns` are those that were used, as the file calls them: days, costs."""

    lines: tuple[Billed, ...]
    columns: tuple[str, str]

    @property
    def months(self) -> tuple[str, ...]:
        return tuple(sorted({line.month for line in self.lines}))


def read_usage(text: str) -> Usage:
    if len(text) > _MOST_BYTES:
        raise ConfigError("The usage file is too large to be one.")
    plain = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    try:
        rows = list(csv.reader(io.StringIO(plain, newline="\n")))
    except csv.Error as e:
        raise ConfigError("The usage file is no CSV.", detail=repr(e)) from e
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if len(rows) < 2:
        raise ConfigError("The usage file has no lines under a header.")
    header = [_plain(name) for name in rows[0]]
    day, cost = _column(header, _DAYS), _column(header, _COSTS)
    if day is None or cost is None:
        said = ", ".join(name.strip() for name in rows[0][:12])
        raise ConfigError(f"The usage file needs a column of days and one of costs; it has: {said}.")
    dataset, schema = _column(header, _DATASETS), _column(header, _SCHEMAS)
    sums: dict[tuple[str, str, str], int] = {}
    for number, row in enumerate(rows[1:], 2):
        key = _month(_cell(row, day), number), _cell(row, dataset), _cell(row, schema)
        sums[key] = sums.get(key, 0) + _amount(_cell(row, cost), number)
    lines = tuple(Billed(*key, MicroUsd(amount)) for key, amount in sorted(sums.items()))
    return Usage(lines, (rows[0][day].strip(), rows[0][cost].strip()))


def _plain(name: str) -> str:
    kept = "".join(c if c.isalnum() else "_" for c in name.strip().lower())
    return "_".join(part for part in kept.split("_") if part)


def _column(header: Sequence[str], names: Sequence[str]) -> int | None:
    return next((header.index(name) for name in names if name in header), None)


def _cell(row: Sequence[str], place: int | None) -> str:
    return row[place].strip() if place is not None and place < len(row) else ""


def _month(text: str, number: int) -> str:
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            return f"{read(text):%Y-%m}"
        except ValueError:
            continue
    raise ConfigError(f"Line {number} of the usage file: {text!r} is no day such as 2026-11-20.")


def _amount(text: str, number: int) -> int:
    try:
        micro = Decimal(text.replace("$", "").replace(",", "").strip()) * DOLLAR
        return int(micro.to_integral_value(ROUND_HALF_EVEN))
    except (InvalidOperation, ValueError, OverflowError):
        raise ConfigError(f"Line {number} of the usage file: {text!r} is no amount of dollars.") from None
