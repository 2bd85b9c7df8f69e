"""Trades into their bars one by one, compiled, without the interpreter lock.

Importing this module compiles it or loads what an earlier process compiled; `tape.warm_up` does. The bars
equal those of `pressure_sums`, whatever the batches.
"""

from typing import Any

import numba
import numpy as np
from numba import types

from app.domain import pressure_rows as at
from app.domain.ticks import TradeColumns


def _read_only(kind: Any) -> Any:
    return types.Array(kind, 1, "C", readonly=True)


_LONGS, _ROWS = types.Array(types.int64, 1, "C"), types.Array(types.int64, 2, "C")
_MERGE = types.int64(
    _read_only(types.uint32), _read_only(types.int64), _read_only(types.int64), _read_only(types.uint32),
    _read_only(types.int8), types.int64, types.int64, types.int64, _ROWS, _LONGS, types.int64, _LONGS, _LONGS,
)  # fmt: skip


def merge(trades: TradeColumns, first: int, width: int, over: int, rows: "at.BarRows") -> int:
    """From trade `first` on; how many are done, which are all unless there is no room for another bar. What
    ended until `over` is closed.
    """
    columns = (trades.instrument_id, trades.ts_event, trades.price, trades.size, trades.side)
    instruments, times, prices, sizes, sides = map(np.ascontiguousarray, columns)
    return int(
        _merge(
            instruments, times, prices, sizes, sides, first, width, over, rows.table, rows.index, rows.shift,
            rows.touched, rows.marks,
        )
    )  # fmt: skip


@numba.njit(_MERGE, nogil=True, cache=True, error_model="numpy")
def _merge(  # pragma: no cover - runs as machine code
    instruments: Any, times: Any, prices: Any, sizes: Any, sides: Any, first: int, width: int, over: int,
    table: Any, index: Any, shift: int, touched: Any, marks: Any,
) -> int:  # fmt: skip
    last = index.shape[0] - 1
    count, changed = marks[at.COUNT], marks[at.TOUCHED]
    done = first
    while done < times.shape[0]:
        time, price, side = times[done], prices[done], np.int64(sides[done])
        instrument, size = np.int64(instruments[done]), np.int64(sizes[done])
        window = time // width
        start = window * width
        place = (((instrument ^ window * at.SPREAD) & at.LOW_HALF) * at.HASH & at.LOW_HALF) >> shift
        row = index[place] - 1
        while row >= 0 and (table[row, at.INSTRUMENT] != instrument or table[row, at.START] != start):
            place = (place + 1) & last
            row = index[place] - 1
        if row < 0:
            if count == table.shape[0]:
                break
            row, count = count, count + 1
            index[place] = count
            table[row, at.INSTRUMENT] = instrument
            table[row, at.START] = start
            table[row, at.FLAGS] = at.CLOSED if start + width <= over else 0
        table[row, at.BOUGHT] += size if side > 0 else 0
        table[row, at.SOLD] += size if side < 0 else 0
        table[row, at.UNKNOWN] += size if side == 0 else 0
        table[row, at.TRADES] += 1
        table[row, at.HIGH] = max(table[row, at.HIGH], price)
        table[row, at.LOW] = min(table[row, at.LOW], price)
        delta = table[row, at.BOUGHT] - table[row, at.SOLD]
        table[row, at.LOW_DELTA] = min(table[row, at.LOW_DELTA], delta)
        table[row, at.HIGH_DELTA] = max(table[row, at.HIGH_DELTA], delta)
        if time < table[row, at.OPEN_TS]:
            table[row, at.OPEN] = price
            table[row, at.OPEN_TS] = time
        if time >= table[row, at.CLOSE_TS]:
            table[row, at.CLOSE] = price
            table[row, at.CLOSE_TS] = time
            table[row, at.CLOSE_SIDE] = side
        flags = table[row, at.FLAGS]
        if flags & at.CHANGED == 0:
            touched[changed] = row
            changed += 1
        table[row, at.FLAGS] = flags | at.CHANGED | (at.REVISED if flags & at.CLOSED else 0)
        done += 1
    marks[at.COUNT] = count
    marks[at.TOUCHED] = changed
    return int(done)
