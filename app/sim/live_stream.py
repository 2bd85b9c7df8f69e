"""What one live session gets, in order and at its time: replays first, then the present without a hole.

Windows of the market are turned into bytes as they come near. A record is due when the vendor would send it;
what has been due is never made again, so nothing is sent twice when a subscription joins.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.domain.units import MINUTE, Ns
from app.sim.bar_feed import INTERVALS
from app.sim.batch import Batch, Stream, merged
from app.sim.feed import Feed
from app.sim.noise import Bools, Ints
from app.sim.spot import BLOCK

_REPLAY_WINDOW: Final = 2 * MINUTE
_LATE: Final = 1_000_000  # a window is over when its last events have arrived
_PUBLISHED_ONCE: Final = frozenset({"definition", "statistics"})
# rtypes of which a slow reader may lose some
_SKIPPABLE: Final = (1, 10)


@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """One resolved subscription: records of `schema` for `ids` with `ts_event >= since`."""

    schema: str
    ids: Ints
    since: int


class LiveStream:
    def __init__(self, feed: Feed, at: Ns) -> None:
        self._feed = feed
        self._wanted: list[Wanted] = []
        self._window = at - at % BLOCK
        self._until = self._window
        self._stream = merged([])
        self._place = 0
        self._sent_due = 0

    def join(self, wanted: Wanted, now: Ns) -> None:
        """From now on, or from `since` while nothing has been sent yet."""
        if not self._wanted:
            self._window = self._until = min(wanted.since, now) - min(wanted.since, now) % BLOCK
        elif not self._sent_due:
            self._window = self._until = min(self._window, wanted.since - wanted.since % BLOCK)
        else:
            self._until = self._window  # the running window is made again, now for all
        self._wanted.append(wanted)
        self._stream, self._place = merged([]), 0

    @property
    def has_begun(self) -> bool:
        """Records have gone out: what is older than them cannot be had any more."""
        return self._sent_due > 0

    def take(self, now: Ns, most: int) -> Stream:
        """The next records that are due, not much more than `most` bytes of them."""
        while self._place == len(self._stream) and now > self._until + _LATE and self._wanted:
            self._next_window(now)
        start = int(self._stream.ends[self._place - 1]) if self._place else 0
        end = int(np.searchsorted(self._stream.due, now, side="right"))
        end = min(end, int(np.searchsorted(self._stream.ends, start + most)) + 1, len(self._stream))
        part = slice(self._place, max(end, self._place))
        taken = _cut(self._stream, part, start)
        if len(taken):
            self._place = part.stop
            self._sent_due = int(taken.due[-1])
        return taken

    def is_late(self, now: Ns) -> bool:
        """Whether records wait that were due before now."""
        if self._place < len(self._stream):
            return bool(self._stream.due[self._place] <= now)
        return bool(self._wanted) and now > self._until + _LATE

    def lag(self, now: Ns) -> int:
        """How long the next record has been due, or could have been made."""
        waits = self._place < len(self._stream)
        return int(now - (self._stream.due[self._place] if waits else self._until))

    def prepare(self, now: Ns) -> None:
        """Makes the window that `now` lies in, so that it is ready before its first record is due."""
        if self._place == len(self._stream) and now >= self._until and self._wanted:
            self._next_window(now)

    def skip(self, now: Ns, only_skippable: bool) -> int:
        """Leaves out what has been due, or that part of it a slow reader may lose; says how many records."""
        lost = 0
        while self.is_late(now):
            if self._place == len(self._stream):
                self._next_window(now)
            due = self._stream.due <= now
            due[: self._place] = False
            if only_skippable:
                starts = np.concatenate(([0], self._stream.ends[:-1]))
                due &= np.isin(self._stream.data[starts + 1], _SKIPPABLE)
            if not due.any():
                return lost
            lost += int(due.sum())
            if not only_skippable:
                self._sent_due = int(self._stream.due[due][-1])
            self._stream = _without(self._stream, due)
        return lost

    def _next_window(self, now: Ns) -> None:
        self._window = self._until
        self._until = self._window + BLOCK
        behind = now - self._until
        if behind > BLOCK:
            self._until += min(behind - behind % BLOCK, _REPLAY_WINDOW)
        batches = [batch for wanted in self._wanted for batch in self._of(wanted)]
        self._stream = merged([batch.where(batch.due > self._sent_due) for batch in batches])
        self._place = 0

    def _of(self, wanted: Wanted) -> Iterator[Batch]:
        start, end = self._window, self._until
        if wanted.schema in INTERVALS:  # a bar is due when its interval is over
            start, end = start - INTERVALS[wanted.schema], end - INTERVALS[wanted.schema]
        yield from self._feed.batches(wanted.schema, wanted.ids, max(start, wanted.since), end)


def published_before(feed: Feed, schema: str, ids: Ints, start: int | None, now: Ns) -> Batch | None:
    """The definitions or statistics in force, for who asks from before they were published."""
    if schema not in _PUBLISHED_ONCE or start is None:
        return None
    day = feed.reference.newest(now)
    if start > feed.reference.published(day):
        return None
    return feed.reference.of_day(schema, ids, day)


def _cut(stream: Stream, part: slice, start: int) -> Stream:
    ends = stream.ends[part]
    stop = int(ends[-1]) if len(ends) else start
    return Stream(stream.data[start:stop], stream.due[part], ends - start)


def _without(stream: Stream, lost: Bools) -> Stream:
    sizes = np.diff(stream.ends, prepend=0)
    kept = ~lost
    return Stream(stream.data[np.repeat(kept, sizes)], stream.due[kept], np.cumsum(sizes[kept]))
