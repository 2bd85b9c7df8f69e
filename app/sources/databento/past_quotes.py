"""Quotes of the last day once more: a short connection of its own, subscribed before its start, that ends
when it has reached the moment asked for.

Of the quotes of one instrument in one slot of time the last is kept, as the live way keeps the last of each
of its looks: an hour of the front month is four million of them.
"""

import threading
import time
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain import dbn_layout as layout
from app.domain.errors import NotEntitled, Unavailable
from app.domain.ticks import TopColumns, VendorNotice
from app.domain.units import SECOND, Ns
from app.engine.feeds import SourceContext
from app.sources.databento.connection import LiveConnection
from app.sources.databento.inflow import Inflow
from app.sources.databento.live import gateway_of, key_of
from app.sources.databento.subscriptions import RICHEST_TOP, Subscription

_SLOT: Final = SECOND // 50
_MOST_SLOTS: Final = 200_000
_TAKE_EVERY_S: Final = 0.02
_REPLAYED: Final = 3
# a replay that brings nothing for so long and does not say that it is over
_SILENCE_S: Final = 10.0
_LEVEL = np.dtype([("bid", "<i8"), ("ask", "<i8"), ("bid_size", "<u4"), ("ask_size", "<u4"), ("n", "<u8")])
_QUOTE: Final = np.dtype(
    [("length", "u1"), ("rtype", "u1"), ("publisher", "<u2"), ("id", "<u4"), ("event", "<i8"),
     ("trade", "V16"), ("recv", "<i8"), ("more", "V8"), ("top", _LEVEL)]
)  # fmt: skip


class PastQuotes:
    """For one worker, and one call at a time."""

    def __init__(self, context: SourceContext) -> None:
        self._context = context
        self._stopped = threading.Event()

    def quotes(self, symbols: tuple[str, ...], since: Ns, until: Ns) -> TopColumns:
        """Those with `since <= ts_event < until`. Blocks; raises SourceError, also when not all come."""
        kept = _Kept(since, until)
        redact = self._context.redactor.text
        inflow = Inflow(self._context.clock, redact, lambda header: kept)
        key, gateway = key_of(self._context), gateway_of(self._context)
        connection = LiveConnection(key, gateway, inflow, redact)
        try:
            connection.open((Subscription(RICHEST_TOP, symbols, start=since),))
            self._wait(inflow, kept)
        finally:
            connection.close()
        return kept.columns()

    def stop(self) -> None:
        """From any thread: what runs ends soon, with an error."""
        self._stopped.set()

    def _wait(self, inflow: Inflow, kept: "_Kept") -> None:
        heard, records = time.monotonic(), 0
        while not self._stopped.is_set():
            batch = inflow.drain()
            if kept.is_whole or any(_is_over(one) for one in batch.rare):
                return
            if (why := inflow.ended_by()) is not None:
                raise why if isinstance(why, NotEntitled) else Unavailable(f"The replay broke off: {why}")
            records += batch.records
            if batch.records:
                heard = time.monotonic()
            if time.monotonic() - heard > _SILENCE_S:
                raise Unavailable(f"The replay fell silent after {records:,} records.")
            time.sleep(_TAKE_EVERY_S)
        raise Unavailable("The replay was given up.")


def _is_over(said: object) -> bool:
    return isinstance(said, VendorNotice) and not said.is_error and said.code == _REPLAYED


class _Kept:
    """Takes what a recording would: whole records, in pieces of any size, in the connection's thread."""

    def __init__(self, since: Ns, until: Ns) -> None:
        self._since = since
        self._until = until
        self._slot = max(_SLOT, (until - since) // _MOST_SLOTS)
        self._parts: list[NDArray[np.void]] = []
        self.is_whole = False

    def write(self, data: bytes) -> None:
        for piece in _quotes_in(data):
            inside = piece[(piece["event"] >= self._since) & (piece["event"] < self._until)]
            self.is_whole = self.is_whole or bool((piece["event"] >= self._until).any())
            if len(inside):
                self._parts.append(self._last_of_slots(inside))

    def close(self) -> None:
        return

    def columns(self) -> TopColumns:
        rows = np.concatenate(self._parts) if self._parts else np.zeros(0, _QUOTE)
        rows = self._last_of_slots(rows)
        top = rows["top"]
        columns = (
            rows["id"], rows["event"], rows["recv"], top["bid"], top["ask"], top["bid_size"], top["ask_size"],
        )  # fmt: skip
        return TopColumns(*(np.ascontiguousarray(column) for column in columns))

    def _last_of_slots(self, rows: NDArray[np.void]) -> NDArray[np.void]:
        """In the order in which they came."""
        if not len(rows):
            return rows
        ids, which = np.unique(rows["id"], return_inverse=True)
        slots = rows["event"] // self._slot * len(ids) + which.reshape(-1)
        _, last = np.unique(slots[::-1], return_index=True)
        kept: NDArray[np.void] = rows[np.sort(len(rows) - 1 - last)]
        return kept


def _quotes_in(data: bytes) -> list[NDArray[np.void]]:
    """Runs of quotes between other records."""
    if len(data) % _QUOTE.itemsize == 0:
        rows = np.frombuffer(data, _QUOTE)
        if (rows["rtype"] == layout.MBP_1).all() and (rows["length"] == _QUOTE.itemsize // 4).all():
            return [rows]
    found, start, at, end = [], 0, 0, len(data)
    while at < end:
        if data[at + 1] != layout.MBP_1 or data[at] * 4 != _QUOTE.itemsize:
            if at > start:
                found.append(np.frombuffer(data[start:at], _QUOTE))
            start = at + data[at] * 4
            at = start
        else:
            at += _QUOTE.itemsize
    if at > start:
        found.append(np.frombuffer(data[start:end], _QUOTE))
    return found
