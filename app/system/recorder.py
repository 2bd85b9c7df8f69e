"""Keeps what the feeds receive: their bytes go to a thread that packs them and writes them to disk.

A feed never waits for the disk. What the thread cannot take in time is dropped, counted, marked in the file
and told; a disk that is full ends the recording and nothing else.
"""

import logging
import os
import shutil
import threading
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Final

from app.domain.dbn import read_metadata
from app.domain.replay import RecordedDay
from app.domain.routing import SourceId
from app.domain.units import moment
from app.engine.ports import Clock
from app.system import recording_file as disk
from app.system.deck import Deck
from app.system.recorded_days import recorded_days
from app.system.track import Track

_log = logging.getLogger(__name__)
FLUSH_S: Final = 1.0
ROOM: Final = 16 * 1024 * 1024
_LOOK_EVERY_S: Final = 10.0
_STOPPED_FOR_S: Final = 600.0
_CLOSE_S: Final = 0.7
_MEGABYTE: Final = 1_000_000
# left to the rest of Pitwall and of the machine
_KEEP_FREE: Final = 200 * _MEGABYTE

Tell = Callable[[str, str], None]


class DiskRecorder:
    """Files below `folder`, a folder for each trading day, a file for each connection."""

    def __init__(
        self,
        folder: Path,
        clock: Clock,
        tell: Tell,
        *,
        prefix: str = "",
        room: int = ROOM,
        open_file: disk.OpenFile = disk.new_file,
        free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._tell = tell
        self._prefix = prefix
        self._room = room
        self._open_file = open_file
        self._free = free
        self._queue: SimpleQueue[tuple[Track, bytes | None] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._guard = threading.Lock()
        self._tracks: list[Track] = []
        self._stopped_until = 0.0
        self._closed = False

    def open(self, name: str, day: date, header: bytes, most_mb: Callable[[], int]) -> Track | None:
        """A new recording; None while nothing is recorded. `most_mb` is asked again and again: 0 ends it."""
        with self._guard:
            if self._closed or time.monotonic() < self._stopped_until or most_mb() <= 0:
                return None
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="recorder", daemon=True)
                self._thread.start()
        now = moment(self._clock.now())
        stem = f"{self._prefix}{name}-{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03d}Z"
        ts_out = read_metadata(header)[0].ts_out
        track = Track(stem, day, header, most_mb, self._queue, self._room, ts_out)
        self._queue.put((track, b""))
        return track

    def tapes(self, source: SourceId, day: date) -> Deck | None:
        """The day's trades of a source."""
        found = tuple((self._folder / day.isoformat()).glob(f"{self._prefix}{source}-trades-*"))
        return Deck(found) if found else None

    def days(self) -> tuple[RecordedDay, ...]:
        """All that is kept, the newest day first; what still grows, by the name that it will have."""
        return recorded_days(self._folder)

    def close(self) -> None:
        """Everything that was handed over is on disk afterwards, unless the disk hangs."""
        with self._guard:
            self._closed, thread = True, self._thread
        if thread is not None:
            self._queue.put(None)
            thread.join(_CLOSE_S)

    def _run(self) -> None:
        self._guarded(self._begin)
        flush_at = look_at = time.monotonic()
        while True:
            now = time.monotonic()
            if now >= flush_at:
                flush_at = now + FLUSH_S
                self._guarded(self._flush)
            if now >= look_at:
                look_at = now + _LOOK_EVERY_S
                self._guarded(self._look)
            try:
                item = self._queue.get(timeout=max(0.0, flush_at - time.monotonic()))
            except Empty:
                continue
            if item is None:
                break
            self._guarded(lambda one=item: self._take(*one))  # type: ignore[misc]
        for track in tuple(self._tracks):
            self._guarded(lambda one=track: self._finish(one))  # type: ignore[misc]

    def _guarded(self, step: Callable[[], None]) -> None:
        try:
            step()
        except OSError as e:
            _log.warning("recording stopped: %r", e)
            why = os.strerror(e.errno) if e.errno else "the disk cannot be written"
            self._stop(f"Recording has stopped: {why}. The live data goes on.")

    def _begin(self) -> None:
        left = disk.name_the_cut(self._folder)
        if left:
            _log.info("%d recordings were cut by a crash and are kept", left)

    def _take(self, track: Track, data: bytes | None) -> None:
        if data is None:
            self._finish(track)
            return
        if track.is_over:
            return
        if track.file is None and time.monotonic() < self._stopped_until:
            track.is_over = True  # asked for just before the disk was full
            return
        file = track.file or self._opened(track)
        file.write(data)
        track.taken += len(data)

    def _opened(self, track: Track) -> disk.RecordingFile:
        self._tracks.append(track)
        path = disk.free_path(self._folder / track.day.isoformat(), track.stem)
        file = track.file = disk.RecordingFile(path, self._open_file)
        file.write(track.header)
        file.flush()  # a frame of its own: the official client looks for the header in the first one
        _log.info("recording to %s", path.name)
        return file

    def _flush(self) -> None:
        for track in self._tracks:
            if track.file is not None:
                track.file.flush()
            if track.lost > track.told:
                track.told = track.lost
                kept = f"{track.lost / _MEGABYTE:.1f} MB are missing in {track.stem}"
                self._tell("WARNING", f"The recording has a hole: the disk was too slow, {kept}.")

    def _look(self) -> None:
        """Room and wish, now and then: whatever a setting says now holds for what runs."""
        for track in [t for t in self._tracks if t.most_mb() <= 0]:
            self._finish(track)
        if not self._tracks:
            return
        most_mb = max(track.most_mb() for track in self._tracks)
        if disk.make_room(self._folder, most_mb * _MEGABYTE) > most_mb * _MEGABYTE:
            self._stop(f"Recording has stopped: its {most_mb} MB are full (setting recorder_size).")
        elif self._free(self._folder) < _KEEP_FREE:
            self._stop("Recording has stopped: the disk is nearly full. The live data goes on.")

    def _finish(self, track: Track) -> None:
        if track.is_over:
            return
        track.is_over = True
        if track.file is not None:
            track.file.finish()
            self._tracks.remove(track)
            _log.info("recorded %s, %.1f MB", track.file.path.name, track.file.bytes_kept / _MEGABYTE)

    def _stop(self, sentence: str) -> None:
        """All of it, and for a while: a full disk is not tried at each reconnect."""
        self._stopped_until = time.monotonic() + _STOPPED_FOR_S
        self._tell("WARNING", sentence)
        for track in self._tracks:
            track.is_over = True
            if track.file is not None:
                track.file.leave()
        self._tracks.clear()
