"""How much memory the C library keeps back, and what can be given back once the kernels are compiled.

Left alone, each of a dozen threads gets a heap of its own whose free pieces no other can use, and a large
array that is freed raises the size from which pieces are given back at once: 60 of 560 MB were held so.
"""

import ctypes
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

# of glibc's malloc.h
_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8

# of the system's mman.h
_DO_NOT_NEED: Final = 4

_MAPPINGS: Final = Path("/proc/self/smaps")
_MAPPING: Final = re.compile(r"^(?P<start>[0-9a-f]+)-(?P<end>[0-9a-f]+) r-[x-]p .* (?P<path>/.*)$")
_OWN_PAGES: Final = re.compile(r"^Anonymous: +(?P<kilobytes>\d+) kB$")

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
    return all(int(mallopt(setting, value)) == 1 for setting, value in wanted)


def give_back(library: str) -> int:
    """Takes what was read of a library's file out of memory, where it is not going to be used again; it comes
    back by itself if it is. Then what the C library holds that nobody uses. How many bytes the mappings have.

    LLVM, once it has compiled or loaded the kernels, held 70 MB.
    """
    try:
        told, system = _MAPPINGS.read_text(), ctypes.CDLL(None, use_errno=True)
        madvise, trim = system.madvise, system.malloc_trim
    except (AttributeError, OSError, TypeError):
        return 0
    given = 0
    for start, end in _unchanged(told, library):
        if madvise(ctypes.c_void_p(start), ctypes.c_size_t(end - start), _DO_NOT_NEED) == 0:
            given += end - start
    trim(0)
    return given


def _unchanged(told: str, library: str) -> Iterator[tuple[int, int]]:
    """The mappings of a library that can be read only and of which no page differs from the file."""
    found: tuple[int, int] | None = None
    for line in told.splitlines():
        if mapping := _MAPPING.match(line):
            ends = int(mapping["start"], 16), int(mapping["end"], 16)
            found = ends if library in Path(mapping["path"]).name else None
        elif own := _OWN_PAGES.match(line):
            if found is not None and own["kilobytes"] == "0":
                yield found
            found = None
