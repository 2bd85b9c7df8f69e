"""What one cell of the board says: the number, why it is no ordinary one, and when it was so."""

import math
from dataclasses import dataclass
from enum import Enum
from typing import Final

from app.domain.chain import Quote
from app.domain.chain_metrics import Board
from app.domain.chain_table import DOLLARS, has_volatility
from app.domain.contract import Right
from app.domain.units import POINT, SECOND, Ns, Px
from app.domain.updates import ChainArrived
from app.ui.format import DASH, Zone, age, clock, number, percent
from app.ui.panels.chain.columns import PRICES, WORKED_OUT, Column

_WIDE: Final = 2


class Mark(Enum):
    """Why a cell is not an ordinary live number."""

    NONE = ""
    MISSING = "nothing was said"
    NO_QUOTE = "no quote yet"
    NOT_LISTED = "not listed"
    SETTLEMENT = "settlement, not a trade"
    PRIOR = "volume of a prior session"
    WIDE = "the spread is more than half of the middle"
    CROSSED = "bid above ask: invalid"
    WITHHELD = "not worked out: the chain's future is not fresh"
    UNSOLVED = "no volatility: a side is missing, or the price is at its intrinsic value"


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    mark: Mark = Mark.NONE


def cell(shown: ChainArrived, board: Board, place: int, right: Right, column: Column, now: Ns) -> Cell:
    """`place` is the row of the board."""
    quote = (board.calls if right is Right.CALL else board.puts)[place]
    if quote is None:
        return Cell(DASH, Mark.NOT_LISTED)
    if column in PRICES:
        return _price(quote, column)
    if column in WORKED_OUT:
        return _worked_out(shown, board, place, right, column)
    match column:
        case Column.VOLUME:
            prior = quote.volume_is_prior_session
            return _count(quote.volume, Mark.PRIOR if prior else Mark.NONE, " p" if prior else "")
        case Column.INTEREST:
            return _count(quote.open_interest)
        case Column.INTEREST_CHANGE:
            change = None if shown.interest is None else shown.interest.changes.get(quote.contract.raw)
            return _count(change, sign=True)
        case _:
            at = told_at(quote)
            return Cell(DASH, Mark.MISSING) if at is None else Cell(age((now - at) / SECOND))


def told_at(quote: Quote) -> Ns | None:
    """When the contract last said something of its own."""
    return quote.trade_time if quote.quote_time is None else quote.quote_time


def about(shown: ChainArrived, quote: Quote | None, column: Column, now: Ns, zone: Zone) -> str:
    """How old this very number is, and from where."""
    chain = shown.chain
    origin = f"{chain.source} · {chain.fidelity}"
    if quote is None:
        return Mark.NOT_LISTED.value
    if column in (Column.LAST, Column.VOLUME):
        if column is Column.LAST and quote.is_settlement:
            day = quote.settlement_date
            return (
                f"settlement of {day:%a} {day.day} {day:%b} · {origin}" if day else f"settlement · {origin}"
            )
        if column is Column.VOLUME and quote.volume_is_prior_session:
            day = quote.volume_date
            return f"volume of {day:%a} {day.day} {day:%b}, a prior session · {origin}" if day else origin
        if quote.trade_time is None:
            return f"the source gives no time of the trade · {origin}"
        return f"last trade {_when(quote.trade_time, now, zone)} · {origin}"
    if column in (Column.INTEREST, Column.INTEREST_CHANGE):
        return f"{_interest_of(shown)} · {origin}"
    if quote.quote_time is not None:
        return f"quote of {_when(quote.quote_time, now, zone)} · {origin}"
    return f"the source gives quotes no time; as of {_when(chain.as_of, now, zone)} · {origin}"


def _interest_of(shown: ChainArrived) -> str:
    if shown.interest is None:
        return "open interest; the source does not say of which settlement"
    since = f", change since {shown.interest.before}" if shown.interest.before else ", no earlier day is kept"
    return f"open interest as of the settlement of {shown.interest.settled}{since}"


def _when(at: Ns, now: Ns, zone: Zone) -> str:
    return f"{clock(at, zone)}, {age((now - at) / SECOND)} ago"


def _price(quote: Quote, column: Column) -> Cell:
    if column is Column.LAST:
        settled = quote.is_settlement
        return _points(quote.last, Mark.SETTLEMENT if settled else Mark.NONE, " s" if settled else "")
    side = {Column.BID: quote.bid, Column.ASK: quote.ask}.get(column, quote.mid)
    if side is None and column is not Column.MID:
        return Cell(DASH, Mark.NO_QUOTE)
    return _points(side, _spread(quote))


def _spread(quote: Quote) -> Mark:
    if quote.crossed:
        return Mark.CROSSED
    bid, ask, mid = quote.bid, quote.ask, quote.mid
    if mid and bid is not None and ask is not None and ask - bid > mid / _WIDE:
        return Mark.WIDE
    return Mark.NONE


def _points(price: Px | None, mark: Mark, suffix: str = "") -> Cell:
    if price is None:
        return Cell(DASH, Mark.CROSSED if mark is Mark.CROSSED else Mark.MISSING)
    return Cell(number(price / POINT, 2) + suffix, mark)


def _count(value: int | None, mark: Mark = Mark.NONE, suffix: str = "", *, sign: bool = False) -> Cell:
    return Cell(DASH, Mark.MISSING) if value is None else Cell(number(value, sign=sign) + suffix, mark)


def _worked_out(shown: ChainArrived, board: Board, place: int, right: Right, column: Column) -> Cell:
    if not has_volatility(shown):
        return Cell(DASH, Mark.WITHHELD)
    call = right is Right.CALL
    vol, greeks = (board.call_vol, board.call_greeks) if call else (board.put_vol, board.put_greeks)
    match column:
        case Column.VOL:
            value, decimals, times = vol[place], 1, 1
        case Column.DELTA:
            value, decimals, times = greeks.delta[place], 2, 1
        case Column.GAMMA:
            value, decimals, times = greeks.gamma[place], 5, 1
        case Column.THETA:
            value, decimals, times = greeks.theta[place], 0, DOLLARS
        case _:
            value, decimals, times = greeks.vega[place], 1, DOLLARS
    if not math.isfinite(value):
        return Cell(DASH, Mark.UNSOLVED)
    if column is Column.VOL:
        return Cell(percent(float(value), decimals))
    signed = column is Column.DELTA
    return Cell(number(float(value) * times, decimals, sign=signed))
