"""One seeded NQ market, on any date, that every simulator asks: so the vendors agree with each other.

All is computed from the seed and the moment asked for, in any order and from any thread: the path of the
index, aggressors and order books of four futures and a calendar spread, all series of options with quotes,
trades, settlements and open interest, and the truth of any window. `activity` scales how much trades and is
quoted, not where prices go.
"""

from collections.abc import Iterator, Sequence
from copy import copy
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np

from app.domain.contract import Future, Series
from app.domain.session import Calendar
from app.domain.symbols import front_future
from app.domain.ticks import TradeColumns
from app.domain.units import Ns, Px
from app.sim import matching
from app.sim.arrival import received, sequence
from app.sim.chain_truth import FutureQuote, Leg, ListedExpiry, Traded
from app.sim.clock import SimClock
from app.sim.flow import CHUNK, Flow, FlowOfLanes, Lane
from app.sim.future_session import FutureSessions
from app.sim.future_truth import Depth, Level
from app.sim.interest import open_interest
from app.sim.lanes import lanes
from app.sim.listing import future_id, futures_listed
from app.sim.noise import Ints
from app.sim.option_flow import OptionFlow, Tally
from app.sim.options import Options, OptionTable
from app.sim.orders import Books
from app.sim.spot import BLOCK, Spot
from app.sim.strategies import Strategies
from app.sim.truth import Truth, by_row, truth_of
from app.sim.universe import Universes

_NEVER: Final = Ns(0)


class Market:
    """`spot`, `flows`, `books`, `options` and `option_flow` are its parts, for feeds that need columns."""

    def __init__(
        self, seed: int, clock: SimClock, activity: float = 1.0, calendar: Calendar | None = None
    ) -> None:
        if not 0 < activity <= 100:
            raise ValueError(f"a market cannot be {activity} times as active")
        self.seed = seed
        self.clock = clock
        self.activity = activity
        self.calendar = calendar or Calendar()
        self.spot = Spot(seed, self.calendar)
        self.flows = FlowOfLanes(seed, self.spot, activity)
        self.books = Books(seed, self.spot, self.flows, activity)
        self.options = Options(seed, self.calendar, self.spot)
        self.option_flow = OptionFlow(seed, self.spot, self.options, activity)
        self.strategies = Strategies(seed, self.spot, self.options, activity)
        self.universes = Universes(self.calendar, self.options, self.strategies)
        self.lanes = lru_cache(maxsize=64)(lanes)
        self._sessions = FutureSessions(self.spot, self.flows)
        self._interest = lru_cache(maxsize=8)(self._interest_of)

    def now(self) -> Ns:
        return self.clock.now()

    def by(self, clock: SimClock) -> "Market":
        """The same market by another clock: what was worked out is shared."""
        same = copy(self)
        same.clock = clock
        return same

    def day(self, at: Ns) -> date:
        """The trade date in session, or the last one that was."""
        return self.spot.day_of(at)

    def front(self, at: Ns) -> Future:
        return front_future(self.day(at))

    def index(self, as_of: Ns) -> float:
        return float(self.spot.index(np.array([as_of], dtype=np.int64))[0])

    def listed(self, as_of: Ns) -> Sequence[ListedExpiry]:
        """In order of expiry, those that expired in the running session included."""
        return self.options.table(self.day(as_of)).series

    def futures(self, as_of: Ns) -> Sequence[Future]:
        """The contract months that trade, nearest first."""
        day = self.day(as_of)
        trading = {lane.symbol for lane in self.lanes(day)}
        return tuple(future for future in futures_listed(day) if future.raw in trading)

    def legs(self, series: Series, as_of: Ns) -> Sequence[Leg]:
        """By strike, the call before the put; empty for a series that is not listed."""
        day = self.day(as_of)
        table = self.options.table(day)
        rows = table.rows_of(series)
        return tuple(self._legs(table, rows, day, as_of)) if len(rows) else ()

    def future(self, future: Future, as_of: Ns) -> FutureQuote:
        """ValueError for a month that does not trade."""
        day, lane = self._lane(future, as_of)
        at = self._while_open(day, as_of)
        book = self.books.at(lane, day, at)
        bid, bid_size = _best(book, matching.BID)
        ask, ask_size = _best(book, matching.ASK)
        settled = self._settled_days(day, as_of)[0]
        session = self._sessions.so_far(lane, day, as_of + 1) or self._last_traded(lane, day)
        return FutureQuote(
            future, Px(bid * lane.tick), Px(ask * lane.tick), bid_size, ask_size, session,
            self.future_settlement(future, settled),
        )  # fmt: skip

    def depth(self, future: Future, as_of: Ns) -> Depth:
        day, lane = self._lane(future, as_of)
        book = self.books.at(lane, day, self._while_open(day, as_of))
        sides = []
        for side in (matching.BID, matching.ASK):
            prices, place = np.unique(book[book[:, 1] == side, 2], return_inverse=True)
            sizes = np.bincount(place, weights=book[book[:, 1] == side, 3]).astype(int)
            best_first = slice(None, None, -1) if side == matching.BID else slice(None)
            levels = [Level(Px(int(p) * lane.tick), int(s)) for p, s in zip(prices, sizes, strict=True)]
            sides.append(levels[best_first][: matching.DEPTH])
        return Depth(*sides)

    def prints(self, future: Future, start: Ns, until: Ns) -> TradeColumns:
        """Trades with `start <= ts_event < until`, in order."""
        parts = list(self.flow_parts(start, until, future_id(future)))
        at = _column([flow.at[rows] for _, flow, rows in parts])
        price = _column([flow.price[rows] * lane.tick for lane, flow, rows in parts])
        size = _column([flow.size[rows] for _, flow, rows in parts])
        side = _column([flow.side[rows].astype(np.int64) for _, flow, rows in parts])
        identity = np.full(len(at), parts[0][0].instrument_id if parts else 0, np.uint32)
        return TradeColumns(
            identity, at, received(at), price, size.astype(np.uint32), side.astype(np.int8),
            sequence(at).astype(np.uint32),
        )  # fmt: skip

    def truth(self, start: Ns, end: Ns) -> dict[str, Truth]:
        """By raw symbol, of all trades with `start <= time < end`; who did not trade is missing."""
        answer = self._truth_of_futures(start, end)
        for day in self.days(start, end):
            strategies = self._truth_of_strategies(day, start, end)
            for symbol, truth in (self._truth_of_options(day, start, end) | strategies).items():
                answer[symbol] = _later(answer[symbol], truth) if symbol in answer else truth
        return answer

    def days(self, start: int, end: int) -> tuple[date, ...]:
        """The trade dates whose sessions a window touches."""
        first, last = self.day(Ns(start)), self.day(Ns(max(end - 1, start)))
        return self.calendar.days(first, last)

    def flow_parts(self, start: int, end: int, only: int | None = None) -> Iterator[tuple[Lane, Flow, Ints]]:
        """Flows of all lanes or of `only` one that touch a window, with the rows of the trades in it."""
        for day in self.days(start, end):
            path = self.spot.path(day)
            first, last = max(start, path.open), min(end, path.close)
            for chunk in range(first - first % CHUNK, last, CHUNK):
                for lane in self.lanes(day):
                    if only not in (None, lane.instrument_id):
                        continue
                    flow = self.flows.of(lane, day, Ns(chunk))
                    rows = np.flatnonzero(flow.trades & (flow.at >= start) & (flow.at < end))
                    yield lane, flow, rows

    def future_settlement(self, future: Future, day: date) -> Px:
        """At the end of regular hours, on the tick grid."""
        lane = next(lane for lane in self.lanes(day) if lane.symbol == future.raw)
        level = self.spot.index(np.array([self._settles(day)], dtype=np.int64))[0] + lane.above
        return Px(round(level * 10**9 / lane.tick) * lane.tick)

    def settlements(self, day: date, rows: Ints, settled: date) -> Ints:
        """Of rows of the table of `day`, as they settled at the end of the day `settled`."""
        return self.options.settlements(self.options.table(day), rows, settled)

    def open_interest(self, day: date) -> Ints:
        """By row of the table of the day, as published before its session."""
        return self._interest(day)

    def _interest_of(self, day: date) -> Ints:
        before = self.calendar.previous_day(day)
        return open_interest(self.options.table(day), self.spot.close(before))

    def _settles(self, day: date) -> Ns:
        regular = self.calendar.rth(day)
        return regular[1] if regular else self.calendar.session(day)[1]

    def _settled_days(self, day: date, as_of: Ns) -> tuple[date, date]:
        """The newest settlement known at a moment and the one before: published when a session is over."""
        before = self.calendar.previous_day(day)
        if as_of >= self.calendar.session(day)[1]:
            return day, before
        return before, self.calendar.previous_day(before)

    def _lane(self, future: Future, as_of: Ns) -> tuple[date, Lane]:
        day = self.day(as_of)
        for lane in self.lanes(day):
            if lane.symbol == future.raw and future in futures_listed(day):
                return day, lane
        raise ValueError(f"{future.code} does not trade on {day}")

    def _while_open(self, day: date, as_of: Ns) -> Ns:
        """While closed, the last moment of the last stretch that was open."""
        path = self.spot.path(day)
        at = min(as_of, path.close - 1)
        while not path.is_open[path.block(at)]:
            at = at - at % BLOCK - 1
        return Ns(at)

    def _last_traded(self, lane: Lane, day: date) -> Traded:
        """Of the newest session in which it traded at all."""
        while True:
            day = self.calendar.previous_day(day)
            known = next(other for other in self.lanes(day) if other.symbol == lane.symbol)
            if traded := self._sessions.so_far(known, day, self.spot.path(day).close):
                return traded

    def _legs(self, table: OptionTable, rows: Ints, day: date, as_of: Ns) -> Iterator[Leg]:
        quotes = self.options.quotes(table, rows, np.full(len(rows), as_of, dtype=np.int64))
        now = self.option_flow.tally(day, as_of + 1)
        before_day = self.calendar.previous_day(day)
        before_table = self.options.table(before_day)
        before = self.option_flow.tally(before_day, self.spot.path(before_day).close)
        places = {int(identity): row for row, identity in enumerate(before_table.id)}
        settled, settled_before = (
            self.options.settlements(table, rows, d) for d in self._settled_days(day, as_of)
        )
        interest = self.open_interest(day)
        for n, row in enumerate(rows.tolist()):
            earlier = places.get(int(table.id[row]))
            yield Leg(
                table.contract(row),
                _px_or_none(quotes.bid[n]),
                _px_or_none(quotes.ask[n]),
                _traded(now, row),
                None if earlier is None else _traded(before, earlier),
                Px(int(settled[n])),
                None if earlier is None else Px(int(settled_before[n])),
                int(interest[row]),
                int(quotes.bid_size[n]),
                int(quotes.ask_size[n]),
            )

    def _truth_of_options(self, day: date, start: int, end: int) -> dict[str, Truth]:
        table, trades = self.options.table(day), self.option_flow.trades(day, start, end)
        found = by_row(trades.row, trades.side.astype(np.int64), trades.price, trades.size)
        return {table.contract(row).raw: truth for row, truth in found.items()}

    def _truth_of_strategies(self, day: date, start: int, end: int) -> dict[str, Truth]:
        listed, trades = self.strategies.listed(day), self.strategies.trades(day, start, end)
        found = by_row(trades.row, trades.side.astype(np.int64), trades.price, trades.size)
        return {listed[row].symbol: truth for row, truth in found.items()}

    def _truth_of_futures(self, start: int, end: int) -> dict[str, Truth]:
        found: dict[str, list[tuple[Ints, Ints, Ints]]] = {}
        for lane, flow, rows in self.flow_parts(start, end):
            if len(rows):
                part = (flow.side[rows].astype(np.int64), flow.price[rows] * lane.tick, flow.size[rows])
                found.setdefault(lane.symbol, []).append(part)
        return {
            symbol: truth_of(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))
            for symbol, parts in found.items()
        }


def _best(book: Ints, side: int) -> tuple[int, int]:
    mine = book[book[:, 1] == side]
    price = int(mine[:, 2].max() if side == matching.BID else mine[:, 2].min())
    return price, int(mine[mine[:, 2] == price, 3].sum())


def _column(parts: Sequence[Ints]) -> Ints:
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)


def _px_or_none(price: int) -> Px | None:
    return Px(int(price)) if price else None


def _traded(tally: Tally, row: int) -> Traded | None:
    if tally.last_at[row] == _NEVER:
        return None
    first, high, low, last = (Px(int(c[row])) for c in (tally.open, tally.high, tally.low, tally.last))
    return Traded(first, high, low, last, int(tally.volume[row]), Ns(int(tally.last_at[row])))


def _later(before: Truth, after: Truth) -> Truth:
    """Of two days of one symbol."""
    return Truth(
        before.bought + after.bought, before.sold + after.sold, before.unknown + after.unknown,
        before.trades + after.trades, before.open, max(before.high, after.high), min(before.low, after.low),
        after.close,
    )  # fmt: skip
