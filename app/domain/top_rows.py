"""Every top of an instrument in the order in which it was said: packed rows, as the passes write them."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.domain.ticks import TopColumns

# the numbers of orders, and the record's number, are written by books of orders only
WIDTH: Final = 10
INSTRUMENT, EVENT, RECV, BID, ASK, BID_SIZE, ASK_SIZE, BID_COUNT, ASK_COUNT, SEQUENCE = range(WIDTH)
_LARGEST: Final = 2**32 - 1


def columns(rows: NDArray[np.int64]) -> TopColumns:
    """Rows become columns of their own: whoever wrote them may go on."""
    return TopColumns(
        instrument_id=_column(rows[:, INSTRUMENT], np.uint32),
        ts_event=_column(rows[:, EVENT], np.int64),
        ts_recv=_column(rows[:, RECV], np.int64),
        bid=_column(rows[:, BID], np.int64),
        ask=_column(rows[:, ASK], np.int64),
        bid_size=_column(np.minimum(rows[:, BID_SIZE], _LARGEST), np.uint32),
        ask_size=_column(np.minimum(rows[:, ASK_SIZE], _LARGEST), np.uint32),
    )


def _column(values: NDArray[np.int64], kind: type[np.generic]) -> NDArray[Any]:
    column: NDArray[Any] = values.astype(kind)
    column.flags.writeable = False
    return column
