"""Closed history as it is asked for, priced and held: the question, the price tag, what is still to buy."""

from dataclasses import dataclass, replace
from datetime import date

from app.domain.intervals import Span
from app.domain.routing import SourceId
from app.domain.units import MicroUsd

ALL_SYMBOLS = "ALL_SYMBOLS"


@dataclass(frozen=True, slots=True)
class HistoryWant:
    """A request for history. No symbol at all means every instrument of the dataset to the vendor, which is
    hardly ever meant: it has to be said as ALL_SYMBOLS."""

    source: SourceId
    dataset: str
    schema: str
    symbols: tuple[str, ...]
    symbols_as: str
    span: Span

    @property
    def is_all(self) -> bool:
        return not self.symbols or ALL_SYMBOLS in self.symbols

    def over(self, span: Span) -> "HistoryWant":
        return replace(self, span=span)

    @property
    def request(self) -> str:
        """The same text for the same question, however the symbols were ordered."""
        symbols = ",".join(sorted(self.symbols))
        return f"{self.dataset}/{self.schema}/{self.symbols_as}/{symbols}/{self.span.start}-{self.span.end}"


@dataclass(frozen=True, slots=True)
class PriceTag:
    """What the vendor says before it is bought. None is what it did not say; without a price nothing is
    bought. `resolved` counts the instruments behind the symbols, `doubtful` are days whose data the vendor
    itself calls degraded, pending or missing, with its word.
    """

    want: HistoryWant
    cost: MicroUsd | None
    records: int | None
    bytes: int | None
    resolved: int | None
    not_found: tuple[str, ...] = ()
    doubtful: tuple[tuple[date, str], ...] = ()
