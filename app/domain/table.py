"""A table as it leaves the program: columns of one kind each, and the facts that say where it comes from."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

Value = str | int | float | bool | None


class Kind(Enum):
    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    YES_NO = "yes or no"


@dataclass(frozen=True, slots=True)
class TableColumn:
    """`name` carries the unit where there is one. None is a value that nobody said."""

    name: str
    kind: Kind
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """`facts` go before the rows of a text and into the metadata of a file."""

    name: str
    facts: tuple[tuple[str, str], ...]
    columns: tuple[TableColumn, ...]

    @property
    def rows(self) -> int:
        return len(self.columns[0].values) if self.columns else 0


def delimited(table: Table, separator: str) -> str:
    """As text: each fact a line behind `#`, the headings, the rows; what is missing stays empty."""
    lines = [f"# {name}: {_one_line(said)}" for name, said in table.facts]
    lines.append(separator.join(_field(column.name, separator) for column in table.columns))
    lines.extend(separator.join(row) for row in _rows(table.columns, separator))
    return "\n".join(lines) + "\n"


def lines(table: Table) -> str:
    """An object a line: first the facts, then the rows; what is missing is null."""
    names = [column.name for column in table.columns]
    rows = zip(*(column.values for column in table.columns), strict=True)
    objects = [{"facts": dict(table.facts)}, *(dict(zip(names, row, strict=True)) for row in rows)]
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects)


def _rows(columns: Sequence[TableColumn], separator: str) -> Iterator[list[str]]:
    for values in zip(*(column.values for column in columns), strict=True):
        yield [_field(_text(value), separator) for value in values]


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else str(value)


def _field(text: str, separator: str) -> str:
    if any(mark in text for mark in (separator, '"', "\n", "\r")):
        return '"' + text.replace('"', '""') + '"'
    return text


def _one_line(text: str) -> str:
    return " ".join(text.split())
