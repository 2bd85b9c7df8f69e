"""A market of a few hand-placed options that never moves: every kind of row that a chain can have.

Its future trades one lot up and one lot down, twice a second.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import numpy as np

from app.domain.contract import Contract, Future, Right, Series
from app.domain.session import NEW_YORK
from app.domain.symbols import front_future, next_future, rule_expiry, rule_underlying
from app.domain.ticks import BUY, SELL, TradeColumns
from app.domain.units import FUTURE_TICK, SECOND, Ns, Px, moment, ns, ns_from_iso, px
from app.sim.chain_truth import FutureQuote, Leg, ListedExpiry, Traded
from app.sim.future_truth import Depth, Level

# Monday morning in Chicago, one hour after the opening of regular hours
MONDAY: Final = ns_from_iso("2025-06-09T14:30:00Z")
MONDAY_SERIES = Series("Q2A", 2025, 6)
TRADE_EVERY: Final = SECOND // 2
ROOTS = ("NQ", "QNE", "QN2", "QN3", "QN4", "Q2A", "Q3A", "Q4A", "Q2B", "Q3B", "Q2C", "Q3C", "Q2D", "Q3D")


@dataclass
class StillMarket:
    """`ChainTruth` by the rules of listing, with the same legs for every series."""

    extra: list[Leg] = field(default_factory=list)

    def listed(self, as_of: Ns) -> Sequence[ListedExpiry]:
        every = [expiry for root in ROOTS for month in (6, 7, 9) if (expiry := _expiry(root, month))]
        alive = [listed for listed in every if listed.expires + timedelta_ns(hours=3) > as_of]
        return sorted(alive, key=lambda listed: listed.expires)

    def legs(self, series: Series, as_of: Ns) -> Sequence[Leg]:
        if series not in [listed.series for listed in self.listed(as_of)]:
            return ()
        return [*usual_legs(series), *self.extra]

    def futures(self, as_of: Ns) -> Sequence[Future]:
        front = front_future(moment(as_of).astimezone(NEW_YORK).date())
        return front, next_future(front)

    def future(self, future: Future, as_of: Ns) -> FutureQuote:
        volume = as_of // TRADE_EVERY - MONDAY // TRADE_EVERY + 104_233
        traded = Traded(px(21_700), px(21_800), px(21_650.25), px(21_745), volume, Ns(as_of - 10**9))
        return FutureQuote(future, px(21_744.75), px(21_745.25), 2, 3, traded, px(21_789.5))

    def prints(self, future: Future, start: Ns, until: Ns) -> TradeColumns:
        at = np.arange(-(-start // TRADE_EVERY), -(-until // TRADE_EVERY), dtype=np.int64) * TRADE_EVERY
        up = at // TRADE_EVERY % 2
        price = px(21_745) + up * FUTURE_TICK
        side = np.where(up, BUY, SELL).astype(np.int8)
        ones = np.ones(len(at), dtype=np.uint32)
        return TradeColumns(ones, at, at, price, ones, side, ones)

    def depth(self, future: Future, as_of: Ns) -> Depth:
        bids = [Level(Px(px(21_744.75) - n * FUTURE_TICK), 2 + n) for n in range(10)]
        asks = [Level(Px(px(21_745.25) + n * FUTURE_TICK), 3 + n) for n in range(10)]
        return Depth(bids, asks)

    def index(self, as_of: Ns) -> float:
        return 21_700.5


def timedelta_ns(**parts: float) -> int:
    return int(timedelta(**parts).total_seconds()) * 10**9


def _expiry(root: str, month: int) -> ListedExpiry | None:
    series = Series(root, 2025, month)
    day = rule_expiry(series)
    if day is None:
        return None
    expires = ns(datetime(day.year, day.month, day.day, 16, tzinfo=NEW_YORK))
    return ListedExpiry(series, day, expires, rule_underlying(series))


def leg(
    strike: float,
    right: Right,
    *,
    series: Series = MONDAY_SERIES,
    bid: float | None = None,
    ask: float | None = None,
    session: Traded | None = None,
    previous: Traded | None = None,
    settled: float = 10.0,
    before: float | None = 10.0,
    interest: int = 0,
) -> Leg:
    return Leg(
        Contract(series, px(strike), right),
        _px(bid),
        _px(ask),
        session,
        previous,
        px(settled),
        _px(before),
        interest,
    )


def traded(last: float, volume: int, at: str, *, open_: float | None = None) -> Traded:
    first = last if open_ is None else open_
    return Traded(px(first), px(max(first, last)), px(min(first, last)), px(last), volume, ns_from_iso(at))


def usual_legs(series: Series) -> list[Leg]:
    """Lowest call and put, a live pair, a pair of the day before, and far strikes with an ask alone."""
    call, put = Right.CALL, Right.PUT
    friday = "2025-06-06T18:00:00Z"
    return [
        leg(15_000, call, series=series, bid=6_696.75, ask=6_781.25, settled=6_787, before=6_579.25),
        leg(15_000, put, series=series, ask=0.15, settled=0.05, before=0.05),
        leg(
            21_500,
            call,
            series=series,
            bid=245.25,
            ask=249.5,
            session=traded(246, 1_069, "2025-06-09T14:02:33Z", open_=239.75),
            settled=282.75,
            interest=1_204,
        ),
        leg(
            21_500,
            put,
            series=series,
            bid=18,
            ask=18.75,
            session=traded(18, 62, "2025-06-09T05:00:23Z", open_=13.75),
            settled=13.5,
            interest=77,
        ),
        leg(21_725, call, series=series, bid=85, ask=88, previous=traded(105.25, 104, friday), settled=99.25),
        leg(21_725, put, series=series, bid=64, ask=66.25, settled=75.5, before=None),
        leg(25_000, call, series=series, ask=0.45, settled=0.05, before=0.05),
        leg(25_000, put, series=series, bid=3_218.75, ask=3_303.25, settled=3_209.25, before=3_416.25),
    ]


def _px(points: float | None) -> Px | None:
    return None if points is None else px(points)
