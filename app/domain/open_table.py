"""Where entries go in an open-addressed table that is searched step by step from each one's home on."""

import numpy as np
from numpy.typing import NDArray


def places(home: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """All at once: in order of their homes each goes to its home or behind the one before it. What would run
    over the end begins at the front again.
    """
    order = np.argsort(home, kind="stable")
    step = np.arange(len(home))
    found = np.maximum.accumulate(home[order] - step) + step
    late = found >= length
    if late.any():
        is_free = np.ones(length, np.bool_)
        is_free[found[~late]] = False
        found[late] = np.flatnonzero(is_free)[: int(late.sum())]
    placed = np.empty_like(found)
    placed[order] = found
    return placed
