"""The chain board without a screen: which chain is shown, which strikes, and what each cell says."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

from app.domain.chain import Chain, ListedSeries, Quote
from app.domain.contract import Right
from app.domain.health import Freshness
from app.domain.units import Ns, Px
from app.domain.updates import ChainArrived, ChainMissing, SeriesOffered, Update

NEAR_STRIKES: Final = 20


class Column(Enum):
    """One side's columns from the strike outwards; the text is the heading."""

    BID = "Bid"
    ASK = "Ask"
    MID = "Mid"
    LAST = "Last"
    VOLUME = "Vol"
    INTEREST = "OI"
    VOL = "IV"
    DELTA = "Δ"


class Mark(Enum):
    """Why a cell is not an ordinary live number."""

    NONE = ""
    MISSING = "nothing was said"
    SETTLEMENT = "settlement, not a trade"
    PRIOR = "volume of a prior session"
    WIDE = "the spread is more than half of the middle"
    CROSSED = "bid above ask"


@dataclass(frozen=True, slots=True)
class Cell:
    value: float | int | None
    mark: Mark = Mark.NONE


@dataclass(frozen=True, slots=True)
class Row:
    """A strike with both sides; `calls` and `puts` follow the order of `Column`."""

    strike: float
    at_the_money: bool
    call_in_the_money: bool
    calls: tuple[Cell, ...]
    puts: tuple[Cell, ...]


class ChainModel:
    """Holds the newest chain of each series and what stands in its way; knows nothing of Qt."""

    def __init__(self) -> None:
        self.arrived: dict[str, ChainArrived] = {}
        self.missing: dict[str, ChainMissing] = {}
        self.offered: SeriesOffered | None = None
        self.chosen: str | None = None
        self.near_only = True
        self._rows: tuple[Row, ...] | None = None

    def apply(self, update: Update) -> bool:
        """True when something that is shown has changed."""
        match update:
            case ChainArrived():
                self.arrived[update.chain.vendor_series] = update
                self.missing.pop(update.chain.vendor_series, None)
                if self.chosen is None:
                    self.chosen = update.chain.vendor_series
            case ChainMissing():
                self.missing[update.series] = update
            case SeriesOffered():
                self.offered = update
                if update.chosen is not None:
                    self.chosen = update.chosen
            case _:
                return False
        self._rows = None
        return True

    def choose(self, series: str) -> None:
        self.chosen, self._rows = series, None

    def show_near_only(self, near_only: bool) -> None:
        self.near_only, self._rows = near_only, None

    @property
    def current(self) -> ChainArrived | None:
        return self.arrived.get(self.chosen) if self.chosen else None

    @property
    def why_not(self) -> ChainMissing | None:
        return self.missing.get(self.chosen) if self.chosen else None

    @property
    def is_stale(self) -> bool:
        """Anything but a live or quiet channel is struck and grey; so is a chain whose renewal failed."""
        shown = self.current
        return shown is not None and (
            shown.freshness not in (Freshness.LIVE, Freshness.QUIET, Freshness.CLOSED)
            or self.why_not is not None
        )

    def choices(self) -> Sequence[ListedSeries]:
        return self.offered.series if self.offered else ()

    def rows(self) -> tuple[Row, ...]:
        if self._rows is None:
            self._rows = self._made()
        return self._rows

    def age_s(self, now: Ns) -> float | None:
        shown = self.current
        return None if shown is None else (now - shown.chain.received) / 1e9

    def _made(self) -> tuple[Row, ...]:
        shown = self.current
        if shown is None or shown.board is None:
            return ()
        board, future = shown.board, shown.strip.future if shown.strip else None
        first, last = 0, len(board.strikes)
        if self.near_only and board.at_the_money is not None:
            first = max(0, board.at_the_money - NEAR_STRIKES)
            last = min(last, board.at_the_money + NEAR_STRIKES + 1)
        return tuple(
            Row(
                strike=float(board.strikes[i]),
                at_the_money=i == board.at_the_money,
                call_in_the_money=future is not None and board.strikes[i] < future,
                calls=_side(board.calls[i], float(board.call_vol[i]), float(board.call_greeks.delta[i])),
                puts=_side(board.puts[i], float(board.put_vol[i]), float(board.put_greeks.delta[i])),
            )
            for i in range(first, last)
        )


def coverage(chain: Chain) -> str:
    """How much of the listed chain says anything, as a sentence fragment."""
    calls = sum(1 for q in chain.quotes if q.contract.right is Right.CALL)
    return f"{len(chain.quotes)} contracts ({calls} calls), {len(chain.rejects)} rejected"


def _side(quote: Quote | None, vol: float, delta: float) -> tuple[Cell, ...]:
    if quote is None:
        return tuple(Cell(None, Mark.MISSING) for _ in Column)
    spread = _spread_mark(quote)
    return (
        _price(quote.bid, spread),
        _price(quote.ask, spread),
        _price(quote.mid, spread),
        _price(quote.last, Mark.SETTLEMENT if quote.is_settlement else Mark.NONE),
        _number(quote.volume, Mark.PRIOR if quote.volume_is_prior_session else Mark.NONE),
        _number(quote.open_interest, Mark.NONE),
        _number(None if vol != vol else vol, Mark.NONE),
        _number(None if delta != delta else delta, Mark.NONE),
    )


def _spread_mark(quote: Quote) -> Mark:
    if quote.crossed:
        return Mark.CROSSED
    if (
        quote.mid
        and quote.bid is not None
        and quote.ask is not None
        and quote.ask - quote.bid > quote.mid / 2
    ):
        return Mark.WIDE
    return Mark.NONE


def _price(price: Px | None, mark: Mark) -> Cell:
    return Cell(None, Mark.MISSING) if price is None else Cell(price / 1_000_000_000, mark)


def _number(value: float | int | None, mark: Mark) -> Cell:
    return Cell(None, Mark.MISSING) if value is None else Cell(value, mark)
