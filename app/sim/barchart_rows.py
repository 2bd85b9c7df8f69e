"""One option of the market as a row of Barchart's chain, with the habits of the real endpoint.

A contract without a trade in the running session shows its settlement, and volume, open, high and low of the
day before under that day's date. Some habits have no visible cause; they are dealt out by `chance`, always
the same for the same row.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any, Final

from app.domain.contract import Right
from app.domain.symbols import barchart_leg, option_tick
from app.domain.units import DOLLARS_PER_POINT, POINT, SECOND, Ns, Px, ns
from app.sim.barchart_text import (
    CENTRAL,
    central_date,
    change_text,
    clock_text,
    count_text,
    date_text,
    epoch,
    premium_raw,
    premium_text,
    price_raw,
    price_text,
)
from app.sim.chain_truth import Leg, Traded
from app.sim.chance import chance

_GROUP: Final = {Right.CALL: "Call", Right.PUT: "Put"}
# shares of rows with a habit, counted in real chains of June 2025
_VOLUME_UNKNOWN: Final = 4 / 1_359
_OPEN_MISSING: Final = 198 / 1_744
_VOLUME_MISSING: Final = 23 / 1_744
_RANGE_WITHOUT_TRADE: Final = 0.12
_CENTRAL_MIDNIGHT: Final = 0.15
_BATCH_TIME: Final = 0.02
_REFRESHED_LOWEST: Final = 3 / 18
_MIDNIGHT: Final = "00:00 CT"  # a trade in that minute is shown as a date
_REFRESH: Final = time(6, 50)
_REFRESH_SECONDS: Final = 17


@dataclass(frozen=True, slots=True)
class SessionDays:
    """The session a chain is shown for, whether it is still running, and whether the series is over."""

    day: date
    before: date
    running: bool
    expired: bool


@dataclass(frozen=True, slots=True)
class _Shown:
    """What goes into a row, still as values."""

    last: Px
    settled: bool
    change: Px | None
    open: Px | None
    high: Px
    low: Px
    volume: int | None
    time_text: str
    time_raw: int


def chain_rows(legs: Sequence[Leg], days: SessionDays, as_of: Ns) -> list[dict[str, Any]]:
    """All rows by strike, the call before the put."""
    lowest = min((leg.contract.strike for leg in legs), default=None)
    rows = []
    for leg in legs:
        is_lowest_call = leg.contract.strike == lowest and leg.contract.right is Right.CALL
        shown = _lowest_call(leg, days, as_of) if is_lowest_call else _shown(leg, days)
        rows.append(_row(leg, shown))
    return rows


def _shown(leg: Leg, days: SessionDays) -> _Shown:
    if days.running:
        return _settled(leg, leg.previous, days.before) if leg.session is None else _live(leg, leg.session)
    if days.expired and leg.session is None and leg.contract.right is Right.PUT:
        # the site never hears of their final settlement
        return _settled(replace(leg, settled=leg.settled_before or leg.settled), leg.previous, days.before)
    return _settled(leg, leg.session, days.day)


def _live(leg: Leg, traded: Traded) -> _Shown:
    clock = clock_text(traded.last_at)
    unknown = chance("volume", leg.contract.raw, traded.open) < _VOLUME_UNKNOWN
    return _Shown(
        last=traded.last,
        settled=False,
        change=Px(traded.last - leg.settled),
        open=traded.open,
        high=traded.high,
        low=traded.low,
        volume=None if unknown else traded.volume,
        time_text=date_text(central_date(traded.last_at)) if clock == _MIDNIGHT else clock,
        time_raw=epoch(traded.last_at),
    )


def _settled(leg: Leg, traded: Traded | None, day: date) -> _Shown:
    symbol = leg.contract.raw
    high, low = (traded.high, traded.low) if traded else _untraded_range(leg, day)
    open_, volume = (traded.open, traded.volume) if traded else (None, None)
    habit = chance("settled", symbol, day)
    if habit < _OPEN_MISSING:
        open_ = None
    elif habit < _OPEN_MISSING + _VOLUME_MISSING:
        volume = None
    return _Shown(
        last=leg.settled,
        settled=True,
        change=None if leg.settled_before is None else Px(leg.settled - leg.settled_before),
        open=open_,
        high=high,
        low=low,
        volume=volume,
        time_text=date_text(day),
        time_raw=_date_raw(day, symbol),
    )


def _lowest_call(leg: Leg, days: SessionDays, as_of: Ns) -> _Shown:
    """Never shown as traded, never marked as settled; a batch refresh may leave a clock time on it."""
    day = days.before if days.running else days.day
    shown = _settled(leg, None, day)
    stamp, raw = shown.time_text, shown.time_raw
    refreshed = ns(datetime.combine(central_date(as_of), _REFRESH, CENTRAL)) + _REFRESH_SECONDS * SECOND
    if refreshed <= as_of and chance("refresh", leg.contract.series.raw, days.day) < _REFRESHED_LOWEST:
        stamp, raw = clock_text(Ns(refreshed)), epoch(Ns(refreshed))
    return _Shown(
        last=shown.last,
        settled=False,
        change=shown.change,
        open=None,
        high=shown.last,
        low=shown.last,
        volume=None,
        time_text=stamp,
        time_raw=raw,
    )


def _untraded_range(leg: Leg, day: date) -> tuple[Px, Px]:
    """High and low come even where nothing traded, and then not always as the settlement."""
    wide = chance("range", leg.contract.raw, day)
    if wide >= _RANGE_WITHOUT_TRADE or leg.settled < 2 * POINT:
        return leg.settled, leg.settled
    reach = int(leg.settled * wide)
    return _on_grid(leg.settled + reach), _on_grid(leg.settled - reach)


def _on_grid(price: int) -> Px:
    tick = option_tick(Px(price))
    return Px(max(tick, price // tick * tick))


def _date_raw(day: date, symbol: str) -> int:
    """The epoch beside a date is irregular, sometimes in the middle of the night."""
    habit = chance("stamp", symbol, day)
    midnight = int(datetime.combine(day, time(), UTC).timestamp())
    if habit < _BATCH_TIME:
        return int(datetime.combine(day, time(16, 1), CENTRAL).timestamp())
    if habit < _BATCH_TIME + _CENTRAL_MIDNIGHT:
        return int(datetime.combine(day, time(), CENTRAL).timestamp())
    return midnight


def _row(leg: Leg, shown: _Shown) -> dict[str, Any]:
    contract, symbol = leg.contract, barchart_leg(leg.contract)
    interest = leg.open_interest or None
    identity = {
        "longSymbol": symbol,
        "optionType": _GROUP[contract.right],
        "symbol": symbol,
        "symbolCode": "FUTOPT",
        "symbolType": 12,
    }
    raw = {
        "strike": price_raw(contract.strike),
        "openPrice": price_raw(shown.open),
        "highPrice": price_raw(shown.high),
        "lowPrice": price_raw(shown.low),
        "lastPrice": price_raw(shown.last),
        "priceChange": price_raw(shown.change),
        "bidPrice": price_raw(leg.bid),
        "askPrice": price_raw(leg.ask),
        "volume": shown.volume,
        "openInterest": interest,
        "premium": premium_raw(shown.last, DOLLARS_PER_POINT),
        "tradeTime": shown.time_raw,
    }
    text = {
        "strike": price_text(contract.strike) + contract.right.value,
        "openPrice": price_text(shown.open),
        "highPrice": price_text(shown.high),
        "lowPrice": price_text(shown.low),
        "lastPrice": price_text(shown.last) + ("s" if shown.settled else ""),
        "priceChange": change_text(shown.change),
        "bidPrice": price_text(leg.bid),
        "askPrice": price_text(leg.ask),
        "volume": count_text(shown.volume),
        "openInterest": count_text(interest),
        "premium": premium_text(shown.last, DOLLARS_PER_POINT),
        "tradeTime": shown.time_text,
    }
    return {**text, **identity, "raw": {**raw, **identity}}
