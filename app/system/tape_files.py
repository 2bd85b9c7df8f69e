"""Recorded tapes from disk: DBN, plain or in zstd, told apart by their first bytes and not by their names.

A recording that was cut by a crash is still a tape: it gives its whole bytes and says that it was cut.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

import zstandard

from app.domain import dbn
from app.domain.errors import ConfigError

# compressed bytes at a time; the worst that zstd can make of them is 512 MB
_READ: Final = 16 * 1024
_READ_PLAIN: Final = 1024 * 1024
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_SKIPPABLE: Final = b"\x2a\x4d\x18"


class TapeFile:
    """Opened for one pass: the header at once, the records by `pieces`, then whether it was `truncated`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        self.truncated = False
        self.metadata: dbn.Metadata | None = None
        self._data = self._contents()
        self._first = b""
        self._read_header()

    def pieces(self) -> Iterator[bytes]:
        """The records' bytes in pieces of any size, without the header."""
        first, self._first = self._first, b""
        if first:
            yield first
        if self.metadata is not None:
            yield from self._data

    def _read_header(self) -> None:
        """A tape that ends inside its header has no metadata and no records, and is truncated. So is one that
        ends inside its first compressed block: of such a block not a byte can be had.
        """
        seen = bytearray()
        try:
            for piece in self._data:
                seen += piece
                length = dbn.header_length(memoryview(seen))
                if length is not None and len(seen) >= length:
                    self.metadata, start = dbn.read_metadata(bytes(seen))
                    self._first = bytes(seen[start:])
                    return
        except dbn.NotDbn as e:
            raise ConfigError(f"{self.name} is not a DBN file.", detail=str(e)) from e
        except _Damaged as e:
            raise ConfigError(f"{self.name} is not a DBN file.", detail=e.detail) from e
        is_cut_block = self.truncated and not seen
        if is_cut_block or (seen.startswith(dbn.MAGIC) and len(seen) > len(dbn.MAGIC)):
            self.truncated = True
            return
        raise ConfigError(f"{self.name} is not a DBN file.", detail=f"{len(seen)} bytes")

    def _contents(self) -> Iterator[bytes]:
        try:
            with self.path.open("rb") as file:
                start = file.read(len(_ZSTD))
                file.seek(0)
                if start == _ZSTD or start[1:] == _SKIPPABLE:
                    yield from self._unpacked(file)
                else:
                    while piece := file.read(_READ_PLAIN):
                        yield piece
        except OSError as e:
            why = os.strerror(e.errno) if e.errno else "it cannot be read"
            raise ConfigError(f"{self.name} cannot be read: {why}.", detail=repr(e)) from e

    def _unpacked(self, file: BinaryIO) -> Iterator[bytes]:
        """Frame after frame; a recorder begins a new one whenever it wants to lose nothing before it."""
        decompressor = zstandard.ZstdDecompressor()
        frame = decompressor.decompressobj()
        is_inside = False
        while packed := file.read(_READ):
            while packed:
                if frame.eof:
                    frame = decompressor.decompressobj()
                is_inside = True
                try:
                    piece = frame.decompress(packed)
                except zstandard.ZstdError as e:
                    raise _Damaged(self.name, str(e)) from e
                packed = b""
                if frame.eof:
                    is_inside = False
                    packed = frame.unused_data
                if piece:
                    yield piece
        self.truncated = self.truncated or is_inside


class _Damaged(ConfigError):
    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name} is damaged: its compression cannot be undone.", detail=why)
