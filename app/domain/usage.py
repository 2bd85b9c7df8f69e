"""What a vendor says it billed, read from the usage file that its portal exports, beside our own ledger.

Vendors name the columns as they like, and change them: the file needs a header, one column of days and one
of costs, found by their names. Whatever is not plain is refused with the sentence that says why. Lines that
are no metered use, such as a subscription, are left out and counted: they are fees, and compared with none.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from app.domain.errors import ConfigError
from app.domain.units import MicroUsd, usd
from app.domain.usage_cells import amounts_of, months_of

_DAYS: Final = (
    "date", "day", "usage_date", "timestamp", "time", "start_date", "start", "start_time", "period_start",
    "usage_start", "datetime", "created_at", "created", "month", "billing_month", "period", "invoice_date",
)  # fmt: skip
_COSTS: Final = (
    "cost_usd", "total_cost", "cost_sum", "usage_cost", "cost", "amount_usd", "amount", "total_usd", "total",
    "usd", "charge", "charges", "billed", "cost_cents", "usage_cents", "amount_cents", "cents",
)  # fmt: skip
_SCHEMAS: Final = ("schema", "schema_name", "record_type")
_DATASETS: Final = ("dataset", "dataset_id", "dataset_code", "feed")
_KINDS: Final = ("kind", "type", "category", "mode", "item", "product", "description", "usage_type")
_CURRENCIES: Final = ("currency", "currency_code")
_FEES: Final = ("subscription", "licence", "license", "plan fee", "monthly fee", "platform fee")
_CREDITS: Final = ("credit", "credits")
_SUMS: Final = ("total", "grand total", "sum", "subtotal")
_DELIMITERS: Final = (",", ";", "\t", "|")
_MOST_BYTES: Final = 20_000_000
_A_CENT: Final = 10_000


@dataclass(frozen=True, slots=True)
class Billed:
    """One line of a bill: what was charged for a month, dataset and schema."""

    month: str
    dataset: str
    schema: str
    amount: MicroUsd


@dataclass(frozen=True, slots=True)
class Usage:
    """`columns` are those that were used, as the file calls them: days, costs. `rows` were read; `left_out`
    of them, worth `left_out_amount`, are fees or credits and no metered use. `others` are columns that could
    have been the costs, too.
    """

    lines: tuple[Billed, ...]
    columns: tuple[str, str]
    rows: int = 0
    left_out: int = 0
    left_out_amount: MicroUsd = MicroUsd(0)
    others: tuple[str, ...] = ()

    @property
    def months(self) -> tuple[str, ...]:
        return tuple(sorted({line.month for line in self.lines}))

    @property
    def total(self) -> MicroUsd:
        return MicroUsd(sum(line.amount for line in self.lines))

    def of_month(self, month: str) -> MicroUsd:
        return MicroUsd(sum(line.amount for line in self.lines if line.month == month))


def read_usage(text: str) -> Usage:
    rows, delimiter = _rows(text)
    header = [_plain(name) for name in rows[0]]
    day, cost = _column(header, _DAYS), _column(header, _COSTS)
    if day is None or cost is None:
        said = ", ".join(name.strip() for name in rows[0][:12])
        raise ConfigError(f"The usage file needs a column of days and one of costs; it has: {said}.")
    _check_currency(rows, header, cost)
    body = list(enumerate(rows[1:], 2))
    told = body.pop() if _is_sum(body[-1][1], day) else None
    if not body:
        raise ConfigError("The usage file has no lines under a header.")
    months = months_of([(line, _cell(row, day)) for line, row in body])
    cells = [(line, _cell(row, cost)) for line, row in body]
    if told is not None:
        cells.append((told[0], _cell(told[1], cost)))
    amounts = amounts_of(cells, cents=header[cost].endswith("cents"), semicolons=delimiter == ";")
    if told is not None and abs(amounts.pop() - (found := sum(amounts))) > _A_CENT:
        raise ConfigError(
            f"The last line of the usage file is a sum of {_cell(told[1], cost)!r}, but the lines add up to "
            f"${usd(MicroUsd(found)):,.2f}."
        )
    return _usage(rows, header, (day, cost), months, amounts)


def _usage(
    rows: Sequence[Sequence[str]],
    header: Sequence[str],
    used: tuple[int, int],
    months: Sequence[str],
    amounts: Sequence[int],
) -> Usage:
    dataset, schema, kind = (_column(header, names) for names in (_DATASETS, _SCHEMAS, _KINDS))
    sums: dict[tuple[str, str, str], int] = {}
    left_out, left_amount = 0, 0
    for row, month, amount in zip(rows[1:], months, amounts, strict=False):
        if _is_fee(_cell(row, kind)):
            left_out, left_amount = left_out + 1, left_amount + amount
            continue
        key = month, _cell(row, dataset), _cell(row, schema)
        sums[key] = sums.get(key, 0) + amount
    if not sums:
        raise ConfigError("The usage file holds fees or credits only, and no metered use.")
    day, cost = used
    return Usage(
        tuple(Billed(*key, MicroUsd(amount)) for key, amount in sorted(sums.items())),
        (rows[0][day].strip(), rows[0][cost].strip()),
        len(months),
        left_out,
        MicroUsd(left_amount),
        tuple(rows[0][n].strip() for n, name in enumerate(header) if name in _COSTS and n != cost),
    )


def _rows(text: str) -> tuple[list[list[str]], str]:
    if len(text) > _MOST_BYTES:
        raise ConfigError("The usage file is too large to be one.")
    plain = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    first = next((line for line in plain.split("\n") if line.strip()), "")
    delimiter = max(_DELIMITERS, key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(plain, newline="\n"), delimiter=delimiter))
    except csv.Error as e:
        raise ConfigError("The usage file is no CSV.", detail=repr(e)) from e
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if len(rows) < 2:
        raise ConfigError("The usage file has no lines under a header.")
    return rows, delimiter


def _check_currency(rows: Sequence[Sequence[str]], header: Sequence[str], cost: int) -> None:
    """A bill in another currency is not turned into dollars by guess."""
    place = _column(header, _CURRENCIES)
    said = {_cell(row, place).upper() for row in rows[1:]} - {"", "USD", "US$", "$"}
    named = rows[0][cost].upper()
    said |= {name for name in ("EUR", "GBP", "€", "£", "CAD", "CHF") if name in named}
    if said:
        raise ConfigError(f"The usage file is in {', '.join(sorted(said))}; the ledger is in US dollars.")


def _is_sum(row: Sequence[str], day: int) -> bool:
    words = [cell.strip().lower().rstrip(":") for cell in row]
    return (not _cell(row, day) or _cell(row, day).lower().rstrip(":") in _SUMS) and any(
        word in _SUMS for word in words
    )


def _is_fee(kind: str) -> bool:
    words = kind.lower()
    return any(name in words for name in _FEES) or words in _CREDITS


def _plain(name: str) -> str:
    """Without the currency, which is checked on its own."""
    kept = "".join(c if c.isalnum() else "_" for c in name.strip().lower())
    parts = [part for part in kept.split("_") if part]
    return "_".join(parts)


def _column(header: Sequence[str], names: Sequence[str]) -> int | None:
    return next((header.index(name) for name in names if name in header), None)


def _cell(row: Sequence[str], place: int | None) -> str:
    return row[place].strip() if place is not None and place < len(row) else ""
