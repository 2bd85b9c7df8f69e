"""Partial quotes merged per contract: tops, and trades with the side that their own quote suggests.

A trade at or above the ask was bought, at or below the bid sold; between them nobody can say. What a slow
reader was not told apart is known by the day's volume alone: it is counted, and no trade is made of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.domain.ticks import BUY, NO_SIDE, SELL, StatisticSaid, TopColumns, TradeColumns
from app.domain.units import UNDEF_PRICE, Ns, Px, ns_from_iso, px

# Databento numbers its instruments from below: a number of Tradovate's can never be taken for one of those.
_OURS: Final = 0x8000_0000
_SETTLEMENT: Final = 3
_Row = tuple[int, int, int, int, int, int, int]


def instrument_of(contract: int) -> int:
    return (contract & 0x7FFF_FFFF) | _OURS


@dataclass(slots=True)
class _Last:
    """Of one contract. `volume` is the day's, None until it was said."""

    bid: Px | None = None
    ask: Px | None = None
    bid_size: int | None = None
    ask_size: int | None = None
    volume: int | None = None
    trade: tuple[Px, int] | None = None
    settled: Px | None = None
    quoted: Ns | None = None
    is_known: bool = False


class Merging:
    """Belongs to whoever guards it: no lock of its own."""

    def __init__(self) -> None:
        self._last: dict[int, _Last] = {}
        self._trades: list[_Row] = []
        self._tops: dict[int, tuple[int, ...]] = {}
        self._sequence = 0
        self.quotes = 0
        self.untold = 0
        self.rare: list[StatisticSaid] = []

    def take(self, said: Mapping[str, Any], received: Ns) -> None:
        """Raises ValueError, KeyError or TypeError for what is no quote."""
        instrument, at = instrument_of(int(said["contractId"])), ns_from_iso(str(said["timestamp"]))
        entries = said["entries"]
        last = self._last.setdefault(instrument, _Last())
        self.quotes += 1
        self._trade(instrument, last, entries, at, received)
        self._top(instrument, last, entries, at, received)
        price = _price(entries, "SettlementPrice")
        if price is not None and price != last.settled:
            last.settled = price
            self.rare.append(StatisticSaid(instrument, _SETTLEMENT, price, None, None, at))
        last.is_known = True

    def take_trades(self) -> TradeColumns:
        rows, self._trades = self._trades, []
        table = np.array(rows, np.int64).reshape(len(rows), 7)
        kinds = (np.uint32, np.int64, np.int64, np.int64, np.uint32, np.int8, np.uint32)
        columns = [_frozen(table[:, place].astype(kind)) for place, kind in enumerate(kinds)]
        return TradeColumns(*columns)

    def take_tops(self) -> TopColumns:
        rows, self._tops = list(self._tops.values()), {}
        table = np.array(rows, np.int64).reshape(len(rows), 7)
        kinds = (np.uint32, np.int64, np.int64, np.int64, np.int64, np.uint32, np.uint32)
        return TopColumns(*(_frozen(table[:, place].astype(kind)) for place, kind in enumerate(kinds)))

    def _trade(self, instrument: int, last: _Last, entries: Mapping[str, Any], at: Ns, received: Ns) -> None:
        price, size = _price(entries, "Trade"), _size(entries, "Trade")
        volume = _size(entries, "TotalTradeVolume")
        before, last.volume = last.volume, last.volume if volume is None else volume
        if price is None or not size:
            return
        repeated = last.trade == (price, size)
        last.trade = price, size
        if not last.is_known:
            return  # the first message tells the last trade of before
        if volume is not None and before is not None:
            grown = volume - before
            if grown == 0:
                return
            # a smaller volume is that of a new session
            self.untold += max(0, grown - size) if grown > 0 else 0
        elif repeated:
            return
        self._sequence += 1
        side = _side(price, last)
        self._trades.append((instrument, at, received, price, size, side, self._sequence & 0xFFFF_FFFF))

    def _top(self, instrument: int, last: _Last, entries: Mapping[str, Any], at: Ns, received: Ns) -> None:
        touched = False
        if "Bid" in entries:
            last.bid, last.bid_size, touched = _price(entries, "Bid"), _size(entries, "Bid"), True
        if "Offer" in entries:
            last.ask, last.ask_size, touched = _price(entries, "Offer"), _size(entries, "Offer"), True
        if not touched:
            return
        last.quoted = at
        self._tops[instrument] = (
            instrument,
            at,
            received,
            UNDEF_PRICE if last.bid is None else last.bid,
            UNDEF_PRICE if last.ask is None else last.ask,
            last.bid_size or 0,
            last.ask_size or 0,
        )


def _side(price: Px, last: _Last) -> int:
    at_ask = last.ask is not None and price >= last.ask
    at_bid = last.bid is not None and price <= last.bid
    if at_ask == at_bid:
        return NO_SIDE
    return BUY if at_ask else SELL


def _price(entries: Mapping[str, Any], name: str) -> Px | None:
    found = (entries.get(name) or {}).get("price")
    return None if found is None else px(found)


def _size(entries: Mapping[str, Any], name: str) -> int | None:
    found = (entries.get(name) or {}).get("size")
    return None if found is None else round(float(found))


def _frozen(column: NDArray[Any]) -> NDArray[Any]:
    column.flags.writeable = False
    return column
