"""Instrument definitions of a trade date, with the fields that the exchange fills and its odd undefineds."""

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Final

import numpy as np

from app.domain.contract import Family, Future
from app.domain.session import NEW_YORK
from app.domain.symbols import family
from app.domain.units import DOLLARS_PER_POINT, FUTURE_TICK, POINT, Ns, ns
from app.sim.arrival import received
from app.sim.dbn_records import DEFINITION, UNDEF_32, UNDEF_PRICE, Records, records
from app.sim.listing import SPREAD_TICK, expires_on, future_id, listed_since, spread_id
from app.sim.strategies import Strategy
from app.sim.universe import Universe

_TICK_RULE: Final = 15
_NO_BYTE: Final = 255
_FUTURES_PLACE: Final = (68, 8, 318)  # segment, channel, application
_OPTIONS_PLACE: Final = (54, 1, 311)
_EXPIRY: Final = time(9, 30)


def definitions(universe: Universe, at: Ns) -> Records:
    futures = _futures(universe, at)
    return np.concatenate((futures, _options(universe, at), _strategies(universe, at)))


def _blank(ids: Iterable[int], at: Ns, place: tuple[int, int, int]) -> Records:
    identities = np.array(list(ids), dtype=np.int64)
    segment, channel, application = place
    return records(
        DEFINITION, len(identities), identities, at, ts_recv=received(np.array([at])),
        min_price_increment=UNDEF_PRICE, display_factor=POINT, activation=at, high_limit_price=UNDEF_PRICE,
        low_limit_price=UNDEF_PRICE, max_price_variation=UNDEF_PRICE,
        unit_of_measure_qty=DOLLARS_PER_POINT * POINT, min_price_increment_amount=UNDEF_PRICE,
        price_ratio=UNDEF_PRICE, strike_price=UNDEF_PRICE, raw_instrument_id=identities,
        leg_price=UNDEF_PRICE, leg_delta=UNDEF_PRICE, market_depth_implied=2, market_depth=10,
        market_segment_id=segment,
        max_trade_vol=3_000, min_lot_size=UNDEF_32, min_lot_size_block=UNDEF_32,
        min_lot_size_round_lot=UNDEF_32, min_trade_vol=1, contract_multiplier=UNDEF_32,
        decay_quantity=UNDEF_32, original_contract_size=UNDEF_32, appl_id=application, channel_id=channel,
        decay_start_date=65_535, currency=b"USD", settl_currency=b"USD", exchange=b"XCME",
        unit_of_measure=b"IPNT", match_algorithm=b"F", main_fraction=_NO_BYTE, price_display_format=_NO_BYTE,
        sub_fraction=_NO_BYTE, underlying_product=5, security_update_action=b"A", maturity_day=_NO_BYTE,
        maturity_week=_NO_BYTE, user_defined_instrument=b"N", contract_multiplier_unit=127,
        flow_schedule_type=127, tick_rule=_NO_BYTE,
    )  # fmt: skip


def _futures(universe: Universe, at: Ns) -> Records:
    made = _blank([future_id(f) for f in universe.futures], at, _FUTURES_PLACE)
    made["raw_symbol"] = [f.raw.encode() for f in universe.futures]
    made["min_price_increment"] = FUTURE_TICK
    made["min_price_increment_amount"] = FUTURE_TICK * DOLLARS_PER_POINT
    made["expiration"] = [_expiry(f) for f in universe.futures]
    made["activation"] = [_expiry(Future(f.year - 2, f.month)) for f in universe.futures]
    made["maturity_year"] = [f.year for f in universe.futures]
    made["maturity_month"] = [f.month for f in universe.futures]
    for name, text in (("cfi", b"FFIXSX"), ("security_type", b"FUT"), ("instrument_class", b"F")):
        made[name] = text
    made["asset"] = made["group"] = b"NQ"
    return np.concatenate((made, _spreads(universe, at)))


def _spreads(universe: Universe, at: Ns) -> Records:
    """One record for each leg."""
    pairs = [pair for pair in universe.spreads for _ in range(2)]
    made = _blank([spread_id(near) for near, _ in pairs], at, _FUTURES_PLACE)
    legs = [pair[place % 2] for place, pair in enumerate(pairs)]
    made["raw_symbol"] = [universe.symbols[spread_id(near)].encode() for near, _ in pairs]
    made["min_price_increment"] = SPREAD_TICK
    made["expiration"] = [_expiry(near) for near, _ in pairs]
    made["asset"], made["group"], made["cfi"], made["security_type"] = b"NQ", b"NQ", b"FMIXSX", b"FUT"
    made["instrument_class"] = b"S"
    made["leg_count"] = 2
    made["leg_index"] = np.arange(len(pairs)) % 2
    made["leg_raw_symbol"] = [leg.raw.encode() for leg in legs]
    made["leg_instrument_id"] = [future_id(leg) for leg in legs]
    made["leg_instrument_class"] = b"F"
    made["leg_side"] = np.where(np.arange(len(pairs)) % 2 == 0, b"A", b"B")
    made["leg_ratio_qty_numerator"] = made["leg_ratio_qty_denominator"] = 1
    return made


def _options(universe: Universe, at: Ns) -> Records:
    table = universe.table
    made = _blank(table.id.tolist(), at, _OPTIONS_PLACE)
    made["raw_symbol"] = [universe.symbols[int(identity)].encode() for identity in table.id]
    made["strike_price"] = table.points * POINT
    made["strike_price_currency"] = b"USD"
    made["expiration"] = table.expires
    made["instrument_class"] = np.where(table.is_call, b"C", b"P")
    made["security_type"], made["tick_rule"] = b"OOF", _TICK_RULE
    for place, listed in enumerate(table.series):
        mine = made[table.edges[place] : table.edges[place + 1]]
        quarterly = family(listed.series.root) is Family.QUARTERLY
        style = b"A" if quarterly else b"E"
        calls = mine["instrument_class"] == b"C"
        mine["cfi"] = np.where(calls, b"OC" + style + b"FPS", b"OP" + style + b"FPS")
        mine["asset"], mine["group"] = listed.series.root.encode(), b"QZ" if quarterly else b"NW"
        mine["underlying"] = listed.underlying.raw.encode()
        mine["underlying_id"] = future_id(listed.underlying)
        mine["activation"] = _midnight(listed_since(listed))
        mine["maturity_year"], mine["maturity_month"] = listed.series.year, listed.series.month
        mine["maturity_week"] = _week(listed.series.root)
    return made


def _strategies(universe: Universe, at: Ns) -> Records:
    """One record for each leg of each strategy."""
    pairs = [(s, row) for s in universe.strategies for row in (s.near, s.far)]
    made = _blank([s.instrument_id for s, _ in pairs], at, _OPTIONS_PLACE)
    table = universe.table
    for place, (strategy, row) in enumerate(pairs):
        _leg(made[place : place + 1], universe, strategy, row)
    rows = np.array([row for _, row in pairs], dtype=np.int64)
    made["expiration"] = table.expires[rows]
    made["leg_index"] = np.arange(len(pairs)) % 2
    made["leg_side"] = np.where(np.arange(len(pairs)) % 2 == 0, b"B", b"A")
    made["security_type"], made["cfi"], made["instrument_class"] = b"OOF", b"OMXXXX", b"T"
    made["min_price_increment"], made["user_defined_instrument"] = POINT // 20, b"Y"
    made["leg_count"], made["leg_instrument_class"] = 2, b"C"
    made["leg_ratio_qty_numerator"] = made["leg_ratio_qty_denominator"] = 1
    return made


def _leg(made: Records, universe: Universe, strategy: Strategy, row: int) -> None:
    table = universe.table
    made["raw_symbol"] = strategy.symbol.encode()
    made["asset"], made["group"] = strategy.series.root.encode(), b"NW"
    made["leg_raw_symbol"] = universe.symbols[int(table.id[row])].encode()
    made["leg_instrument_id"] = table.id[row]
    made["leg_underlying_id"] = future_id(table.series[int(table.series_of[row])].underlying)


def _week(root: str) -> int:
    """The week of the month, where a root has one."""
    digits = [letter for letter in root if letter.isdigit()]
    return int(digits[0]) if digits else _NO_BYTE


def _expiry(future: Future) -> Ns:
    return ns(datetime.combine(expires_on(future), _EXPIRY, NEW_YORK))


def _midnight(day: date) -> Ns:
    return ns(datetime.combine(day, time(), NEW_YORK))
