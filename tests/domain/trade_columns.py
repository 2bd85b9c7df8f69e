"""Trade columns for tests, from plain tuples."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from app.domain.ticks import BUY, TradeColumns


class Print(NamedTuple):
    ts: int
    size: int = 1
    side: int = BUY
    price: int = 100
    instrument: int = 1


def columns(prints: Sequence[Print]) -> TradeColumns:
    ts = np.array([p.ts for p in prints], np.int64)
    return TradeColumns(
        instrument_id=np.array([p.instrument for p in prints], np.uint32),
        ts_event=ts,
        ts_recv=ts,
        price=np.array([p.price for p in prints], np.int64),
        size=np.array([p.size for p in prints], np.uint32),
        side=np.array([p.side for p in prints], np.int8),
        sequence=np.zeros(len(prints), np.uint32),
    )
