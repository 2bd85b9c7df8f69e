"""Records of one kind with the moment each is due, and many such columns merged into one stream of bytes."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.sim.dbn_records import Records
from app.sim.noise import Bools, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """`due` is when the vendor sends a record, in order; `event` is the time that a replay filters on."""

    due: Ints
    event: Ints
    records: Records

    @staticmethod
    def of(records: Records, due: Ints) -> "Batch":
        return Batch(due, records["ts_event"].astype(np.int64), records)

    def where(self, wanted: Bools) -> "Batch":
        return Batch(self.due[wanted], self.event[wanted], self.records[wanted])


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """Bytes of records in the order they are due; record n ends at `ends[n]`."""

    data: NDArray[np.uint8]
    due: Ints
    ends: Ints

    def __len__(self) -> int:
        return len(self.due)


def merged(batches: Sequence[Batch]) -> Stream:
    """Of equal moments the earlier batch comes first."""
    batches = [batch for batch in batches if len(batch.due)]
    if not batches:
        return Stream(np.zeros(0, np.uint8), np.zeros(0, np.int64), np.zeros(0, np.int64))
    sizes = np.repeat([b.records.dtype.itemsize for b in batches], [len(b.due) for b in batches])
    due = np.concatenate([b.due for b in batches])
    order = np.argsort(due, kind="stable")
    ends = np.cumsum(sizes[order])
    starts = np.empty(len(order), np.int64)
    starts[order] = ends - sizes[order]
    data = np.empty(int(ends[-1]), np.uint8)
    done = 0
    for batch in batches:
        size, count = batch.records.dtype.itemsize, len(batch.due)
        rows = np.ascontiguousarray(batch.records).view(np.uint8).reshape(count, size)
        data[starts[done : done + count, None] + np.arange(size)] = rows
        done += count
    return Stream(data, due[order], ends)
