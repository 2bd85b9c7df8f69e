"""The header of a DBN stream, versions 1 to 3: which data it is and which instrument is called what.

Read by own code, because the domain knows no vendor's package and because a stream that was cut in its
header must be told from one that is something else.
"""

import struct
from dataclasses import dataclass
from datetime import date
from typing import Final

from app.domain.units import UNDEF_TIMESTAMP, Ns

MAGIC: Final = b"DBN"
VERSIONS: Final = (1, 2, 3)
# the version and the length of the rest; no longer header has been seen than a few MB of symbols
PRELUDE: Final = 8
LONGEST_HEADER: Final = 256 * 1024 * 1024

_SCHEMAS: Final = (
    *("mbo", "mbp-1", "mbp-10", "tbbo", "trades", "ohlcv-1s", "ohlcv-1m", "ohlcv-1h", "ohlcv-1d"),
    *("definition", "statistics", "status", "imbalance", "ohlcv-eod", "cmbp-1", "cbbo-1s", "cbbo-1m"),
    *("tcbbo", "bbo-1s", "bbo-1m"),
)
_SYMBOL_TYPES: Final = ("instrument_id", "raw_symbol", "smart", "continuous", "parent")
_NO_LIMIT: Final = 0
_WHOLE = struct.Struct("<I")


class NotDbn(ValueError):
    """These bytes are no DBN stream, or one of a version that cannot be read."""


class HeaderCut(ValueError):
    """A DBN stream that ends inside its own header."""


@dataclass(frozen=True, slots=True)
class Interval:
    """What a symbol stood for from `first` until the day before `end`."""

    first: date
    end: date
    symbol: str


@dataclass(frozen=True, slots=True)
class Mapping:
    symbol: str
    intervals: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class Metadata:
    """`schema`, `stype_in`: None in live streams, which mix them. `start` is the session's start there."""

    version: int
    dataset: str
    schema: str | None
    start: Ns
    end: Ns | None
    limit: int | None
    stype_in: str | None
    stype_out: str | None
    ts_out: bool
    symbols: tuple[str, ...]
    partial: tuple[str, ...]
    not_found: tuple[str, ...]
    mappings: tuple[Mapping, ...]


def header_length(data: bytes | memoryview) -> int | None:
    """How many bytes the header takes, records excluded; None when `data` is too short to say."""
    start = bytes(data[:PRELUDE])
    if start[:3] != MAGIC[: len(start)]:
        raise NotDbn("it does not begin as DBN does")
    if len(start) > 3 and start[3] not in VERSIONS:
        raise NotDbn(f"DBN version {start[3]} is not known")
    if len(start) < PRELUDE:
        return None
    length = _WHOLE.unpack_from(start, 4)[0]
    if not _shortest(start[3]) <= length <= LONGEST_HEADER:
        raise NotDbn(f"its header claims {length} bytes")
    return PRELUDE + int(length)


def read_metadata(data: bytes | memoryview) -> tuple[Metadata, int]:
    """The header, and where the first record begins. Raises NotDbn, or HeaderCut when `data` is too short."""
    length = header_length(data)
    if length is None or len(data) < length:
        raise HeaderCut("the stream ends inside its header")
    header = bytes(data[:length])
    try:
        return _metadata(header), length
    except (struct.error, ValueError, IndexError) as e:
        raise NotDbn(f"its header cannot be read ({e})") from e


def text(data: bytes) -> str:
    """A C string: up to the first zero. What is no UTF-8 shows as a replacement sign, never as an error."""
    return data.split(b"\0", 1)[0].decode("utf-8", "replace")


def _shortest(version: int) -> int:
    return 92 + 20 if version == 1 else 100


def _metadata(header: bytes) -> Metadata:
    version = header[3]
    dataset = text(header[8:24])
    schema, start, end, limit = struct.unpack_from("<HQQQ", header, 24)
    at = 58 if version == 1 else 50
    stype_in, stype_out, ts_out = header[at : at + 3]
    wide = 22 if version == 1 else struct.unpack_from("<H", header, at + 3)[0]
    lists = _Lists(header, wide, at=at + 3 + (47 if version == 1 else 55))
    lists.skip_definition()
    return Metadata(
        version=version,
        dataset=dataset,
        schema=_SCHEMAS[schema] if schema < len(_SCHEMAS) else None,
        start=Ns(start),
        end=None if end in (0, UNDEF_TIMESTAMP) else Ns(end),
        limit=None if limit == _NO_LIMIT else limit,
        stype_in=_symbol_type(stype_in),
        stype_out=_symbol_type(stype_out),
        ts_out=bool(ts_out),
        symbols=lists.symbols(),
        partial=lists.symbols(),
        not_found=lists.symbols(),
        mappings=tuple(lists.mapping() for _ in range(lists.count(least=lists.wide + 4))),
    )


def _symbol_type(code: int) -> str | None:
    return _SYMBOL_TYPES[code] if code < len(_SYMBOL_TYPES) else None


class _Lists:
    """The counted lists at the end of a header, read one after the other."""

    def __init__(self, header: bytes, wide: int, at: int) -> None:
        if not 1 < wide <= 1024:
            raise ValueError(f"symbols of {wide} bytes")
        self.wide = wide
        self._header = header
        self._at = at

    def count(self, least: int) -> int:
        found = self._whole()
        if found * least > len(self._header) - self._at:
            raise ValueError(f"a list of {found} entries does not fit")
        return found

    def skip_definition(self) -> None:
        length = self._whole()
        self._at += length

    def symbols(self) -> tuple[str, ...]:
        return tuple(self._symbol() for _ in range(self.count(least=self.wide)))

    def mapping(self) -> Mapping:
        symbol = self._symbol()
        intervals = self.count(least=self.wide + 8)
        return Mapping(
            symbol, tuple(Interval(self._day(), self._day(), self._symbol()) for _ in range(intervals))
        )

    def _whole(self) -> int:
        value = _WHOLE.unpack_from(self._header, self._at)[0]
        self._at += 4
        return int(value)

    def _day(self) -> date:
        value = self._whole()
        return date(value // 10_000, value // 100 % 100, value % 100)

    def _symbol(self) -> str:
        raw = self._header[self._at : self._at + self.wide]
        if len(raw) < self.wide:
            raise ValueError("a symbol is cut")
        self._at += self.wide
        return text(raw)
