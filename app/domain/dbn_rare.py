"""The records that come seldom, decoded from their bytes: names, definitions, statistics, status, notices.

The offsets are those of DBN 1, 2 and 3. Nothing here raises: a record has the length its header says, and
what is undefined in it is None.
"""

import struct
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain import dbn_layout as layout
from app.domain.dbn import text
from app.domain.ticks import (
    InstrumentDefined,
    InstrumentMapped,
    Rare,
    StatisticSaid,
    TradingStatus,
    VendorNotice,
)
from app.domain.units import UNDEF_PRICE, UNDEF_TIMESTAMP, Ns, Px

UNSET_CODE: Final = 255
# authentication, key deactivated, connection limit, bad subscription, internal error, replay too old
FATAL_CODES: Final = frozenset({1, 2, 3, 5, 6, 8})

_DELETED: Final = 2
_UNDEF_I32: Final = 2**31 - 1
_UNITS: Final = 1_000_000_000

_u32 = struct.Struct("<I").unpack_from
_i32 = struct.Struct("<i").unpack_from
_i64 = struct.Struct("<q").unpack_from
_u64 = struct.Struct("<Q").unpack_from
_HEAD = struct.Struct("<IQ").unpack_from
_STATUS = struct.Struct("<HHHss").unpack_from

# by version: tick, expiration, quantity of a contract, strike
_DEFINITION_NUMBERS: Final = {1: (24, 40, 88, 328), 2: (24, 40, 88, 112), 3: (24, 40, 80, 104)}
# by version: raw symbol, asset, security type, underlying as (first, end), and the class
# settlement, cleared volume, open interest
_STATISTICS: Final = (3, 6, 9)
# where the symbol of a mapping begins
_SYMBOL_AT: Final = {1: 38, 2: 89, 3: 89}
_DEFINITION_TEXTS: Final = {
    1: ((200, 222), (248, 255), (262, 269), (300, 321), 325),
    2: ((200, 271), (297, 304), (311, 318), (349, 370), 374),
    3: ((238, 309), (335, 346), (353, 360), (391, 412), 487),
}


def of_use(buffer: NDArray[np.uint8], offsets: NDArray[np.int64], version: int) -> NDArray[np.int64]:
    """Without the statistics that nothing is made of: a day of NQ options has a million of them, and those
    asked for from the day's beginning come at once. Decoding them would hold up everything for seconds."""
    kind = 56 if version == 3 else 52
    statistics = buffer[offsets + 1] == layout.STATISTICS
    if not statistics.any():
        return offsets
    places = np.where(statistics, offsets + kind, offsets)
    kinds = buffer[places].astype(np.int64) | buffer[places + 1].astype(np.int64) << 8
    kept: NDArray[np.int64] = offsets[~statistics | np.isin(kinds, _STATISTICS)]
    return kept


def is_known(record: bytes, version: int, named: Mapping[int, bytes]) -> bool:
    """It names an instrument as it is named already; `named` has the symbols with their closing zero. Each
    connection begins with thousands of names, most of them known from the one before."""
    if record[1] != layout.SYMBOL_MAPPING:
        return False
    symbol = named.get(_u32(record, 4)[0])
    return symbol is not None and record.startswith(symbol, _SYMBOL_AT[version])


def decode(record: bytes, version: int) -> Rare:
    """One whole record whose rtype is in `dbn_layout.RARE`."""
    rtype = record[1]
    instrument, ts_event = _HEAD(record, 4)
    if rtype == layout.SYMBOL_MAPPING:
        return _mapped(record, instrument, version)
    if rtype == layout.DEFINITION:
        return _defined(record, instrument, version)
    if rtype == layout.STATISTICS:
        return _statistic(record, instrument, Ns(ts_event), version)
    if rtype == layout.STATUS:
        return _status(record, instrument, Ns(ts_event))
    return _notice(record, Ns(ts_event), version)


def _mapped(record: bytes, instrument: int, version: int) -> InstrumentMapped:
    asked, raw = ((16, 38), (38, 60)) if version == 1 else ((17, 88), (89, 160))
    return InstrumentMapped(instrument, raw_symbol=_text(record, raw), asked_as=_text(record, asked))


def _defined(record: bytes, instrument: int, version: int) -> InstrumentDefined:
    tick, expiration, quantity, strike = _DEFINITION_NUMBERS[version]
    raw, asset, security, underlying, kind = _DEFINITION_TEXTS[version]
    return InstrumentDefined(
        instrument_id=instrument,
        raw_symbol=_text(record, raw),
        asset=_text(record, asset),
        security_type=_text(record, security),
        instrument_class=_text(record, (kind, kind + 1)),
        underlying=_text(record, underlying),
        expiration=_time(record, expiration),
        strike=_price(record, strike),
        tick=_price(record, tick),
        multiplier=_multiplier(record, quantity),
    )


def _statistic(record: bytes, instrument: int, ts_event: Ns, version: int) -> StatisticSaid:
    if version == 3:
        kind, action, quantity = record[56] | record[57] << 8, record[60], _i64(record, 40)[0]
        undefined = UNDEF_PRICE
    else:
        kind, action, quantity = record[52] | record[53] << 8, record[56], _i32(record, 40)[0]
        undefined = _UNDEF_I32
    gone = action == _DELETED
    return StatisticSaid(
        instrument_id=instrument,
        kind=kind,
        price=None if gone else _price(record, 32),
        quantity=None if gone or quantity == undefined else quantity,
        ts_ref=_time(record, 24),
        ts_event=ts_event,
    )


def _status(record: bytes, instrument: int, ts_event: Ns) -> TradingStatus:
    action, reason, _, is_trading, _ = _STATUS(record, 24)
    return TradingStatus(
        instrument, ts_event, action, reason, is_trading={b"Y": True, b"N": False}.get(is_trading)
    )


def _notice(record: bytes, ts_event: Ns, version: int) -> VendorNotice:
    is_error = record[1] == layout.ERROR
    if version == 1:
        return VendorNotice(UNSET_CODE, _text(record, (16, 80)), is_error, False, ts_event)
    at = 318 if is_error else 319
    code = record[at]
    return VendorNotice(code, _text(record, (16, at)), is_error, is_error and code in FATAL_CODES, ts_event)


def _text(record: bytes, span: tuple[int, int]) -> str:
    return text(record[span[0] : span[1]])


def _price(record: bytes, at: int) -> Px | None:
    value = _i64(record, at)[0]
    return None if value == UNDEF_PRICE else Px(value)


def _time(record: bytes, at: int) -> Ns | None:
    value = _u64(record, at)[0]
    return None if value == UNDEF_TIMESTAMP else Ns(value)


def _multiplier(record: bytes, at: int) -> int | None:
    """Units of the underlying a contract stands for; None when undefined or not whole."""
    value = _i64(record, at)[0]
    if value == UNDEF_PRICE or value <= 0 or value % _UNITS:
        return None
    return int(value // _UNITS)
