"""A recording as its feed sees it: what goes to the disk's thread, and what had to be left out."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from queue import SimpleQueue

from app.system import recording_file as disk


@dataclass(slots=True, eq=False)
class Track:
    """Each count is written by one side: `put` and `lost` by the feed, `taken` and `told` by the disk."""

    stem: str
    day: date
    header: bytes
    most_mb: Callable[[], int]
    queue: "SimpleQueue[tuple[Track, bytes | None] | None]"
    room: int
    ts_out: bool
    put: int = 0
    taken: int = 0
    lost: int = 0
    told: int = 0
    is_hole: bool = False
    is_over: bool = False
    file: disk.RecordingFile | None = field(default=None)

    def write(self, data: bytes) -> None:
        """Whole records. Never waits, never raises."""
        if self.is_over or not data:
            return
        if self.put - self.taken + len(data) > self.room:
            self.lost += len(data)
            self.is_hole = True
            return
        if self.is_hole:
            data = disk.hole(self.header, self.ts_out, data) + data
            self.is_hole = False
        self.put += len(data)
        self.queue.put((self, data))

    def close(self) -> None:
        if not self.is_over:
            self.queue.put((self, None))
