"""How many records a downloaded file holds: walked by their own lengths, nothing else is looked at."""

from pathlib import Path
from typing import Final

import numpy as np
import zstandard

from app.domain import dbn
from app.domain.errors import BadPayload

_PIECE: Final = 1024 * 1024
_SHORTEST: Final = 16


def records_of(path: Path) -> int:
    """Raises BadPayload for a file that is no DBN or ends in the middle of something."""
    pending = bytearray()
    inside_header, count = True, 0
    try:
        with path.open("rb") as file, zstandard.ZstdDecompressor().stream_reader(file) as reader:
            while piece := reader.read(_PIECE):
                pending += piece
                if inside_header:
                    length = dbn.header_length(memoryview(pending))
                    if length is None or len(pending) < length:
                        continue
                    del pending[:length]
                    inside_header = False
                if pending:
                    found, used = _walked(pending)
                    count += found
                    del pending[:used]
    except (zstandard.ZstdError, dbn.NotDbn, OSError) as e:
        raise BadPayload("Databento sent a file that cannot be read.", detail=repr(e)) from e
    if inside_header or pending:
        raise BadPayload("Databento's file ends in the middle of a record.")
    return count


def _walked(data: bytearray) -> tuple[int, int]:
    """(records, bytes of them). Those of one length, as in a file of one schema, are counted at once."""
    length, end = data[0] * 4 if data else 0, len(data)
    if length < _SHORTEST:
        raise BadPayload("Databento's file holds a record without a length.")
    whole = end // length
    if whole and bool((np.frombuffer(data, np.uint8, whole * length)[::length] == data[0]).all()):
        return whole, whole * length
    at = count = 0
    while at < end:
        length = data[at] * 4
        if length < _SHORTEST:
            raise BadPayload("Databento's file holds a record without a length.")
        if at + length > end:
            break
        at += length
        count += 1
    return count, at
