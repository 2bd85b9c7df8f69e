"""The small books of options: one order on each side, replaced at every requote, eaten into by trades.

An event is a requote or a trade. Before a trade larger than its order the order grows, so that something is
always left until the next requote.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from app.domain.units import SECOND
from app.sim.noise import Bools, Ints, units
from app.sim.option_flow import OptionFlow, OptionTrades
from app.sim.options import Options, OptionTable
from app.sim.spot import Spot

BID: Final = 0
ASK: Final = 1
NOBODY: Final = 2
ADD, CANCEL, MODIFY, TRADED, FILLED = b"ACMTF"
_LONGEST: Final = 64 * SECOND  # between two requotes
_MESSAGE: Final = 7


@dataclass(frozen=True, slots=True, eq=False)
class OptionMessages:
    """`at`, `row`, `order`, `price`, `size`, `action`, `side` and `ends`, in order of time.

    `looks` are places of messages that a feed of best prices shows, `tops` bid, ask and their sizes then: of
    a trade before it, else after the event.
    """

    columns: Ints
    ends: Bools
    looks: Ints
    tops: Ints


@dataclass(slots=True)
class _Tape:
    columns: list[tuple[int, ...]]
    ends: list[bool]
    looks: list[int]
    tops: list[tuple[int, int, int, int]]

    def write(self, ends: bool, *message: int) -> None:
        self.columns.append(message)
        self.ends.append(ends)

    def look(self, top: list[int]) -> None:
        self.looks.append(len(self.columns) - 1)
        self.tops.append((top[0], top[1], top[2], top[3]))


class OptionBooks:
    def __init__(self, spot: Spot, options: Options, flow: OptionFlow) -> None:
        self._spot = spot
        self._options = options
        self._flow = flow

    def messages(self, day: date, rows: Ints, start: int, end: int) -> OptionMessages:
        """Of some rows of the day's table, `start <= at < end`, which must be inside the session."""
        table = self._options.table(day)
        at, row = self._requotes(table, rows, start, end)
        before = self._options.quotes(table, row, at - 1)
        after = self._options.quotes(table, row, at)
        first = at == self._spot.path(day).open
        old = np.column_stack((before.bid, before.ask, before.bid_size, before.ask_size))
        old[first] = 0
        new = np.column_stack((after.bid, after.ask, after.bid_size, after.ask_size))
        trades = self._trades(day, table, rows, start, end)
        return self._written(table, (at, row, old, new), trades, start)

    def standing(self, day: date, rows: Ints, at: int) -> list[tuple[int, ...]]:
        """What rests at a moment: row, order, price, size, side."""
        table = self._options.table(day)
        quotes = self._options.quotes(table, rows, np.full(len(rows), at))
        tops = np.column_stack((quotes.bid, quotes.ask, quotes.bid_size, quotes.ask_size)).tolist()
        eaten = self._eaten(table, self._trades(day, table, rows, at, at + 1), at + 1)
        found: list[tuple[int, ...]] = []
        for row, top in zip(rows.tolist(), tops, strict=True):
            for side in (BID, ASK):
                left = eaten.get((row, side), top[2 + side])
                if top[side]:
                    found.append((row, _order(table, row, side), top[side], left, side))
        return found

    def _requotes(self, table: OptionTable, rows: Ints, start: int, end: int) -> tuple[Ints, Ints]:
        """Moments of requotes and their rows; the opening and the end of a contract are some too."""
        opened = self._spot.path(table.day).open
        first = self._options.requoted(table, rows, np.full(len(rows), end - 1))
        moments, owners = [], []
        period = table.period[rows] * SECOND
        for back in range((end - start) // (2 * SECOND) + 1):
            at = first - back * period
            good = (at >= max(start, opened)) & (at < table.expires[rows])
            moments.append(at[good])
            owners.append(rows[good])
        for special in (np.full(len(rows), opened), table.expires[rows]):
            good = (special >= start) & (special < end)
            moments.append(special[good])
            owners.append(rows[good])
        at, row = np.concatenate(moments), np.concatenate(owners)
        both = np.unique(np.column_stack((at, row)), axis=0)
        return both[:, 0], both[:, 1]

    def _trades(self, day: date, table: OptionTable, rows: Ints, start: int, end: int) -> OptionTrades:
        """With those before the window that ate into an order which still stood at its start."""
        trades = self._flow.trades(day, start - _LONGEST, end)
        mine = np.isin(trades.row, rows)
        return OptionTrades(
            trades.at[mine], trades.row[mine], trades.side[mine], trades.price[mine], trades.size[mine]
        )

    def _written(
        self,
        table: OptionTable,
        requotes: tuple[Ints, Ints, Ints, Ints],
        trades: OptionTrades,
        start: int,
    ) -> OptionMessages:
        at, row, old, new = requotes
        tape = _Tape([], [], [], [])
        eaten = self._eaten(table, trades, start)
        late = int(np.searchsorted(trades.at, start))
        tops = self._tops(table, trades)
        happenings = [(int(t), 0, n) for n, t in enumerate(at)]
        happenings += [(int(trades.at[n]), 1, n) for n in range(late, len(trades))]
        for moment, kind, n in sorted(happenings):
            if kind == 0:
                mine = int(row[n])
                was = [int(v) for v in old[n]]
                for side in (BID, ASK):
                    was[2 + side] = eaten.pop((mine, side), was[2 + side])
                _requote(tape, table, moment, mine, was, [int(v) for v in new[n]])
            else:
                _trade(tape, table, trades, n, tops[n], eaten)
        columns = np.array(tape.columns, dtype=np.int64).reshape(-1, _MESSAGE)
        return OptionMessages(
            columns, np.array(tape.ends, dtype=bool), np.array(tape.looks, dtype=np.int64),
            np.array(tape.tops, dtype=np.int64).reshape(-1, 4),
        )  # fmt: skip

    def _tops(self, table: OptionTable, trades: OptionTrades) -> list[list[int]]:
        q = self._options.quotes(table, trades.row, trades.at)
        columns = (side.tolist() for side in (q.bid, q.ask, q.bid_size, q.ask_size))
        return [list(top) for top in zip(*columns, strict=True)]

    def _eaten(self, table: OptionTable, trades: OptionTrades, until: int) -> dict[tuple[int, int], int]:
        """What trades have left of the orders that stand just before a moment, by row and side."""
        eaten: dict[tuple[int, int], int] = {}
        tops = self._tops(table, trades)
        tape = _Tape([], [], [], [])
        made = self._options.requoted(table, trades.row, trades.at)
        still = self._options.requoted(table, trades.row, np.full(len(trades), until - 1))
        for n in range(int(np.searchsorted(trades.at, until))):
            if made[n] == still[n]:
                _trade(tape, table, trades, n, tops[n], eaten)
        return eaten


def _order(table: OptionTable, row: int, side: int) -> int:
    return int(table.id[row]) * 2 + side + 2**52


def _requote(tape: _Tape, table: OptionTable, at: int, row: int, was: list[int], now: list[int]) -> None:
    changes = []
    for side in (BID, ASK):
        order = _order(table, row, side)
        if was[side] and not now[side]:
            changes.append((at, row, order, was[side], was[2 + side], CANCEL, side))
        elif now[side] and (was[side], was[2 + side]) != (now[side], now[2 + side]):
            action = MODIFY if was[side] else ADD
            changes.append((at, row, order, now[side], now[2 + side], action, side))
    for place, change in enumerate(changes):
        tape.write(place == len(changes) - 1, *change)
    if changes:
        tape.look(now)


def _trade(
    tape: _Tape,
    table: OptionTable,
    trades: OptionTrades,
    n: int,
    top: list[int],
    eaten: dict[tuple[int, int], int],
) -> None:
    at, row, side = int(trades.at[n]), int(trades.row[n]), int(trades.side[n])
    price, size = int(trades.price[n]), int(trades.size[n])
    now = [*top[:2], *(eaten.get((row, s), top[2 + s]) for s in (BID, ASK))]
    if not side:
        tape.write(True, at, row, 0, price, size, TRADED, NOBODY)
        tape.look(now)
        return
    book = ASK if side > 0 else BID
    order = _order(table, row, book)
    if now[2 + book] <= size:
        now[2 + book] = size + 1 + int(units(np.array([at]), 61)[0] * 5)
        tape.write(True, at, row, order, price, now[2 + book], MODIFY, book)
        tape.look(now)
    tape.write(False, at, row, at, price, size, TRADED, 1 - book)
    tape.look(now)
    tape.write(False, at, row, order, price, size, FILLED, book)
    now[2 + book] -= size
    eaten[row, book] = now[2 + book]
    tape.write(True, at, row, order, price, now[2 + book], MODIFY, book)
    tape.look(now)
