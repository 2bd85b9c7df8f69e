"""Moving averages of closing prices and their bands; NaN until there are bars enough."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SHORT, LONG = 20, 50
"""Bars."""

BAND_SIGMAS: Final = 2


def simple(values: Floats, bars: int) -> Floats:
    """The mean of the last so many values."""
    found = np.full(len(values), np.nan)
    if len(values) >= bars:
        found[bars - 1 :] = np.lib.stride_tricks.sliding_window_view(values, bars).mean(axis=1)
    return found


def exponential(values: Floats, bars: int) -> Floats:
    """Weight 2 / (bars + 1) for the newest value, begun with the simple mean of the first so many."""
    found = np.full(len(values), np.nan)
    if len(values) < bars:
        return found
    weight = 2 / (bars + 1)
    last = float(values[:bars].mean())
    found[bars - 1] = last
    for place, value in enumerate(values[bars:].tolist(), bars):
        last += weight * (value - last)
        found[place] = last
    return found


def bollinger(values: Floats, bars: int = SHORT) -> tuple[Floats, Floats]:
    """The simple mean less and plus two standard deviations of the same values."""
    middle, spread = simple(values, bars), np.full(len(values), np.nan)
    if len(values) >= bars:
        spread[bars - 1 :] = np.lib.stride_tricks.sliding_window_view(values, bars).std(axis=1)
    return middle - BAND_SIGMAS * spread, middle + BAND_SIGMAS * spread
