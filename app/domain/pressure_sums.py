"""The trades of one batch added up by instrument and window, without a Python step for each trade."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.domain.ticks import NO_SIDE, TradeColumns

_Longs = NDArray[np.int64]
# of a positive number
_BITS = 63


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """One entry for each (instrument, window) of a batch. `low_run` and `high_run` are the extremes of the
    running delta, counted from the batch's beginning in that window.
    """

    instrument: _Longs
    window: _Longs
    bought: _Longs
    sold: _Longs
    unknown: _Longs
    trades: _Longs
    open: _Longs
    open_ts: _Longs
    high: _Longs
    low: _Longs
    close: _Longs
    close_ts: _Longs
    close_side: _Longs
    low_run: _Longs
    high_run: _Longs

    @property
    def delta(self) -> _Longs:
        return self.bought - self.sold


def sums(trades: TradeColumns, width: int) -> Sums:
    """`trades` must not be empty."""
    window = trades.ts_event // width
    instrument = trades.instrument_id.astype(np.int64)
    order, firsts = _groups(instrument, window)
    ts, price = trades.ts_event[order], trades.price[order]
    size, side = trades.size[order].astype(np.int64), trades.side[order]
    signed = size * side
    lasts = np.append(firsts[1:], len(order)) - 1
    run = np.cumsum(signed)
    before = run[firsts] - signed[firsts]
    opens, closes = _ends(ts, firsts, lasts)
    return Sums(
        instrument=instrument[order[firsts]],
        window=window[order[firsts]],
        bought=np.add.reduceat(np.where(side > 0, size, 0), firsts),
        sold=np.add.reduceat(np.where(side < 0, size, 0), firsts),
        unknown=np.add.reduceat(np.where(side == NO_SIDE, size, 0), firsts),
        trades=lasts - firsts + 1,
        open=price[opens],
        open_ts=ts[opens],
        high=np.maximum.reduceat(price, firsts),
        low=np.minimum.reduceat(price, firsts),
        close=price[closes],
        close_ts=ts[closes],
        close_side=side[closes].astype(np.int64),
        low_run=np.minimum.reduceat(run, firsts) - before,
        high_run=np.maximum.reduceat(run, firsts) - before,
    )


def _groups(instrument: _Longs, window: _Longs) -> tuple[_Longs, _Longs]:
    """An order that brings each (instrument, window) together, arrival kept inside; where each begins."""
    order = np.arange(len(window))
    if (instrument[0] != instrument).any():
        order = _sorted(instrument, window, order)
    elif (window[1:] < window[:-1]).any():
        order = np.argsort(window, kind="stable")
    by_instrument, by_window = instrument[order], window[order]
    turns = (by_instrument[1:] != by_instrument[:-1]) | (by_window[1:] != by_window[:-1])
    return order, np.append(0, np.flatnonzero(turns) + 1)


def _sorted(instrument: _Longs, window: _Longs, place: _Longs) -> _Longs:
    """As `lexsort` does, in a fifth of the time: by numbers that hold instrument, window and place in one."""
    first = window.min()
    for_window, for_place = int(window.max() - first).bit_length(), len(place).bit_length()
    if int(instrument.max()).bit_length() + for_window + for_place > _BITS:
        return np.lexsort((window, instrument))
    one = (instrument << for_window | window - first) << for_place | place
    one.sort()
    order: _Longs = one & (1 << for_place) - 1
    return order


def _ends(ts: _Longs, firsts: _Longs, lasts: _Longs) -> tuple[_Longs, _Longs]:
    """Where the first and the last trade of each group stand by event time; of equal ones as they arrived."""
    backwards = ts[1:] < ts[:-1]
    backwards[firsts[1:] - 1] = False
    if not backwards.any():
        return firsts, lasts
    group = np.repeat(np.arange(len(firsts)), lasts - firsts + 1)
    by_time = np.lexsort((ts, group))
    return by_time[firsts], by_time[lasts]
