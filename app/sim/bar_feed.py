"""Bars of a second to a day, made of the same trades as all else; an interval without trades has no bar."""

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from app.domain.units import DAY, HOUR, MINUTE, SECOND
from app.sim.arrival import received_one
from app.sim.batch import Batch
from app.sim.dbn_records import BAR, BAR_RTYPE, Records, records
from app.sim.future_feed import FutureFeed
from app.sim.noise import Ints
from app.sim.option_feed import OptionFeed

INTERVALS: Final = {"ohlcv-1s": SECOND, "ohlcv-1m": MINUTE, "ohlcv-1h": HOUR, "ohlcv-1d": DAY}
_PART: Final = HOUR


class BarFeed:
    def __init__(self, futures: FutureFeed, options: OptionFeed) -> None:
        self._futures = futures
        self._options = options

    def batches(self, schema: str, ids: Ints, start: int, end: int) -> Iterator[Batch]:
        """Of intervals that begin within the window, each due when it is over."""
        interval = INTERVALS[schema]
        first = -(-start // interval) * interval
        part = max(interval, _PART)
        while first < end:
            until = min(first + part, -(-end // interval) * interval)
            yield self._bars(schema, ids, first, until)
            first = until

    def _bars(self, schema: str, ids: Ints, start: int, end: int) -> Batch:
        wanted = frozenset(ids.tolist())
        found: list[Batch] = [*self._futures.batches("trades", wanted, start, end)]
        found += self._options.batches("trades", ids, start, end)
        return _counted(schema, found)


def _counted(schema: str, trades: Iterable[Batch]) -> Batch:
    interval = INTERVALS[schema]
    parts = [batch.records for batch in trades if len(batch.due)]
    if not parts:
        return Batch.of(np.zeros(0, BAR), np.zeros(0, np.int64))
    every: Records = np.concatenate(parts)
    begin = every["ts_event"].astype(np.int64) // interval * interval
    order = np.lexsort((every["ts_event"], every["instrument_id"], begin))
    every, begin = every[order], begin[order]
    edge = (np.diff(begin, prepend=-1) != 0) | (
        np.diff(every["instrument_id"].astype(np.int64), prepend=-1) != 0
    )
    starts = np.flatnonzero(edge)
    price, size = every["price"], every["size"].astype(np.int64)
    made = records(
        BAR, len(starts), every["instrument_id"][starts], begin[starts],
        open=price[starts], high=np.maximum.reduceat(price, starts), low=np.minimum.reduceat(price, starts),
        close=price[np.append(starts[1:], len(price)) - 1], volume=np.add.reduceat(size, starts),
    )  # fmt: skip
    made["rtype"] = BAR_RTYPE[schema]
    return Batch.of(made, begin[starts] + interval + received_one(0))
