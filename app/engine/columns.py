"""Rows chosen out of columns of trades."""

import numpy as np
from numpy.typing import NDArray

from app.domain.ticks import TradeColumns

FIELDS = ("instrument_id", "ts_event", "ts_recv", "price", "size", "side", "sequence")


def chosen(trades: TradeColumns, rows: NDArray[np.bool_]) -> TradeColumns:
    if rows.all():
        return trades
    return TradeColumns(*(getattr(trades, field)[rows] for field in FIELDS))


def joined(parts: list[TradeColumns]) -> TradeColumns:
    return TradeColumns(*(np.concatenate([getattr(p, field) for p in parts]) for field in FIELDS))
