"""What is kept of captures as files, one folder a day: bodies, pictures and the rest. No name leaves it."""

import hashlib
import re
from pathlib import Path
from typing import Final

import zstandard

from app.domain.errors import ConfigError
from app.domain.units import Ns, moment
from app.system.atomic import write_atomically

_SAFE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,99}")
# A chain of 635 KB becomes 58 KB in 3 ms.
_LEVEL: Final = 3
_LARGEST_BODY: Final = 64_000_000


class CaptureFiles:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write_body(self, capture_id: str, fetched: Ns, body: bytes) -> tuple[str, int]:
        """(name below the folder, bytes on disk)."""
        return self.write_packed(capture_id, fetched, "body.zst", body)

    def write_packed(self, capture_id: str, fetched: Ns, ending: str, content: bytes) -> tuple[str, int]:
        packed = zstandard.ZstdCompressor(level=_LEVEL).compress(content)
        return self._write(capture_id, fetched, ending, packed), len(packed)

    def size(self, name: str) -> int:
        """Bytes on disk; 0 when it is gone."""
        try:
            return (self._folder / name).stat().st_size
        except OSError:
            return 0

    def read_body(self, name: str) -> bytes:
        """OSError when the file is gone, ValueError when it is damaged."""
        return _unpacked(self._folder / name)

    def write_picture(self, capture_id: str, fetched: Ns, png: bytes) -> str:
        return self._write(capture_id, fetched, "png", png)

    def remove(self, name: str) -> None:
        """One that is gone already is no trouble."""
        (self._folder / name).unlink(missing_ok=True)

    def path(self, name: str) -> Path:
        return self._folder / name

    def _write(self, capture_id: str, fetched: Ns, ending: str, content: bytes) -> str:
        day = self._folder / moment(fetched).strftime("%Y%m%d")
        path = day / f"{_file_name(capture_id)}.{ending}"
        try:
            day.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomically(path, content)
        except OSError as e:
            raise ConfigError(f"An answer could not be stored: {e.strerror}.", detail=repr(e)) from e
        return path.relative_to(self._folder).as_posix()


def kept_page(path: Path) -> bytes | None:
    """The page as a browser built it; None when it is gone or damaged."""
    try:
        return _unpacked(path)
    except (OSError, ValueError):
        return None


def _unpacked(path: Path) -> bytes:
    packed = path.read_bytes()
    try:
        return zstandard.ZstdDecompressor().decompress(packed, max_output_size=_LARGEST_BODY)
    except zstandard.ZstdError as e:
        raise ValueError(f"{path.name} is damaged") from e


def _file_name(capture_id: str) -> str:
    if _SAFE.fullmatch(capture_id):
        return capture_id
    return hashlib.sha256(capture_id.encode()).hexdigest()
