"""DBN streams for tests, made by the vendor's own encoder: an independent yardstick of our reading."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import databento_dbn

# its own stubs take the members of its enums for their values
dbn: Any = databento_dbn

T0 = 1_750_000_000_000_000_000
SIDES = {"A": dbn.Side.ASK, "B": dbn.Side.BID, "N": dbn.Side.NONE}
ACTIONS = {
    "A": dbn.Action.ADD,
    "C": dbn.Action.CANCEL,
    "M": dbn.Action.MODIFY,
    "R": dbn.Action.CLEAR,
    "T": dbn.Action.TRADE,
    "F": dbn.Action.FILL,
    "N": dbn.Action.NONE,
}


@dataclass(frozen=True)
class _Interval:
    start_date: date
    end_date: date
    symbol: str


@dataclass(frozen=True)
class _Mapping:
    raw_symbol: str
    intervals: Sequence[_Interval]


def header(
    version: int = 3,
    *,
    schema: Any = None,
    names: dict[int, str] | None = None,
    ts_out: bool = False,
    stype_in: Any = dbn.SType.RAW_SYMBOL,
) -> bytes:
    """`names`: instrument id to symbol, valid in June 2025."""
    found = names or {}
    encoded: bytes = dbn.Metadata(
        "GLBX.MDP3",
        T0,
        stype_in,
        dbn.SType.INSTRUMENT_ID,
        schema,
        symbols=list(found.values()),
        mappings=[
            _Mapping(symbol, [_Interval(date(2025, 6, 1), date(2025, 7, 1), str(number))])
            for number, symbol in found.items()
        ],
        end=None,
        limit=None,
        ts_out=ts_out,
        version=version,
    ).encode()
    return encoded


def mbo(
    instrument: int = 1,
    ts: int = T0,
    *,
    action: str = "T",
    side: str = "B",
    price: int = 5_000_000_000_000,
    size: int = 1,
    order: int = 7,
    flags: int = 0,
    sequence: int = 0,
    recv: int | None = None,
) -> bytes:
    return bytes(
        dbn.MBOMsg(
            1,
            instrument,
            ts,
            order,
            price,
            size,
            ACTIONS[action],
            SIDES[side],
            ts + 100 if recv is None else recv,
            flags,
            0,
            0,
            sequence,
        )
    )


def trade(
    instrument: int = 1,
    ts: int = T0,
    *,
    side: str = "B",
    price: int = 5_000_000_000_000,
    size: int = 1,
    sequence: int = 0,
) -> bytes:
    return bytes(
        dbn.TradeMsg(1, instrument, ts, price, size, ACTIONS["T"], SIDES[side], 0, ts + 100, 0, 0, sequence)
    )


def mbp(
    instrument: int = 1,
    ts: int = T0,
    *,
    action: str = "A",
    side: str = "B",
    price: int = 5_000_000_000_000,
    size: int = 1,
    bid: int | None = 4_999_750_000_000,
    ask: int | None = 5_000_000_000_000,
    sizes: tuple[int, int] = (3, 4),
    depth: int = 1,
    sequence: int = 0,
) -> bytes:
    level = dbn.BidAskPair(
        dbn.UNDEF_PRICE if bid is None else bid,
        dbn.UNDEF_PRICE if ask is None else ask,
        sizes[0],
        sizes[1],
        1,
        1,
    )
    kind, levels = (dbn.MBP1Msg, level) if depth == 1 else (dbn.MBP10Msg, [level] * 10)
    return bytes(
        kind(
            1,
            instrument,
            ts,
            price,
            size,
            ACTIONS[action],
            SIDES[side],
            0,
            ts + 100,
            0,
            0,
            sequence,
            levels,
        )
    )


def bbo(instrument: int = 1, ts: int = T0, *, bid: int = 1, ask: int = 2, recv: int = T0 + 5) -> bytes:
    level = dbn.BidAskPair(bid, ask, 3, 4, 1, 1)
    return bytes(dbn.BBOMsg(dbn.RType.BBO_1S, 1, instrument, ts, 1, 1, dbn.Side.NONE, recv, 0, 0, level))


def ohlcv(instrument: int = 1, ts: int = T0) -> bytes:
    return bytes(dbn.OHLCVMsg(dbn.RType.OHLCV_1S, 1, instrument, ts, 1, 2, 1, 2, 9))


def status(instrument: int = 1, ts: int = T0, *, trading: Any = dbn.TriState.YES) -> bytes:
    return bytes(
        dbn.StatusMsg(
            1,
            instrument,
            ts,
            ts + 1,
            dbn.StatusAction.TRADING,
            dbn.StatusReason.SCHEDULED,
            is_trading=trading,
        )
    )


def statistic(
    instrument: int = 1,
    *,
    version: int = 3,
    price: int = dbn.UNDEF_PRICE,
    quantity: int = 470,
    ts_ref: int = T0,
    kind: Any = dbn.StatType.OPEN_INTEREST,
    action: Any = dbn.StatUpdateAction.NEW,
) -> bytes:
    made = dbn.StatMsg if version == 3 else dbn.StatMsgV1
    return bytes(made(1, instrument, T0, T0 + 1, ts_ref, price, quantity, kind, update_action=action))


def mapping(instrument: int, raw: str, asked: str, *, version: int = 3) -> bytes:
    if version == 1:
        return bytes(dbn.SymbolMappingMsgV1(1, instrument, T0, asked, raw, T0, T0))
    return bytes(
        dbn.SymbolMappingMsg(1, instrument, T0, dbn.SType.PARENT, asked, dbn.SType.RAW_SYMBOL, raw, T0, T0)
    )


def system(text: str, *, version: int = 3, code: Any = None) -> bytes:
    return bytes(dbn.SystemMsgV1(T0, text) if version == 1 else dbn.SystemMsg(T0, text, code))


def error(text: str, *, version: int = 3, code: Any = None) -> bytes:
    return bytes(dbn.ErrorMsgV1(T0, text) if version == 1 else dbn.ErrorMsg(T0, text, True, code))


def with_ts_out(record: bytes, ts_out: int = T0) -> bytes:
    """The record as a gateway sends it that was asked for its own send time."""
    return bytes([record[0] + 2]) + record[1:] + ts_out.to_bytes(8, "little")


def unknown(rtype: int = 77, length: int = 24) -> bytes:
    return bytes([length // 4, rtype]) + bytes(length - 2)


def stream(records: Iterable[bytes], version: int = 3, **about: Any) -> bytes:
    return header(version, **about) + b"".join(records)
