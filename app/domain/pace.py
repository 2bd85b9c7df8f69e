"""When the records of a tape came: up to which byte they had been received at a moment."""

from dataclasses import dataclass
from typing import Final

from app.domain import dbn_layout as layout
from app.domain.units import UNDEF_TIMESTAMP

# where each kind keeps its time of receipt, in words of 8 bytes; the others have only that of the event
_EVENT: Final = 1
_RECEIVED: Final = {160: 5, 0: 4, 1: 4, 10: 4, 195: 4, 196: 4, 18: 2, 19: 2, 24: 2}
_PLACE: Final = tuple(_RECEIVED.get(rtype, _EVENT) for rtype in range(256))


@dataclass(frozen=True, slots=True)
class Reach:
    """`stop` is the byte behind the last record in time; `following` when the next came, if known."""

    stop: int
    following: int | None


def reach(records: bytes, until: int) -> Reach:
    """Whole records from the front of `records`. One without a time comes with those before it."""
    lengths, words = memoryview(records), memoryview(records)[: len(records) // 8 * 8].cast("Q")
    at, end = 0, len(records)
    while at + layout.HEADER <= end:
        length = lengths[at] * 4
        if length < layout.HEADER or at + length > end:
            break
        place = (at >> 3) + _PLACE[lengths[at + 1]]
        when = words[place] if (place << 3) < at + length else UNDEF_TIMESTAMP
        if until < when != UNDEF_TIMESTAMP:
            return Reach(at, when)
        at += length
    return Reach(at, None)
