"""`pitwall tape` as one document: the pressure bars of recorded tapes."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.cli.tape_names import Names
from app.cli.tape_walk import walk, warm_up_for
from app.domain import dbn_layout as layout
from app.domain.bars import PressureBar
from app.domain.errors import ConfigError
from app.domain.pressure import PressureBook
from app.domain.tape import Tape
from app.domain.ticks import TradeColumns
from app.domain.units import Ns, iso, points
from app.system.tape_files import TapeFile

LONGEST_WINDOW_S: Final = 7 * 86_400
# the same trades told by several kinds of record are counted from one of them, the first of these
_RICHEST: Final = (layout.MBO, layout.TRADES, layout.MBP_1, layout.MBP_10)
_TAKE_EVERY: Final = 4 * 1024 * 1024
_INCOMPLETE: Final = "trades without price, size or time"
_OUT_OF_TIME: Final = Ns(0)


def tape_document(files: Sequence[Path], window_s: int, instrument: int | None = None) -> dict[str, object]:
    """Raises ConfigError for a file that is no tape, or is damaged in its midst."""
    if not 1 <= window_s <= LONGEST_WINDOW_S:
        raise ConfigError(f"A window may be 1 to {LONGEST_WINDOW_S} seconds wide.")
    if len({file.resolve() for file in files}) < len(files):
        raise ConfigError("A file is named twice; its trades would count twice.")
    warm_up_for(files)
    count = _Count(window_s)
    for file in files:
        count.add(file)
    return count.document([str(file) for file in files], window_s, instrument)


class _Count:
    """What several tapes say together."""

    def __init__(self, window_s: int) -> None:
        self._window_s = window_s
        self._books: dict[int, PressureBook] = {}
        self._names = Names()
        self._by_type: dict[str, int] = {}
        self._skipped: dict[str, int] = {}
        self._truncated = False

    def add(self, path: Path) -> None:
        file = TapeFile(path)
        if file.metadata is not None:
            self._names.learn_header(file.metadata)
        self._walk(file)
        self._truncated = self._truncated or file.truncated

    def document(self, files: list[str], window_s: int, instrument: int | None) -> dict[str, object]:
        bars = sorted(self._bars(instrument), key=lambda bar: (bar.start, bar.instrument))
        return {
            "files": files,
            "records": sum(self._by_type.values()),
            "by_type": self._by_type,
            "skipped": self._skipped,
            "truncated": self._truncated,
            "window_s": window_s,
            "bars": [self._bar(bar) for bar in bars],
            "totals": self._totals(bars),
        }

    def _walk(self, file: TapeFile) -> None:
        records = None
        taken = 0
        for records in walk(file):
            if records.offset - taken > _TAKE_EVERY:
                taken = records.offset
                self._take(records)
        if records is not None:
            self._take(records)
            _add(self._by_type, records.by_type)
            _add(self._skipped, {_INCOMPLETE: records.incomplete})
            _add(self._skipped, {n: k for n, k in records.by_type.items() if n.startswith("rtype ")})

    def _take(self, records: Tape) -> None:
        batch, kinds = records.take_with_kinds(_OUT_OF_TIME)
        self._names.learn(batch.rare)
        for kind in np.unique(kinds).tolist():
            book = self._books.setdefault(kind, PressureBook(self._window_s))
            book.add(_only(batch.trades, kinds == kind))

    def _bars(self, only: int | None) -> Iterator[PressureBar]:
        """Each instrument's from the richest kind of record that told its trades; the others are skipped."""
        told: set[int] = set()
        for kind in _RICHEST:
            book = self._books.get(kind)
            if book is None:
                continue
            for instrument in book.instruments():
                bars = book.bars(instrument) if only in (None, instrument) else ()
                if instrument in told:
                    _add(self._skipped, {layout.record_name(kind): sum(bar.trades for bar in bars)})
                else:
                    yield from bars
            told.update(book.instruments())

    def _bar(self, bar: PressureBar) -> dict[str, object]:
        return {
            "instrument_id": bar.instrument,
            "symbol": self._names.symbol(bar.instrument, bar.start),
            "start_ns": bar.start,
            "start": iso(bar.start),
            "bought": bar.bought,
            "sold": bar.sold,
            "unknown": bar.unknown,
            "trades": bar.trades,
            "open": points(bar.open),
            "high": points(bar.high),
            "low": points(bar.low),
            "close": points(bar.close),
            "pressure": bar.pressure,
        }

    def _totals(self, bars: Sequence[PressureBar]) -> list[dict[str, object]]:
        by_instrument: dict[int, list[PressureBar]] = {}
        for bar in bars:
            by_instrument.setdefault(bar.instrument, []).append(bar)
        return [
            {
                "instrument_id": instrument,
                "symbol": self._names.symbol(instrument, found[-1].start),
                "bought": sum(bar.bought for bar in found),
                "sold": sum(bar.sold for bar in found),
                "unknown": sum(bar.unknown for bar in found),
                "trades": sum(bar.trades for bar in found),
            }
            for instrument, found in sorted(by_instrument.items())
        ]


def _only(trades: TradeColumns, wanted: NDArray[np.bool_]) -> TradeColumns:
    if wanted.all():
        return trades
    return TradeColumns(
        trades.instrument_id[wanted],
        trades.ts_event[wanted],
        trades.ts_recv[wanted],
        trades.price[wanted],
        trades.size[wanted],
        trades.side[wanted],
        trades.sequence[wanted],
    )


def _add(counts: dict[str, int], more: Mapping[str, int]) -> None:
    for name, count in more.items():
        if count:
            counts[name] = counts.get(name, 0) + count
