"""One row of Barchart's answer becomes a `Quote`, or is rejected with a reason.

Text and raw number of a field disagree on purpose: an absent bid is `N/A` and 0, an absent volume `N/A` and
null, an unchanged price `unch` and 0. A row that contradicts itself is rejected, never mended.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Final

import msgspec

from app.domain.chain import Quote
from app.domain.contract import Contract, Right, Series
from app.domain.symbols import parse_barchart_leg
from app.domain.units import POINT, SECOND, Ns, Px

_ABSENT: Final = "N/A"
_RIGHTS: Final = {"Call": Right.CALL, "Put": Right.PUT}
_STRIKE_TEXT: Final = re.compile(r"[0-9]+(\.[0-9]+)?").fullmatch
_STRIKE_STEP: Final = 5 * POINT
# far above any price of this market, and far below where a double loses a tick
HIGHEST_POINTS: Final = 1_000_000
_MOST_CONTRACTS: Final = 1_000_000_000
# 2000 to 2100; outside it is no time of a trade
_SECONDS: Final = (946_684_800, 4_102_444_800)

Number = int | float


class Numbers(msgspec.Struct, rename="camel"):
    strike: Number
    open_price: Number | None
    high_price: Number | None
    low_price: Number | None
    last_price: Number | None
    bid_price: Number | None
    ask_price: Number | None
    volume: Number | None
    open_interest: Number | None
    trade_time: Number | None


class TextRow(msgspec.Struct, rename="camel"):
    """A row of an answer that was asked for without raw numbers, as a page asks itself."""

    strike: str
    open_price: str
    high_price: str
    low_price: str
    last_price: str
    price_change: str
    bid_price: str
    ask_price: str
    volume: str
    open_interest: str
    trade_time: str
    option_type: str
    symbol: str

    @property
    def cells(self) -> dict[str, str]:
        """By the names of the answer."""
        return dict(zip(self.__struct_encode_fields__, msgspec.structs.astuple(self), strict=True))


class Row(msgspec.Struct, rename="camel"):
    strike: str
    open_price: str
    high_price: str
    low_price: str
    last_price: str
    price_change: str
    bid_price: str
    ask_price: str
    volume: str
    trade_time: str
    option_type: str
    symbol: str
    raw: Numbers

    @property
    def is_settlement(self) -> bool:
        return is_settled(self.last_price, self.open_price, self.volume)


def is_settled(last: str, first: str, volume: str) -> bool:
    """Nothing else decides it: the lowest call never carries the `s`."""
    return last.endswith("s") or (first == _ABSENT and volume == _ABSENT)


class RowError(ValueError):
    """Why a row is left out."""


@dataclass(slots=True)
class Reading:
    """What all rows of one answer are read against."""

    today: date
    opened: Ns
    trading_day: Callable[[Ns], date]
    settled_on: date | None
    expiry: date | None
    seen: set[str] = field(default_factory=set)
    _named: dict[str, Series] = field(default_factory=dict)

    def quote(self, group: str | None, row: Row) -> Quote:
        contract = self._contract(group, row)
        if row.symbol in self.seen:
            raise RowError("listed twice")
        raw, settled = row.raw, row.is_settlement
        traded = row.open_price != _ABSENT or row.volume != _ABSENT
        volume = _count(raw.volume)
        day, time = self._dated(row, settled)
        quote = Quote(
            contract=contract,
            symbol=row.symbol,
            bid=_price(row.bid_price, raw.bid_price),
            ask=_price(row.ask_price, raw.ask_price),
            last=_price(row.last_price, raw.last_price),
            is_settlement=settled,
            open=_price(row.open_price, raw.open_price),
            high=_price(row.high_price, raw.high_price) if traded else None,
            low=_price(row.low_price, raw.low_price) if traded else None,
            change=_change(row.price_change),
            volume=volume,
            volume_date=day if volume is not None else None,
            volume_is_prior_session=volume is not None and day is not None and day < self.today,
            open_interest=_count(raw.open_interest),
            trade_time=time,
            settlement_date=day if settled else None,
        )
        self.seen.add(row.symbol)
        return quote

    def _contract(self, group: str | None, row: Row) -> Contract:
        head, _, leg = row.symbol.partition("|")
        series = self._named.get(head)
        if series is None:  # once an answer: placing the decade costs more than the rest of a row
            series = self._named[head] = _series_of_leg(row.symbol, self.today)
        right = _right(group, row, leg[-1:])
        strike = _px(row.raw.strike)
        if not _STRIKE_TEXT(leg[:-1]) or not row.raw.strike == float(leg[:-1]) == _number(row.strike[:-1]):
            raise RowError("strike contradicted")
        if strike <= 0 or strike % _STRIKE_STEP:
            raise RowError("strike off the grid")
        return Contract(series, strike, right, self.expiry)

    def _dated(self, row: Row, settled: bool) -> tuple[date | None, Ns | None]:
        """The trade date that the row speaks of, and the moment of its last trade.

        A clock may belong to the evening before, so the day comes from the epoch; beside a date the epoch is
        irregular, so there the date counts.
        """
        if settled:
            return (self.settled_on if is_clock(row.trade_time) else shown_date(row.trade_time)), None
        seconds = row.raw.trade_time
        if seconds is None or not _SECONDS[0] < seconds < _SECONDS[1]:
            raise RowError("trade without a time")
        if not is_clock(row.trade_time):
            shown_date(row.trade_time)
        time = Ns(int(seconds) * SECOND)
        return (self.today if time >= self.opened else self.trading_day(time)), time


def _series_of_leg(symbol: str, near: date) -> Series:
    try:
        return parse_barchart_leg(symbol, near).series
    except ValueError as e:
        raise RowError("symbol is no NQ option") from e


def _right(group: str | None, row: Row, letter: str) -> Right:
    right = _RIGHTS.get(row.option_type)
    if right is None or not letter == row.strike[-1:] == right.value:
        raise RowError("call or put contradicted")
    if group is not None and _RIGHTS.get(group) is not right:
        raise RowError("row in the wrong group")
    return right


def _price(text: str, raw: Number | None) -> Px | None:
    """Barchart writes an absent price as `N/A` and 0; a price of zero does not exist here."""
    if text == _ABSENT or not raw:
        return None
    if 0 < raw < HIGHEST_POINTS:
        return Px(round(raw * POINT))
    raise RowError("negative price" if raw < 0 else "number out of range")


def _px(points: Number) -> Px:
    if not -HIGHEST_POINTS < points < HIGHEST_POINTS:
        raise RowError("number out of range")
    return Px(round(points * POINT))


def _change(text: str) -> Px | None:
    """From the text alone: raw says 0 for both an unchanged price and an unknown change."""
    if text == _ABSENT:
        return None
    return Px(0) if text == "unch" else _px(_number(text))


def _number(text: str) -> float:
    try:
        return float(text.replace(",", ""))
    except ValueError as e:
        raise RowError("number cannot be read") from e


def _count(raw: Number | None) -> int | None:
    """A number of contracts. Null is unknown; a zero, should one ever come, was said."""
    if raw is None:
        return None
    if not 0 <= raw < _MOST_CONTRACTS or raw != int(raw):
        raise RowError("not a number of contracts")
    return int(raw)


def is_clock(text: str) -> bool:
    return text.endswith("CT")


@lru_cache(64)
def shown_date(text: str) -> date:
    try:
        month, day, year = (int(part) for part in text.split("/"))
        return date(2000 + year, month, day)
    except ValueError as e:
        raise RowError("date cannot be read") from e
