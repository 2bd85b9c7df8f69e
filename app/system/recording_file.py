"""One recording on disk: DBN in zstd, named `.part` while it grows; and the oldest ones, which make room.

A flush ends a frame of zstd, and whole records only come in: after a crash everything flushed can be read.
The official client gives up a frame that was cut, so ending blocks would not do.
"""

import contextlib
import re
import struct
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

import zstandard

from app.domain import dbn_layout as layout

SUFFIX: Final = ".dbn.zst"
_PART: Final = ".part"
_CUT: Final = "-cut"
# of a burst of orders 371 MB a second are packed instead of 310 at level 1, into 4 % more
_LEVEL: Final = -1
_HEADER_FIELDS: Final = struct.Struct("<BBHIQ")
_SKIPPED: Final = 7
_SAID: Final = b"Pitwall's recorder was too slow: records are missing here."
_NAMED: Final = re.compile(r"^(.*)-\d{8}T\d{6}")

OpenFile = Callable[[Path], BinaryIO]


def new_file(path: Path) -> BinaryIO:
    """For its owner alone, as everything Pitwall keeps."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=False)
    return path.open("wb")


class RecordingFile:
    """Methods raise OSError when the disk is full or gone; `leave` never does."""

    def __init__(self, path: Path, open_file: OpenFile = new_file) -> None:
        self.path: Final = path
        self._part = path.with_name(path.name + _PART)
        self._compressor = zstandard.ZstdCompressor(level=_LEVEL)
        self._frame: zstandard.ZstdCompressionObj | None = None
        self._file = open_file(self._part)
        self.bytes_kept = 0

    def write(self, data: bytes) -> None:
        if self._frame is None:
            self._frame = self._compressor.compressobj()
        self._put(self._frame.compress(data))

    def flush(self) -> None:
        if self._frame is not None:
            self._put(self._frame.flush())
            self._frame = None
            self._file.flush()

    def finish(self) -> None:
        self.flush()
        self._file.close()
        self._part.rename(self.path)

    def leave(self) -> None:
        """As after a crash: what was written stays, under a name that says it was cut."""
        with contextlib.suppress(OSError):
            self._file.close()
        with contextlib.suppress(OSError):
            self._part.rename(cut_name(self._part))

    def _put(self, packed: bytes) -> None:
        if packed:
            self._file.write(packed)
            self.bytes_kept += len(packed)


def free_path(folder: Path, stem: str) -> Path:
    """A name that no recording has, finished or growing."""
    for number in range(1, 1_000_000):
        path = folder / f"{stem}{'' if number == 1 else f'-{number}'}{SUFFIX}"
        if not path.exists() and not path.with_name(path.name + _PART).exists():
            return path
    raise FileExistsError(stem)


def cut_name(part: Path) -> Path:
    name = part.name.removesuffix(_PART).removesuffix(SUFFIX)
    return free_path(part.parent, name + _CUT)


def lane(path: Path) -> str | None:
    """What recordings that continue each other have in common; None for a file of somebody else."""
    named = _NAMED.match(path.name)
    return named.group(1) if named else None


def name_the_cut(folder: Path) -> int:
    """Names what a crash left growing; only while nobody records."""
    left = [path for path, _, _ in _recordings(folder) if path.name.endswith(_PART)]
    for part in left:
        part.rename(cut_name(part))
    return len(left)


def make_room(folder: Path, most_bytes: int) -> int:
    """Removes the oldest finished recordings until all take no more than `most_bytes`; what they take now."""
    found = sorted(_recordings(folder), key=lambda one: one[1])
    used = sum(size for _, _, size in found)
    for path, _, size in found:
        if used <= most_bytes:
            break
        if not path.name.endswith(_PART):
            path.unlink(missing_ok=True)
            used -= size
            with contextlib.suppress(OSError):
                path.parent.rmdir()  # only when it was the day's last
    return used


def hole(header: bytes, ts_out: bool, following: bytes) -> bytes:
    """The vendor's own record for skipped data, at the time of what follows; so a replay shows the hole."""
    version = header[3]
    size = 80 if version == 1 else 320
    extra = layout.TS_OUT if ts_out else 0
    at = _HEADER_FIELDS.unpack_from(following)[4]
    start = _HEADER_FIELDS.pack((size + extra) // 4, layout.ERROR, 0, 0, at)
    said = (start + _SAID).ljust(size, b"\0")
    if version != 1:
        said = said[:318] + bytes((_SKIPPED, 1))
    return said + bytes(extra)


def _recordings(folder: Path) -> Iterator[tuple[Path, int, int]]:
    """Each with its time and size; one that vanishes meanwhile is none."""
    for path in folder.glob(f"*/*{SUFFIX}*"):
        with contextlib.suppress(OSError):
            stat = path.stat()
            yield path, stat.st_mtime_ns, stat.st_size
