"""When a record reaches the vendor, and its number in the exchange's channel: both follow from its time.

So every schema says the same of one event, whichever part of the day was computed for it.
"""

from typing import Final

import numpy as np

from app.domain.units import Ns
from app.sim.noise import Ints

IN_DELTA: Final = 15_320  # ns from the exchange's sending to the vendor's receiving

_FASTEST: Final = 62_000
_SWING: Final = 2**27  # the latency drifts up and down within this many nanoseconds …
_STEEPNESS: Final = 2_048  # … by one in so many, so that arrivals keep the order of events
_PER_NUMBER: Final = 2**18
_WEEK: Final = 7 * 86_400 * 10**9


def received(at: Ints) -> Ints:
    drift = np.abs(at % (2 * _SWING) - _SWING) // _STEEPNESS
    return np.asarray(at + _FASTEST + drift)


def received_one(at: int) -> Ns:
    return Ns(int(received(np.array([at]))[0]))


def sequence(at: Ints) -> Ints:
    """Grows over the week; events of the same quarter of a millisecond share a number, as in one packet."""
    return np.asarray(at % _WEEK // _PER_NUMBER + 1)
