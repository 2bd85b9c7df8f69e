"""What a pass over a tape wrote down, as columns."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.domain import tape_state as at
from app.domain.ticks import TopColumns, TradeColumns


def trades(rows: NDArray[np.int64]) -> TradeColumns:
    return TradeColumns(
        instrument_id=_column(rows, at.INSTRUMENT, np.uint32),
        ts_event=_column(rows, at.EVENT, np.int64),
        ts_recv=_column(rows, at.RECV, np.int64),
        price=_column(rows, at.PRICE, np.int64),
        size=_column(rows, at.SIZE, np.uint32),
        side=_column(rows, at.SIDE, np.int8),
        sequence=_column(rows, at.SEQUENCE, np.uint32),
    )


def kinds(rows: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The rtype of the record that told each trade."""
    return _column(rows, at.KIND, np.uint8)


def tops(rows: NDArray[np.int64]) -> TopColumns:
    sizes = rows[:, at.TOP_SIZES]
    return TopColumns(
        instrument_id=frozen((rows[:, at.TOP_KEY] - 1).astype(np.uint32)),
        ts_event=_column(rows, at.TOP_EVENT, np.int64),
        ts_recv=_column(rows, at.TOP_RECV, np.int64),
        bid=_column(rows, at.TOP_BID, np.int64),
        ask=_column(rows, at.TOP_ASK, np.int64),
        bid_size=frozen((sizes & at.LOW_HALF).astype(np.uint32)),
        ask_size=frozen((sizes >> 32 & at.LOW_HALF).astype(np.uint32)),
    )


def _column(rows: NDArray[np.int64], place: int, kind: type[np.generic]) -> NDArray[Any]:
    return frozen(rows[:, place].astype(kind))


def frozen(column: NDArray[Any]) -> NDArray[Any]:
    column.flags.writeable = False
    return column
