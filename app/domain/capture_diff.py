"""What differs between two captures: request and headers, steps, structure, and contracts cell by cell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from app.domain.answer import Answer
from app.domain.capture import Capture, Step
from app.domain.chain import Chain, Quote
from app.domain.drift import retyped
from app.domain.field_rules import RULES
from app.domain.provenance import kind_at

# What differs in every answer by its nature, and says nothing.
_ALWAYS_NEW: Final = frozenset({"date", "set-cookie", "age", "expires", "last-modified", "etag", "cf-ray"})
_IDENTITY: Final = frozenset({"strike", "right"})


@dataclass(frozen=True, slots=True)
class StepPair:
    """The same step in both; None where one capture did not get there."""

    name: str
    before: Step | None
    after: Step | None


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that stands on one side only, or on both with another text."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """A contract with the cells that changed; `new` or `gone` when it stands on one side only."""

    symbol: str
    strike: float
    right: str
    word: str
    cells: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class CaptureDiff:
    steps: tuple[StepPair, ...]
    request: tuple[Difference, ...]
    structure: tuple[Difference, ...]
    rows: tuple[RowChange, ...]
    unchanged: int

    @property
    def changed_cells(self) -> int:
        return sum(len(row.cells) for row in self.rows)


def difference(
    before: Capture, after: Capture, answers: tuple[Answer, Answer], chains: tuple[Chain | None, Chain | None]
) -> CaptureDiff:
    rows, unchanged = _rows(*chains)
    return CaptureDiff(
        steps=tuple(paired_steps(before.steps, after.steps)),
        request=tuple(_request(before, after)),
        structure=tuple(_structure(*answers)),
        rows=rows,
        unchanged=unchanged,
    )


def paired_steps(before: tuple[Step, ...], after: tuple[Step, ...]) -> Iterator[StepPair]:
    """Paired by name in order; a step that only one has stands alone."""
    left = list(before)
    for step in after:
        at = next((i for i, old in enumerate(left) if old.name == step.name), None)
        if at is not None:
            yield from (StepPair(old.name, old, None) for old in left[:at])
            yield StepPair(step.name, left[at], step)
            del left[: at + 1]
        else:
            yield StepPair(step.name, None, step)
    yield from (StepPair(old.name, old, None) for old in left)


def _request(before: Capture, after: Capture) -> Iterator[Difference]:
    facts = (
        ("address", before.url, after.url),
        ("status", _status(before), _status(after)),
        ("content type", before.content_type, after.content_type),
        ("bytes", f"{len(before.body):,}", f"{len(after.body):,}"),
        ("outcome", before.outcome.value, after.outcome.value),
        ("verdict", before.verdict, after.verdict),
    )
    yield from (Difference(name, old, new) for name, old, new in facts if old != new)
    yield from _headers(before.headers, after.headers)


def _headers(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Difference]:
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name, "absent"), after.get(name, "absent")
        if old != new and name.lower() not in _ALWAYS_NEW:
            yield Difference(f"header {name}", old, new)


def _status(capture: Capture) -> str:
    return "no answer" if capture.status is None else str(capture.status)


def _structure(before: Answer, after: Answer) -> Iterator[Difference]:
    if before.kind is not after.kind:
        yield Difference("what came", before.kind.value, after.kind.value)
    for path in sorted(before.paths.keys() | after.paths.keys()):
        both = path in before.paths and path in after.paths
        if not both or retyped(before, after, path) or retyped(after, before, path):
            yield Difference(path, kind_at(before, path), kind_at(after, path))


def _rows(before: Chain | None, after: Chain | None) -> tuple[tuple[RowChange, ...], int]:
    """By strike, calls before puts."""
    old = {} if before is None else {q.symbol: q for q in before.quotes}
    new = {} if after is None else {q.symbol: q for q in after.quotes}
    changes = [
        change for symbol in old.keys() | new.keys() if (change := _row(old.get(symbol), new.get(symbol)))
    ]
    changes.sort(key=lambda change: (change.strike, change.right))
    both = len(old.keys() & new.keys())
    return tuple(changes), both - sum(change.word == "changed" for change in changes)


def _row(old: Quote | None, new: Quote | None) -> RowChange | None:
    named = new or old
    if named is None or old == new:
        return None
    word = "new" if old is None else "gone" if new is None else "changed"
    cells = tuple(_cells(old, new)) if old is not None and new is not None else ()
    if word == "changed" and not cells:
        return None
    contract = named.contract
    return RowChange(named.symbol, contract.strike / 1e9, contract.right.name.capitalize(), word, cells)


def _cells(old: Quote, new: Quote) -> Iterator[Difference]:
    for rule in RULES:
        if rule.name not in _IDENTITY and (was := rule.value(old)) != (now := rule.value(new)):
            yield Difference(rule.name, "—" if was is None else was, "—" if now is None else now)
