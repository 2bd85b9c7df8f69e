"""How much memory the C library keeps back, set before the first thread begins.

Left alone, each of a dozen threads gets a heap of its own whose free pieces no other can use, and a large
array that is freed raises the size from which pieces are given back at once: 60 of 560 MB were held so.
"""

import ctypes
from typing import Final

# of glibc's malloc.h
_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8

_HEAPS: Final = 2
_LARGE_BYTES: Final = 256 * 1024
_SPARE_BYTES: Final = 1024 * 1024


def hold_little_back() -> bool:
    """False where the C library is another one, which knows no such settings."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    wanted = ((_ARENA_MAX, _HEAPS), (_MMAP_THRESHOLD, _LARGE_BYTES), (_TRIM_THRESHOLD, _SPARE_BYTES))
    return min(mallopt(setting, value) for setting, value in wanted) == 1
