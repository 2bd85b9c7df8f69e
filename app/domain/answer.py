"""What a stored answer is built of: its rows, its paths with the kinds of their values, its coverage.

Read from the stored bytes alone, without the parser: so a change of structure shows also where the parser
could make nothing of it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, Final

from app.domain.json_tree import document_of, kind_of, written

# What a row is read from; any other member may come and go.
NEEDED: Final = frozenset(
    {
        "symbol", "strike", "openPrice", "highPrice", "lowPrice", "lastPrice", "priceChange", "bidPrice",
        "askPrice", "volume", "openInterest", "tradeTime", "optionType", "raw", "data", "total",
    }
)  # fmt: skip
REQUIRED: Final = (
    "symbol", "strike", "lastPrice", "bidPrice", "askPrice", "volume", "openInterest", "tradeTime",
)  # fmt: skip
_ABSENT: Final = (None, "", "N/A")
# Of a number of contracts; more is no number of anything, and Python refuses to read thousands of them.
_MOST_DIGITS: Final = 9


class AnswerKind(Enum):
    """What came at all; the text completes the sentence `it is …`."""

    DATA = "data with rows"
    EMPTY = "data without a row"
    PAGE = "a web page"
    UNREADABLE = "cut off, or no JSON"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One contract as it stands in the answer; `path` leads to it."""

    path: str
    group: str
    cells: Mapping[str, Any]

    @property
    def symbol(self) -> str:
        return written(self.cells.get("symbol")) or "?"


@dataclass(frozen=True, slots=True)
class Count:
    """What later answers are compared with, kept in the index beside an answer: it need not be read again."""

    rows: int
    coverage: Mapping[str, float]


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """`paths` have `[]` for any member of a list; `coverage` is the share of rows with a value."""

    kind: AnswerKind
    size: int
    document: Any = None
    rows: tuple[AnswerRow, ...] = ()
    claimed: int | None = None
    paths: Mapping[str, frozenset[str]] = field(default_factory=dict)
    coverage: Mapping[str, float] = field(default_factory=dict)
    out_of_order: tuple[str, ...] = ()
    row_count: int = 0

    @property
    def profile(self) -> "Answer":
        """All that later answers are compared with, without the document: 20 of them weigh nothing."""
        return replace(self, document=None, rows=())

    @property
    def count(self) -> Count | None:
        """None of anything but data with rows."""
        return Count(self.row_count, self.coverage) if self.row_count else None

    @property
    def fingerprint(self) -> str:
        """Short name of the set of paths: equal structure, equal name."""
        folded = 0
        for letter in "\n".join(sorted(self.paths)).encode():
            folded = (folded ^ letter) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF  # FNV-1a
        return f"{folded:016x}"[:8]


def answer_of(body: bytes) -> Answer:
    if not body.strip():
        return Answer(AnswerKind.NOTHING, len(body))
    if body.lstrip()[:1] == b"<":
        return Answer(AnswerKind.PAGE, len(body))
    try:
        document = document_of(body)
    except ValueError:
        return Answer(AnswerKind.UNREADABLE, len(body))
    rows = tuple(_rows(document))
    claimed = written(document.get("total")) if isinstance(document, dict) else None
    return Answer(
        kind=AnswerKind.DATA if rows else AnswerKind.EMPTY,
        size=len(body),
        document=document,
        rows=rows,
        claimed=_claim(claimed),
        paths=_paths(document),
        coverage=_coverage(rows),
        out_of_order=tuple(_out_of_order(rows)),
        row_count=len(rows),
    )


def profile_of(body: bytes) -> Answer:
    """Rows counted and their coverage, without paths: 5 ms for 750 rows instead of 11."""
    if body.lstrip()[:1] == b"<":
        return Answer(AnswerKind.PAGE, len(body))
    try:
        rows = tuple(_rows(json.loads(body)))
    except (ValueError, RecursionError):
        return Answer(AnswerKind.UNREADABLE, len(body))
    kind = AnswerKind.DATA if rows else AnswerKind.EMPTY
    return Answer(kind, len(body), coverage=_coverage(rows), row_count=len(rows))


def counted(count: Count) -> Answer:
    """A good answer of which only the count was kept."""
    return Answer(AnswerKind.DATA, 0, coverage=count.coverage, row_count=count.rows)


def _claim(said: str | None) -> int | None:
    plain = said is not None and said.isascii() and said.isdigit() and len(said) <= _MOST_DIGITS
    return int(said) if plain and said is not None else None


def general(path: str) -> str:
    """The same place in any row: `$.data.Call[12].bidPrice` becomes `$.data.Call[].bidPrice`."""
    parts = path.split("[")
    return parts[0] + "".join("[]" + part.partition("]")[2] for part in parts[1:])


def _rows(document: Any) -> Iterator[AnswerRow]:
    data = document.get("data") if isinstance(document, dict) else None
    groups = data.items() if isinstance(data, dict) else [("", data)]
    for group, members in groups:
        for at, cells in enumerate(members if isinstance(members, list) else ()):
            if isinstance(cells, dict):
                place = f"$.data.{group}" if group else "$.data"
                yield AnswerRow(f"{place}[{at}]", group, cells)


def _paths(document: Any) -> dict[str, frozenset[str]]:
    """Place by place, all rows at once: one by one takes ten times as long."""
    found: dict[str, frozenset[str]] = {}
    waiting: list[tuple[str, list[Any]]] = [("$", [document])]
    while waiting:
        path, values = waiting.pop()
        found[path] = frozenset(map(kind_of, {type(value): value for value in values}.values()))
        members: dict[str, list[Any]] = {}
        for value in values:
            if isinstance(value, dict):
                for key, member in value.items():
                    members.setdefault(f".{key}", []).append(member)
            elif isinstance(value, list) and value:
                members.setdefault("[]", []).extend(value)
        waiting += [(path + step, inner) for step, inner in members.items()]
    return found


def _coverage(rows: tuple[AnswerRow, ...]) -> dict[str, float]:
    if not rows:
        return {}
    return {name: sum(row.cells.get(name) not in _ABSENT for row in rows) / len(rows) for name in REQUIRED}


def _out_of_order(rows: tuple[AnswerRow, ...]) -> Iterator[str]:
    """Contracts whose strike does not lie above the one before it in its group."""
    before: dict[str, float] = {}
    for row in rows:
        strike = _strike(row)
        if strike is None:
            continue
        if row.group and strike <= before.get(row.group, float("-inf")):
            yield row.symbol
        before[row.group] = strike


def _strike(row: AnswerRow) -> float | None:
    raw = row.cells.get("raw")
    text = written(raw.get("strike")) if isinstance(raw, dict) else None
    try:
        return None if text is None else float(text)
    except ValueError:
        return None
