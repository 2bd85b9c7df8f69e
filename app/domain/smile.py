"""The smile of one chain: volatility by strike, of the side that is out of the money, with its bid and ask.

A whisker ends where a side was missing or has no volatility; a strike whose middle has none is left out.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain import black76
from app.domain.chain import Quote
from app.domain.chain_metrics import Board
from app.domain.units import points

Column = NDArray[np.float64]

LEAST_POINTS: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class Smile:
    """Columns of equal length by ascending strike; `low` and `high` are NaN where there is no such quote."""

    strikes: Column
    vol: Column
    low: Column
    high: Column
    calls: NDArray[np.bool_]
    future: float


def smile(of: Board, future: float | None, years: float | None, rate: float) -> Smile | None:
    """None without a future, without time left, or with fewer strikes than make a line."""
    if future is None or years is None:
        return None
    calls = of.strikes >= future
    vol = np.where(calls, of.call_vol, of.put_vol)
    known = np.flatnonzero(np.isfinite(vol))
    if known.size < LEAST_POINTS:
        return None
    strikes, right = of.strikes[known], calls[known]
    quotes = [of.calls[i] if calls[i] else of.puts[i] for i in known.tolist()]
    bids, asks = (
        black76.implied_vol(future, strikes, years, rate, premiums, right)
        for premiums in (_premiums(quotes, bid=True), _premiums(quotes, bid=False))
    )
    return Smile(strikes, vol[known], bids, asks, right, future)


def _premiums(quotes: list[Quote | None], *, bid: bool) -> Column:
    said = [None if q is None else q.bid if bid else q.ask for q in quotes]
    return np.array([np.nan if p is None else points(p) for p in said], dtype=np.float64)
