"""Where each value of a chain comes from: its place in the answer, its text there, and what was made of it.

Worked out on demand from a stored answer and the chain read from it; nothing is guessed, and a value that the
answer does not give stays without one.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from app.domain.answer import Answer, AnswerRow, general
from app.domain.chain import Chain, ChainPage, Quote
from app.domain.field_rules import CHAIN_FACTS, PAGE, RULES, Certainty, Rule
from app.domain.json_tree import written

CHAIN: Final = "chain"
# Shown before anything is searched for.
_STRIKES_NEAR: Final = 3
FIELD_NAMES: Final = tuple(rule.name for rule in RULES)


class FieldStatus(Enum):
    OK = "ok"
    MISSING = "missing"
    TYPE_CHANGED = "type changed"
    OUT_OF_RANGE = "out of range"
    RELOCATED = "relocated"


@dataclass(frozen=True, slots=True)
class Field:
    """`raw_text` is what the vendor shows, `raw_number` the number beside it; `prior` is of the last good."""

    subject: str
    name: str
    value: str | None
    raw_text: str | None
    raw_number: str | None
    transform: str
    locator: str
    unit: str
    certainty: Certainty
    prior: str | None
    status: FieldStatus

    @property
    def key(self) -> str:
        return f"{self.subject}/{self.name}"


def marker(locator: str) -> str:
    """What of a page's selector can be searched in its text."""
    return locator.split(" ")[0].lstrip("#.[").rstrip("]").replace("script#", "")


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """Gives the fields of one contract at a time: a chain has eight thousand."""

    answer: Answer
    chain: Chain | None
    page: ChainPage | None
    before: Answer | None
    chain_before: Chain | None
    page_before: ChainPage | None
    _rows: Mapping[str, AnswerRow]
    _quotes: Mapping[str, Quote]
    _earlier: Mapping[str, Quote]
    _left_out: Mapping[str, str]

    @property
    def subjects(self) -> tuple[str, ...]:
        """What has fields: the chain or page as a whole first, then each contract in the answer's order."""
        return (CHAIN, *self._rows)

    @property
    def troubled(self) -> tuple[str, ...]:
        """Contracts that were left out, or whose bid stands above its ask."""
        if self.chain is None:
            return tuple(self._rows)
        return tuple(s for s in self._rows if (q := self._quotes.get(s)) is None or q.crossed)

    @property
    def near_money(self) -> tuple[str, ...]:
        """The contracts around the underlying's price, else around the middle of the ladder."""
        if self.chain is None or not self.chain.quotes:
            return ()
        strikes = sorted({quote.contract.strike for quote in self.chain.quotes})
        said = self.chain.underlying.price if self.chain.underlying else None
        money = strikes[len(strikes) // 2] if said is None else said
        nearest = sorted(strikes, key=lambda strike: abs(strike - money))[:_STRIKES_NEAR]
        near = set(nearest)
        return tuple(quote.symbol for quote in self.chain.quotes if quote.contract.strike in near)

    def fields(self, subject: str, names: Container[str] = FIELD_NAMES) -> tuple[Field, ...]:
        if subject == CHAIN:
            return tuple(self._whole())
        row = self._rows.get(subject)
        return () if row is None else tuple(self._of_row(row, rule) for rule in RULES if rule.name in names)

    def find(self, locator: str) -> str | None:
        """Key of the field that stands at a path of the answer, either as text or as raw number."""
        for row in self._rows.values():
            if locator == row.path or locator.startswith((f"{row.path}.", f"{row.path}[")):
                name = locator[len(row.path) :].replace(".raw", "").lstrip(".")
                found = next((rule.name for rule in RULES if rule.text == name), "strike")
                return f"{row.symbol}/{found}"
        return None

    def _whole(self) -> Iterator[Field]:
        if self.page is not None:
            yield from _page_fields(self.page, self.page_before)
        elif self.chain is not None:
            yield from _chain_fields(self.chain, self.answer, self.chain_before)

    def _of_row(self, row: AnswerRow, rule: Rule) -> Field:
        quote, earlier = self._quotes.get(row.symbol), self._earlier.get(row.symbol)
        raw = row.cells.get("raw")
        numbers: Mapping[str, Any] = raw if isinstance(raw, dict) else {}
        # an answer that was asked for without numbers is read from its text
        by_number = rule.from_raw and "raw" in row.cells
        locator = f"{row.path}.raw.{rule.text}" if by_number else f"{row.path}.{rule.text}"
        there = rule.text in (numbers if by_number else row.cells)
        value = None if quote is None else rule.value(quote)
        return Field(
            subject=row.symbol,
            name=rule.name,
            value=value,
            raw_text=written(row.cells.get(rule.text)),
            raw_number=written(numbers.get(rule.text)),
            transform=self._transform(row, rule, there),
            locator=locator,
            unit=rule.unit,
            certainty=rule.certainty,
            prior=None if earlier is None else rule.value(earlier),
            status=self._status(rule, quote, value, locator, there),
        )

    def _status(
        self, rule: Rule, quote: Quote | None, value: str | None, locator: str, there: bool
    ) -> FieldStatus:
        place = general(locator)
        if not there:
            return FieldStatus.MISSING
        if self.before is not None and self.before.paths:
            known = self.before.paths.get(place)
            tail = place.partition("[]")[2]
            if known is None and any(path.endswith(tail) for path in self.before.paths):
                return FieldStatus.RELOCATED
            if known is not None and (self.answer.paths[place] - known - {"null"}) and known != {"null"}:
                return FieldStatus.TYPE_CHANGED
        if quote is not None and quote.crossed and rule.name in ("bid", "ask"):
            return FieldStatus.OUT_OF_RANGE
        return FieldStatus.MISSING if value is None else FieldStatus.OK

    def _transform(self, row: AnswerRow, rule: Rule, there: bool) -> str:
        if not there:
            return f"not in the answer{self._newcomers(row)}"
        left_out = self._left_out.get(row.symbol)
        return rule.transform if left_out is None else f"its row was left out: {left_out}"

    def _newcomers(self, row: AnswerRow) -> str:
        """Names that the last good answer did not have: a suggestion for a person, never applied."""
        if self.before is None:
            return ""
        place = general(row.path)
        new = [name for name in row.cells if f"{place}.{name}" not in self.before.paths]
        return f"; new there: {', '.join(new)}" if new else ""


def trace(
    answer: Answer,
    read: Chain | ChainPage | None,
    before: Answer | None = None,
    read_before: Chain | ChainPage | None = None,
) -> Trace:
    chain, earlier = (one if isinstance(one, Chain) else None for one in (read, read_before))
    page, page_before = (one if isinstance(one, ChainPage) else None for one in (read, read_before))
    return Trace(
        answer, chain, page, before, earlier, page_before,
        {row.symbol: row for row in answer.rows},
        {} if chain is None else {quote.symbol: quote for quote in chain.quotes},
        {} if earlier is None else {quote.symbol: quote for quote in earlier.quotes},
        {} if chain is None else {reject.symbol: reject.reason for reject in chain.rejects},
    )  # fmt: skip


def _page_fields(page: ChainPage, before: ChainPage | None) -> Iterator[Field]:
    for one in PAGE:
        value = one.value(page)
        yield Field(
            CHAIN, one.name, value, None, None, "read from the page", one.css, one.unit, Certainty.SAID,
            None if before is None else one.value(before),
            FieldStatus.MISSING if value is None else FieldStatus.OK,
        )  # fmt: skip


def _chain_fields(chain: Chain, answer: Answer, before: Chain | None) -> Iterator[Field]:
    for fact in CHAIN_FACTS:
        value = fact.value(chain)
        raw = str(answer.claimed) if fact.locator == "$.total" and answer.claimed is not None else None
        yield Field(
            CHAIN, fact.name, value, raw, raw, fact.transform, fact.locator, fact.unit, fact.certainty,
            None if before is None else fact.value(before),
            FieldStatus.MISSING if value is None else FieldStatus.OK,
        )  # fmt: skip


def kind_at(answer: Answer, path: str) -> str:
    """What stands at a general path, in words; `absent` where nothing does."""
    kinds = answer.paths.get(path)
    return " or ".join(sorted(kinds)) if kinds else "absent"


__all__ = ["CHAIN", "Certainty", "Field", "FieldStatus", "Trace", "kind_at", "marker", "trace"]
