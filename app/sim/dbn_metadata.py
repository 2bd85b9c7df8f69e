"""The head of a DBN stream or file, version 3: what was asked for, and which symbols were found."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from app.sim.dbn_records import STYPES, UNDEF_TIME

VERSION: Final = 3
DATASET: Final = "GLBX.MDP3"
SCHEMAS: Final = {
    "mbo": 0, "mbp-1": 1, "mbp-10": 2, "tbbo": 3, "trades": 4, "ohlcv-1s": 5, "ohlcv-1m": 6, "ohlcv-1h": 7,
    "ohlcv-1d": 8, "definition": 9, "statistics": 10, "status": 11,
}  # fmt: skip
_SYMBOL: Final = 71
_NO_SCHEMA: Final = 0xFFFF
_NO_STYPE: Final = 0xFF
_RESERVED: Final = 53


@dataclass(frozen=True, slots=True)
class Interval:
    """Dates as yyyymmdd, the end exclusive."""

    first: int
    end: int
    symbol: str


def live_metadata(start: int, ts_out: bool) -> bytes:
    """A live session names neither schema nor symbols here: they come as records."""
    return _framed(_NO_SCHEMA, start, UNDEF_TIME, 0, _NO_STYPE, ts_out, _symbols((), (), (), {}))


def file_metadata(
    schema: str,
    span: tuple[int, int],
    limit: int | None,
    stype_in: str,
    symbols: Sequence[str],
    not_found: Sequence[str],
    mappings: Mapping[str, Sequence[Interval]],
) -> bytes:
    lists = _symbols(symbols, (), not_found, mappings)
    return _framed(SCHEMAS[schema], span[0], span[1], limit or 0, STYPES[stype_in], False, lists)


def _framed(
    schema: int, start: int, end: int, limit: int, stype_in: int, ts_out: bool, lists: bytes
) -> bytes:
    fixed = struct.pack(
        "<16sHQQQBBBH", DATASET.encode(), schema, start, end, limit, stype_in, STYPES["instrument_id"],
        ts_out, _SYMBOL,
    )  # fmt: skip
    body = fixed + bytes(_RESERVED) + struct.pack("<I", 0) + lists
    body += bytes(-len(body) % 8)
    return b"DBN" + bytes([VERSION]) + struct.pack("<I", len(body)) + body


def _symbols(
    symbols: Sequence[str],
    partial: Sequence[str],
    not_found: Sequence[str],
    mappings: Mapping[str, Sequence[Interval]],
) -> bytes:
    parts = [
        struct.pack("<I", len(names)) + b"".join(map(_text, names)) for names in (symbols, partial, not_found)
    ]
    parts.append(struct.pack("<I", len(mappings)))
    for name, intervals in mappings.items():
        parts.append(_text(name) + struct.pack("<I", len(intervals)))
        parts += [struct.pack("<II", i.first, i.end) + _text(i.symbol) for i in intervals]
    return b"".join(parts)


def _text(symbol: str) -> bytes:
    return symbol.encode().ljust(_SYMBOL, b"\0")
