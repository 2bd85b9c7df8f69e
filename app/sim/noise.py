"""Chance that can be asked for any moment: the same question always gets the same answer.

Nothing is drawn in sequence over the life of the market, so any second of any day is computed alone.
"""

import zlib
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_MASK: Final = 2**64 - 1
_STEP: Final = 0x9E3779B97F4A7C15
_FIRST: Final = 0xBF58476D1CE4E5B9
_SECOND: Final = 0x94D049BB133111EB


def mixed(*keys: int) -> int:
    """64 well-mixed bits of some whole numbers (splitmix64)."""
    state = 0
    for key in keys:
        state = (state + key + _STEP) & _MASK
        state = ((state ^ (state >> 30)) * _FIRST) & _MASK
        state = ((state ^ (state >> 27)) * _SECOND) & _MASK
        state ^= state >> 31
    return state


def unit(*keys: int) -> float:
    """A number in [0, 1) that belongs to the keys."""
    return (mixed(*keys) >> 11) / 2**53


def units(keys: Ints, salt: int) -> Floats:
    """The same for a column of keys."""
    state = keys.astype(np.uint64) + np.uint64(mixed(salt))
    for shift, factor in ((30, _FIRST), (27, _SECOND)):
        state = (state ^ (state >> np.uint64(shift))) * np.uint64(factor)
    state ^= state >> np.uint64(31)
    return np.asarray((state >> np.uint64(11)) / float(2**53), dtype=np.float64)


def generator(seed: int, purpose: str, *keys: int) -> np.random.Generator:
    """A source of numbers for one purpose and one place in time."""
    name = zlib.crc32(purpose.encode())
    return np.random.Generator(np.random.Philox(key=[mixed(seed, name), mixed(name, *keys)]))
