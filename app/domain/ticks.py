"""What a tick feed hands over: columns of trades and quotes, and the rare records beside them."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from app.domain.units import UNDEF_PRICE, Ns, Px

if TYPE_CHECKING:
    from app.domain.books import Books

# Sides in traders' words; the vendor's letters read backwards and die in the kernel.
BUY: Final = 1
SELL: Final = -1
NO_SIDE: Final = 0


class SideQuality(Enum):
    EXCHANGE = "exchange"
    INFERRED = "inferred"
    NONE = "none"


@dataclass(frozen=True, slots=True, eq=False)
class TradeColumns:
    """Aggressor trades in order of arrival; read-only columns of equal length."""

    instrument_id: NDArray[np.uint32]
    ts_event: NDArray[np.int64]
    ts_recv: NDArray[np.int64]
    price: NDArray[np.int64]
    size: NDArray[np.uint32]
    side: NDArray[np.int8]
    sequence: NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.price)


@dataclass(frozen=True, slots=True)
class TopOfBook:
    """Best bid and ask of one instrument; a side without orders is None."""

    instrument_id: int
    ts_event: Ns
    ts_recv: Ns
    bid: Px | None
    ask: Px | None
    bid_size: int | None
    ask_size: int | None


@dataclass(frozen=True, slots=True, eq=False)
class TopColumns:
    """Tops of many instruments; read-only columns of equal length. A side without orders has the price
    UNDEF_PRICE and a size that means nothing.
    """

    instrument_id: NDArray[np.uint32]
    ts_event: NDArray[np.int64]
    ts_recv: NDArray[np.int64]
    bid: NDArray[np.int64]
    ask: NDArray[np.int64]
    bid_size: NDArray[np.uint32]
    ask_size: NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.bid)

    def __iter__(self) -> Iterator[TopOfBook]:
        """For a few: thousands are to stay columns."""
        return map(self.row, range(len(self)))

    def row(self, n: int) -> TopOfBook:
        bid, ask = int(self.bid[n]), int(self.ask[n])
        has_bid, has_ask = bid != UNDEF_PRICE, ask != UNDEF_PRICE
        return TopOfBook(
            instrument_id=int(self.instrument_id[n]),
            ts_event=Ns(int(self.ts_event[n])),
            ts_recv=Ns(int(self.ts_recv[n])),
            bid=Px(bid) if has_bid else None,
            ask=Px(ask) if has_ask else None,
            bid_size=int(self.bid_size[n]) if has_bid else None,
            ask_size=int(self.ask_size[n]) if has_ask else None,
        )

    def chosen(self, rows: NDArray[np.bool_]) -> "TopColumns":
        if rows.all():
            return self
        return TopColumns(*(getattr(self, name)[rows] for name in TOP_FIELDS))


TOP_FIELDS: Final = tuple(TopColumns.__annotations__)
_NO_IDS: Final[NDArray[np.uint32]] = np.zeros(0, np.uint32)
_NO_LONGS: Final[NDArray[np.int64]] = np.zeros(0, np.int64)
NO_TOPS: Final = TopColumns(_NO_IDS, _NO_LONGS, _NO_LONGS, _NO_LONGS, _NO_LONGS, _NO_IDS, _NO_IDS)


@dataclass(frozen=True, slots=True)
class InstrumentMapped:
    instrument_id: int
    raw_symbol: str
    asked_as: str


@dataclass(frozen=True, slots=True)
class InstrumentDefined:
    """The fields of a definition record that Pitwall uses; None where the vendor sent nothing."""

    instrument_id: int
    raw_symbol: str
    asset: str
    security_type: str
    instrument_class: str
    underlying: str
    expiration: Ns | None
    strike: Px | None
    tick: Px | None
    multiplier: int | None


@dataclass(frozen=True, slots=True)
class StatisticSaid:
    """Open interest (`kind` 9, `quantity`) or settlement (`kind` 3, `price`) as of a trade date."""

    instrument_id: int
    kind: int
    price: Px | None
    quantity: int | None
    ts_ref: Ns | None
    ts_event: Ns


@dataclass(frozen=True, slots=True)
class TradingStatus:
    instrument_id: int
    ts_event: Ns
    action: int
    reason: int
    is_trading: bool | None


# code of the vendor's word that records were left out
SKIPPED: Final = 7


@dataclass(frozen=True, slots=True)
class VendorNotice:
    """A system or error record. `code` is the vendor's; `fatal` says the gateway will close."""

    code: int
    text: str
    is_error: bool
    fatal: bool
    ts_event: Ns

    @property
    def skipped(self) -> bool:
        """Records were left out of the stream."""
        return self.is_error and self.code == SKIPPED


Rare = InstrumentMapped | InstrumentDefined | StatisticSaid | TradingStatus | VendorNotice


@dataclass(frozen=True, slots=True)
class LadderSaid:
    """The best prices of one instrument and what rests at each, as the vendor has added it up: best first.
    Orders are not told apart, and nothing is known beyond the ends."""

    instrument_id: int
    ts_event: Ns
    ts_recv: Ns
    bids: tuple[tuple[Px, int], ...]
    asks: tuple[tuple[Px, int], ...]


@dataclass(frozen=True, slots=True, eq=False)
class TickBatch:
    """All that arrived since the last drain. `tops` holds the newest top of each instrument touched.

    `books`: where the order books of the stream may be looked at, as they are then; None without any.
    `every_top`: all tops of the stream in the order in which they were said; None where only the newest are
    known. `ladders`: the newest of each instrument touched, of a vendor that adds up its books itself.
    """

    trades: TradeColumns
    tops: TopColumns
    rare: tuple[Rare, ...]
    records: int
    quotes: int
    bytes_seen: int
    last_ts_recv: Ns | None
    received: Ns
    books: "Books | None" = None
    ladders: tuple[LadderSaid, ...] = ()
    every_top: TopColumns | None = None
