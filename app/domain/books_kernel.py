"""The pass over order books as machine code, without the interpreter lock.

Importing this module compiles it or loads what an earlier process compiled; `tape.warm_up` does.
"""

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

from app.domain import books_pass, books_tell
from app.domain.books_state import BooksState, Longs

_BYTES, _WORDS, _LONGS = (types.Array(kind, 1, "C") for kind in (types.uint8, types.uint32, types.int64))
_PASS = types.int64(
    _BYTES, _WORDS, _LONGS, _LONGS, types.int64, _LONGS, types.int64, _LONGS, types.int64,
    _LONGS, _LONGS, _LONGS, _LONGS, _LONGS,
)  # fmt: skip
_TELL = types.int64(_LONGS, _LONGS, _LONGS, _LONGS, _LONGS)
_walk = numba.njit(_PASS, nogil=True, cache=True, error_model="numpy")(books_pass.walk)
_tell = numba.njit(_TELL, nogil=True, cache=True, error_model="numpy")(books_tell.tell)


def walk(buffer: NDArray[np.uint8], places: Longs, first: int, state: BooksState) -> int:
    """As `books_pass.walk`."""
    return int(
        _walk(
            buffer, buffer.view(np.uint32), buffer.view(np.int64), places, first,
            state.index, state.index_shift, state.orders, state.order_shift,
            state.heads, state.levels, state.touched, state.said, state.marks,
        )
    )  # fmt: skip


def tell(state: BooksState, told: Longs) -> int:
    """As `books_tell.tell`."""
    return int(_tell(state.heads, state.levels, state.touched, state.marks, told))
