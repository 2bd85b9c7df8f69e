"""DBN records as the vendor writes them, version 3, little-endian and packed; columns in, bytes out.

Written from the format's description and apart from the program's own reader, so that neither can hide a
mistake of the other.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from app.sim.noise import Ints

Records = NDArray[np.void]

UNDEF_PRICE: Final = 2**63 - 1
UNDEF_TIME: Final = 2**64 - 1
UNDEF_32: Final = 2**31 - 1
GLBX: Final = 1  # publisher
LAST: Final = 128 | 2  # ends an event; 2 is what the exchange's feed always sets with it
SNAPSHOT: Final = 32 | 8

_HEADER: Final = [
    ("length", "u1"), ("rtype", "u1"), ("publisher_id", "<u2"), ("instrument_id", "<u4"), ("ts_event", "<u8"),
]  # fmt: skip
_LEVEL: Final = np.dtype([
    ("bid_px", "<i8"), ("ask_px", "<i8"), ("bid_sz", "<u4"), ("ask_sz", "<u4"), ("bid_ct", "<u4"),
    ("ask_ct", "<u4"),
])  # fmt: skip
_TICK: Final = [
    *_HEADER, ("price", "<i8"), ("size", "<u4"), ("action", "S1"), ("side", "S1"), ("flags", "u1"),
    ("depth", "u1"), ("ts_recv", "<u8"), ("ts_in_delta", "<i4"), ("sequence", "<u4"),
]  # fmt: skip

MBO: Final = np.dtype([
    *_HEADER, ("order_id", "<u8"), ("price", "<i8"), ("size", "<u4"), ("flags", "u1"), ("channel_id", "u1"),
    ("action", "S1"), ("side", "S1"), ("ts_recv", "<u8"), ("ts_in_delta", "<i4"), ("sequence", "<u4"),
])  # fmt: skip
TRADE: Final = np.dtype(_TICK)
MBP_1: Final = np.dtype([*_TICK, ("levels", _LEVEL, (1,))])
MBP_10: Final = np.dtype([*_TICK, ("levels", _LEVEL, (10,))])
BAR: Final = np.dtype([
    *_HEADER, ("open", "<i8"), ("high", "<i8"), ("low", "<i8"), ("close", "<i8"), ("volume", "<u8"),
])  # fmt: skip
STATUS: Final = np.dtype([
    *_HEADER, ("ts_recv", "<u8"), ("action", "<u2"), ("reason", "<u2"), ("trading_event", "<u2"),
    ("is_trading", "S1"), ("is_quoting", "S1"), ("is_short_sell_restricted", "S1"), ("_reserved", "V7"),
])  # fmt: skip
STATISTIC: Final = np.dtype([
    *_HEADER, ("ts_recv", "<u8"), ("ts_ref", "<u8"), ("price", "<i8"), ("quantity", "<i8"),
    ("sequence", "<u4"), ("ts_in_delta", "<i4"), ("stat_type", "<u2"), ("channel_id", "<u2"),
    ("update_action", "u1"), ("stat_flags", "u1"), ("_reserved", "V18"),
])  # fmt: skip
DEFINITION: Final = np.dtype([
    *_HEADER, ("ts_recv", "<u8"), ("min_price_increment", "<i8"), ("display_factor", "<i8"),
    ("expiration", "<u8"), ("activation", "<u8"), ("high_limit_price", "<i8"), ("low_limit_price", "<i8"),
    ("max_price_variation", "<i8"), ("unit_of_measure_qty", "<i8"), ("min_price_increment_amount", "<i8"),
    ("price_ratio", "<i8"), ("strike_price", "<i8"), ("raw_instrument_id", "<u8"), ("leg_price", "<i8"),
    ("leg_delta", "<i8"), ("inst_attrib_value", "<i4"), ("underlying_id", "<u4"),
    ("market_depth_implied", "<i4"), ("market_depth", "<i4"), ("market_segment_id", "<u4"),
    ("max_trade_vol", "<u4"), ("min_lot_size", "<i4"), ("min_lot_size_block", "<i4"),
    ("min_lot_size_round_lot", "<i4"), ("min_trade_vol", "<u4"), ("contract_multiplier", "<i4"),
    ("decay_quantity", "<i4"), ("original_contract_size", "<i4"), ("leg_instrument_id", "<u4"),
    ("leg_ratio_price_numerator", "<i4"), ("leg_ratio_price_denominator", "<i4"),
    ("leg_ratio_qty_numerator", "<i4"), ("leg_ratio_qty_denominator", "<i4"), ("leg_underlying_id", "<u4"),
    ("appl_id", "<i2"), ("maturity_year", "<u2"), ("decay_start_date", "<u2"), ("channel_id", "<u2"),
    ("leg_count", "<u2"), ("leg_index", "<u2"), ("currency", "S4"), ("settl_currency", "S4"),
    ("secsubtype", "S6"), ("raw_symbol", "S71"), ("group", "S21"), ("exchange", "S5"), ("asset", "S11"),
    ("cfi", "S7"), ("security_type", "S7"), ("unit_of_measure", "S31"), ("underlying", "S21"),
    ("strike_price_currency", "S4"), ("leg_raw_symbol", "S71"), ("instrument_class", "S1"),
    ("match_algorithm", "S1"), ("main_fraction", "u1"), ("price_display_format", "u1"),
    ("sub_fraction", "u1"), ("underlying_product", "u1"), ("security_update_action", "S1"),
    ("maturity_month", "u1"), ("maturity_day", "u1"), ("maturity_week", "u1"),
    ("user_defined_instrument", "S1"), ("contract_multiplier_unit", "i1"), ("flow_schedule_type", "i1"),
    ("tick_rule", "u1"), ("leg_instrument_class", "S1"), ("leg_side", "S1"), ("_reserved", "V17"),
])  # fmt: skip
MAPPING: Final = np.dtype([
    *_HEADER, ("stype_in", "u1"), ("stype_in_symbol", "S71"), ("stype_out", "u1"),
    ("stype_out_symbol", "S71"), ("start_ts", "<u8"), ("end_ts", "<u8"),
])  # fmt: skip
SYSTEM: Final = np.dtype([*_HEADER, ("msg", "S303"), ("code", "u1")])
ERROR: Final = np.dtype([*_HEADER, ("err", "S302"), ("code", "u1"), ("is_last", "u1")])

RTYPE: Final[Mapping[np.dtype[np.void], int]] = {
    MBO: 160, TRADE: 0, MBP_1: 1, MBP_10: 10, STATUS: 18, DEFINITION: 19, ERROR: 21, MAPPING: 22, SYSTEM: 23,
    STATISTIC: 24,
}  # fmt: skip
BAR_RTYPE: Final = {"ohlcv-1s": 32, "ohlcv-1m": 33, "ohlcv-1h": 34, "ohlcv-1d": 35}
STYPES: Final = {
    "instrument_id": 0, "raw_symbol": 1, "smart": 2, "continuous": 3, "parent": 4, "nasdaq_symbol": 5,
    "cms_symbol": 6,
}  # fmt: skip


def records(kind: np.dtype[np.void], count: int, instrument_id: Any, at: Any, **columns: Any) -> Records:
    """`count` records; `instrument_id`, `at` (ts_event) and columns by field name, as arrays or one value."""
    made = np.zeros(count, kind)
    made["length"] = kind.itemsize // 4
    made["rtype"] = RTYPE.get(kind, 0)
    made["publisher_id"] = GLBX
    made["instrument_id"] = instrument_id
    made["ts_event"] = at
    for name, column in columns.items():
        made[name] = column
    return made


def letters(codes: Ints) -> NDArray[np.bytes_]:
    """Characters by their code, as DBN's one-letter fields want them."""
    return codes.astype(np.uint8).view("S1")


def system(at: int, text: str, code: int) -> Records:
    message = records(SYSTEM, 1, 0, at, msg=text.encode(), code=code)
    message["publisher_id"] = 0
    return message


def error(at: int, text: str, code: int) -> Records:
    message = records(ERROR, 1, 0, at, err=text.encode(), code=code, is_last=1)
    message["publisher_id"] = 0
    return message
