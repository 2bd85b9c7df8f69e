"""Historical records of a request: which instruments it names on which days, how many there are, the file."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
import zstandard

from app.domain.units import DAY, HOUR, MINUTE, Ns, moment, ns_from_iso
from app.sim.arrival import received
from app.sim.bar_feed import INTERVALS
from app.sim.batch import Batch, Stream, merged
from app.sim.dbn_metadata import Interval, file_metadata
from app.sim.dbn_records import BAR, DEFINITION, MBO, MBP_1, MBP_10, STATISTIC, STATUS, TRADE
from app.sim.feed import TICK_SCHEMAS, Feed
from app.sim.hist_request import Asked, Refused, dates_between
from app.sim.noise import Ints
from app.sim.symbology import resolved
from app.sim.universe import Universe

RECORD_BYTES: Final = {
    "mbo": MBO.itemsize, "mbp-1": MBP_1.itemsize, "mbp-10": MBP_10.itemsize, "tbbo": MBP_1.itemsize,
    "trades": TRADE.itemsize, "definition": DEFINITION.itemsize, "statistics": STATISTIC.itemsize,
    "status": STATUS.itemsize, **dict.fromkeys(INTERVALS, BAR.itemsize),
}  # fmt: skip
_PART: Final = 10 * MINUTE
_LONG_PART: Final = 6 * HOUR
_NOON: Final = DAY // 2


@dataclass(frozen=True, slots=True)
class Named:
    """Instruments by symbol, with the UTC dates they are valid on, the end exclusive."""

    found: Mapping[str, Sequence[tuple[date, date, int]]]
    not_found: tuple[str, ...]

    def ids(self, day: date) -> Ints:
        """Of all symbols on a UTC date."""
        every = {
            identity
            for intervals in self.found.values()
            for first, end, identity in intervals
            if first <= day < end
        }
        return np.array(sorted(every), dtype=np.int64)


class Files:
    def __init__(self, feed: Feed) -> None:
        self._feed = feed
        self._counted = lru_cache(maxsize=64)(self._count)

    def named(self, symbols: Sequence[str], stype: str, first: date, end: date) -> Named:
        """Refuses when nothing at all is found."""
        days = dates_between(first, end)
        found = {symbol: self._intervals(symbol, stype, days) for symbol in symbols}
        missing = tuple(symbol for symbol, intervals in found.items() if not intervals)
        if len(missing) == len(found):
            raise Refused(422, "symbology_invalid_request", "None of the symbols could be resolved")
        return Named({symbol: spans for symbol, spans in found.items() if spans}, missing)

    def names_of(self, asked: Asked) -> Named:
        return self.named(asked.symbols, asked.stype, asked.days[0], asked.days[-1] + timedelta(days=1))

    def count(self, asked: Asked) -> int:
        """Exactly as many records as `file` holds."""
        counted = self._counted(asked)
        return counted if asked.limit is None else min(counted, asked.limit)

    def file(self, asked: Asked, named: Named) -> tuple[bytes, int]:
        """DBN in one zstd frame, and its number of records."""
        mappings = {
            symbol: [Interval(_number(first), _number(end), str(identity)) for first, end, identity in spans]
            for symbol, spans in named.found.items()
        }
        span = (asked.start, asked.end)
        head = file_metadata(
            asked.schema, span, asked.limit, asked.stype, asked.symbols, named.not_found, mappings
        )
        zstd = zstandard.ZstdCompressor().compressobj()
        parts = [zstd.compress(head)]
        written = 0
        for stream in self._streams(asked, named):
            rows = len(stream) if asked.limit is None else min(len(stream), asked.limit - written)
            if rows:
                parts.append(zstd.compress(stream.data[: int(stream.ends[rows - 1])].tobytes()))
            written += rows
            if written == asked.limit:
                break
        parts.append(zstd.flush())
        return b"".join(parts), written

    def _count(self, asked: Asked) -> int:
        return sum(len(stream) for stream in self._streams(asked, self.names_of(asked)))

    def _streams(self, asked: Asked, named: Named) -> Iterator[Stream]:
        """In parts, so that a long request needs no more memory than a short one; none crosses midnight."""
        part = _PART if asked.schema in TICK_SCHEMAS else _LONG_PART
        edges = {*range(asked.start, asked.end, part), asked.end}
        edges |= {ns_from_iso(f"{day}T00:00:00Z") for day in asked.days[1:]}
        for start, end in pairwise(sorted(edges)):
            ids = named.ids(moment(Ns(start)).date())
            yield merged(list(self._batches(asked.schema, ids, start, end)))

    def _batches(self, schema: str, ids: Ints, start: int, end: int) -> Iterator[Batch]:
        if schema == "definition":
            yield from self._midnights(ids, start, end)
        yield from self._feed.batches(schema, ids, start, end)

    def _midnights(self, ids: Ints, start: int, end: int) -> Iterator[Batch]:
        """Files begin every UTC day with all definitions in force."""
        for midnight in range(-(-start // DAY) * DAY, end, DAY):
            day = self._feed.reference.newest(Ns(midnight))
            made = self._feed.reference.of_day("definition", ids, day).records.copy()
            made["ts_event"], made["ts_recv"] = midnight, midnight
            yield Batch.of(made, received(np.full(len(made), midnight)))

    def _intervals(self, symbol: str, stype: str, days: Sequence[date]) -> list[tuple[date, date, int]]:
        """Of every instrument the symbol stands for, its days joined into spans."""
        spans: dict[int, list[tuple[date, date]]] = {}
        for day in days:
            ids = self._resolved(symbol, stype, day)
            for identity in () if ids is None else ids.tolist():
                mine = spans.setdefault(identity, [])
                following = day + timedelta(days=1)
                if mine and mine[-1][1] == day:
                    mine[-1] = (mine[-1][0], following)
                else:
                    mine.append((day, following))
        return [(first, end, identity) for identity, mine in spans.items() for first, end in mine]

    def _resolved(self, symbol: str, stype: str, day: date) -> Ints | None:
        try:
            return resolved(self._universe(day), stype, symbol)
        except KeyError as e:
            text = f"Symbols of kind {stype} are not known to this dataset"
            raise Refused(422, "symbology_invalid_request", text) from e

    def _universe(self, day: date) -> Universe:
        """What is listed around noon of a UTC date."""
        noon = Ns(ns_from_iso(f"{day}T00:00:00Z") + _NOON)
        return self._feed.market.universes.of(self._feed.reference.newest(noon))


def _number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day
