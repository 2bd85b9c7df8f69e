"""The pass over tops into seconds as machine code, without the interpreter lock.

Importing this module compiles it or loads what an earlier process compiled; `tape.warm_up` does.
"""

from typing import Any

import numba
import numpy as np
from numba import types

from app.domain import quote_pass
from app.domain.quote_seconds import QuoteSeconds
from app.domain.ticks import TopColumns


def _column(kind: Any) -> Any:
    return types.Array(kind, 1, "C", readonly=True)


_LONGS, _FLOATS = types.Array(types.int64, 1, "C"), types.Array(types.float64, 1, "C")
_SAY = types.int64(
    _column(types.uint32), _column(types.int64), _column(types.int64), _column(types.int64),
    _column(types.uint32), _column(types.uint32), types.int64, _LONGS, _LONGS, _FLOATS, _LONGS,
)  # fmt: skip
_say = numba.njit(_SAY, nogil=True, cache=True, error_model="numpy")(quote_pass.say)


def say(tops: TopColumns, first: int, state: QuoteSeconds) -> int:
    """As `quote_pass.say`."""
    columns = (tops.instrument_id, tops.ts_event, tops.bid, tops.ask, tops.bid_size, tops.ask_size)
    ids, events, bids, asks, bid_sizes, ask_sizes = map(np.ascontiguousarray, columns)
    return int(
        _say(
            ids, events, bids, asks, bid_sizes, ask_sizes, first, state.runs, state.seconds, state.leaning,
            state.marks,
        )
    )  # fmt: skip
