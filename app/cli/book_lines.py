"""`pitwall book`: the best bid and ask after each complete event of an order-by-order tape, line by line."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.cli.tape_names import Names
from app.cli.tape_walk import walk, warm_up_for
from app.domain import dbn_layout as layout
from app.domain.book import Level
from app.domain.book_pass import BookAlong, BookSummary, BookTop, PlainBook
from app.domain.errors import ConfigError
from app.domain.tape import is_warm
from app.domain.units import Ns, points
from app.system.tape_files import TapeFile

_MBO_SIZE: Final = 56
_NAMED_AT_MOST: Final = 12
_OUT_OF_TIME: Final = Ns(0)


def book_lines(file: Path, instrument: int | None = None) -> Iterator[dict[str, object]]:
    """Raises ConfigError, before the first line, for a file that is no tape, is damaged, holds no orders, or
    those of several instruments.
    """
    warm_up_for([file])
    chosen = _chosen(TapeFile(file), instrument)
    found = TapeFile(file)
    book = _book(chosen)
    for tape in walk(found, [book]):
        tape.take(_OUT_OF_TIME)
        for top in book.take():
            yield _line(chosen, top)
    yield _summary(chosen, book.summary(), found.truncated)


def _book(instrument: int) -> BookAlong:
    if not is_warm():
        return PlainBook(instrument)
    from app.domain.book_kernel import CompiledBook

    return CompiledBook(instrument)


def _chosen(file: TapeFile, asked: int | None) -> int:
    """The instrument whose orders the file holds, by one look through all of it."""
    names, orders = Names(), _Instruments()
    if file.metadata is not None:
        names.learn_header(file.metadata)
    records = 0
    for tape in walk(file, [orders]):
        batch = tape.take(_OUT_OF_TIME)
        names.learn(batch.rare)
        records += batch.records
    ids = sorted(orders.first)
    if not ids:
        if records:
            raise ConfigError(f"{file.name} has no order-by-order (mbo) records.")
        return asked or 0
    if asked is None and len(ids) > 1:
        named = [f"{i} {names.symbol(i, orders.first[i]) or ''}".strip() for i in ids[:_NAMED_AT_MOST]]
        more = f" and {len(ids) - _NAMED_AT_MOST} more" if len(ids) > _NAMED_AT_MOST else ""
        raise ConfigError(
            f"{file.name} holds several instruments; choose one with --instrument: {', '.join(named)}{more}."
        )
    if asked is not None and asked not in orders.first:
        raise ConfigError(f"{file.name} has no orders of instrument {asked}.")
    return ids[0] if asked is None else asked


class _Instruments:
    """Which instruments have orders, and when each came first."""

    def __init__(self) -> None:
        self.first: dict[int, Ns] = {}

    def __call__(self, buffer: NDArray[np.uint8], start: int, end: int) -> None:
        if (end - start) % _MBO_SIZE == 0:
            rows = buffer[start:end].reshape(-1, _MBO_SIZE)
            if (rows[:, 0] == _MBO_SIZE // 4).all() and (rows[:, 1] == layout.MBO).all():
                ids = np.ascontiguousarray(rows[:, 4:8]).view(np.uint32)[:, 0]
                for instrument, row in zip(*np.unique(ids, return_index=True), strict=True):
                    self._came(int(instrument), buffer.data, start + int(row) * _MBO_SIZE)
                return
        data, offset = buffer.data, start
        while offset < end:
            if data[offset + 1] == layout.MBO:
                self._came(int.from_bytes(data[offset + 4 : offset + 8], "little"), data, offset)
            offset += data[offset] * 4

    def _came(self, instrument: int, data: memoryview, offset: int) -> None:
        if instrument not in self.first:
            self.first[instrument] = Ns(int.from_bytes(data[offset + 8 : offset + 16], "little"))


def _line(instrument: int, top: BookTop) -> dict[str, object]:
    return {
        "ts_recv_ns": top.ts_recv,
        "ts_event_ns": top.ts_event,
        "sequence": top.sequence,
        **_side("bid", top.bid),
        **_side("ask", top.ask),
        "instrument_id": instrument,
    }


def _side(name: str, level: Level | None) -> dict[str, object]:
    return {
        name: None if level is None else points(level.price),
        f"{name}_size": None if level is None else level.size,
        f"{name}_count": None if level is None else level.orders,
    }


def _summary(instrument: int, book: BookSummary, truncated: bool) -> dict[str, object]:
    return {
        "summary": True,
        "instrument_id": instrument or None,
        "records": book.records,
        "orders": book.orders,
        "bid_levels": book.bid_levels,
        "ask_levels": book.ask_levels,
        "unknown_orders": book.unknown,
        "ignored_orders": book.ignored,
        "crossed_events": book.crossed,
        "locked_events": book.locked,
        "synced": book.is_synced,
        "truncated": truncated,
    }
