"""Closed history as it is asked for, priced and held: the question, the price tag, what is still to buy."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from app.domain.intervals import Span, missing, share_held
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


@dataclass(frozen=True, slots=True)
class HistoryPiece:
    """A file on the shelf: one span of some symbols. `sha256` is of the file as it was stored."""

    want: HistoryWant
    file: str
    sha256: str
    size: int


Held = Mapping[str, Sequence[Span]]


def held_by_symbol(want: HistoryWant, pieces: Iterable[HistoryPiece]) -> Held:
    """The spans that pieces of the same dataset, schema and kind of symbol hold, symbol by symbol."""
    found: dict[str, list[Span]] = {symbol: [] for symbol in symbols_of(want)}
    for piece in pieces:
        if same_kind(piece.want, want):
            for symbol in symbols_of(piece.want):
                if symbol in found:
                    found[symbol].append(piece.want.span)
    return found


def same_kind(one: HistoryWant, other: HistoryWant) -> bool:
    a = (one.source, one.dataset, one.schema, one.symbols_as)
    return a == (other.source, other.dataset, other.schema, other.symbols_as)


def symbols_of(want: HistoryWant) -> tuple[str, ...]:
    """Each once; all of a dataset is a symbol of its own."""
    return (ALL_SYMBOLS,) if want.is_all else tuple(sorted(set(want.symbols)))


def to_buy(want: HistoryWant, held: Held) -> tuple[HistoryWant, ...]:
    """What no piece holds, symbols that lack the same span together. Nothing held is ever in it."""
    lacking: dict[Span, list[str]] = {}
    for symbol, spans in held.items():
        for span in missing(want.span, spans):
            lacking.setdefault(span, []).append(symbol)
    return tuple(
        replace(want, symbols=tuple(symbols), span=span) for span, symbols in sorted(lacking.items())
    )


def share_of(want: HistoryWant, held: Held) -> float:
    """How much of it is held already, by time, as the mean of its symbols."""
    return sum(share_held(want.span, spans) for spans in held.values()) / len(held)


@dataclass(frozen=True, slots=True)
class HistoryQuote:
    """A purchase before it is made. `tags` are the pieces nobody holds yet, each priced; `held` is the share
    that is on the shelf. `whole` is the price of all of it, None where nothing is held or nobody said it.
    `left` is what the month leaves for metered use, `after` the month's forecast with this purchase.
    `unasked`: small enough to go without a question; `must_type`: above the cap, so the amount is typed;
    `refused` says why it cannot be bought at all, empty if it can. `others` are coarser schemas, cheaper.
    """

    want: HistoryWant
    tags: tuple[PriceTag, ...]
    held: float
    whole: MicroUsd | None
    left: MicroUsd
    after: MicroUsd
    unasked: bool
    must_type: bool
    refused: str
    others: tuple[tuple[str, MicroUsd], ...] = ()

    @property
    def cost(self) -> MicroUsd | None:
        """Of what is missing; None if any piece has no price."""
        costs = [tag.cost for tag in self.tags]
        return None if None in costs else MicroUsd(sum(cost or 0 for cost in costs))

    @property
    def records(self) -> int | None:
        counts = [tag.records for tag in self.tags]
        return None if None in counts else sum(count or 0 for count in counts)

    @property
    def bytes(self) -> int | None:
        sizes = [tag.bytes for tag in self.tags]
        return None if None in sizes else sum(size or 0 for size in sizes)
