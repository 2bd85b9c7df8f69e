"""Rows chosen out of columns of trades."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from app.domain.ticks import TradeColumns

FIELDS = ("instrument_id", "ts_event", "ts_recv", "price", "size", "side", "sequence")


def chosen(trades: TradeColumns, rows: NDArray[np.bool_]) -> TradeColumns:
    if rows.all():
        return trades
    return TradeColumns(*(getattr(trades, field)[rows] for field in FIELDS))


def pieces(trades: TradeColumns, rows: int) -> Iterator[TradeColumns]:
    """In order, none longer than so many rows."""
    if len(trades) <= rows:
        yield trades
        return
    for start in range(0, len(trades), rows):
        yield TradeColumns(*(getattr(trades, field)[start : start + rows] for field in FIELDS))


def in_time(trades: TradeColumns) -> TradeColumns:
    """In the order in which they happened: by time of the event, then by the exchange's own count."""
    order = np.lexsort((trades.sequence, trades.ts_event))
    return TradeColumns(*(getattr(trades, field)[order] for field in FIELDS))


def joined(parts: list[TradeColumns]) -> TradeColumns:
    return TradeColumns(*(np.concatenate([getattr(p, field) for p in parts]) for field in FIELDS))
