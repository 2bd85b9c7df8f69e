"""What happens to one future in five minutes: aggressors, and the steps of its best bid and ask.

This is the cheap layer: no order book is built. The book (`orders.py`) plays these events, so that trades,
top of book and depth cannot disagree. A level of the ask is cleared by a buyer or pulled by its sellers,
after which the bid follows with a lag; the same downwards. Hence the spread is one tick at rest, wider in a
rush, never crossed, and one tick again at the edge of every block.
"""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.units import MINUTE, POINT, Ns, Px
from app.sim.noise import Bools, Floats, Ints, generator
from app.sim.spot import BLOCK, DayPath, Spot

CHUNK: Final = Ns(5 * MINUTE)  # every opening and close is a multiple of it

# Kinds of events. LIFT and HIT clear the best ask or bid by a trade, PULL by cancels; IMPROVE adds a level.
TRADE: Final = 0
LIFT_ASK: Final = 1
HIT_BID: Final = 2
PULL_ASK: Final = 3
PULL_BID: Final = 4
IMPROVE_BID: Final = 5
IMPROVE_ASK: Final = 6

_IN_TIME: Final = BLOCK - 50_000_000  # trades of a block end before it does …
_SETTLED: Final = BLOCK - 20_000_000  # … and so do the steps that follow them
_APART: Final = 1_000
_LAG: Final = 20e6
_UNKNOWN: Final = 0.015
_SAME_MOMENT: Final = 0.12
_BURST: Final = 0.004
_BUY, _SELL, _NOBODY = 1, -1, 0


@dataclass(frozen=True, slots=True)
class Lane:
    """One future or calendar spread that trades.

    `above` is what it stands above the index, for a spread above zero. `share` is its part of the market's
    trades, `traded_moves` that of its steps which trades make, `noise` the steps to and fro in ten seconds.
    """

    symbol: str
    instrument_id: int
    tick: Px
    above: float
    is_spread: bool
    share: float
    traded_moves: float
    noise: float

    def bids(self, path: DayPath) -> Ints:
        """In ticks, at the edges of the day's blocks."""
        level = 0.3 * np.sin(np.arange(len(path.level)) / 700) if self.is_spread else path.level
        return np.floor((level + self.above) * POINT / self.tick).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """Events of one lane in order. `side` is the aggressor's; `bid` and `ask` in ticks hold after the event.

    `price` is the level that an event concerns; `size` has a meaning where something trades. The events of
    block n are `edges[n]` to `edges[n + 1]`.
    """

    start: Ns
    first_bid: Ints
    at: Ints
    kind: NDArray[np.int8]
    side: NDArray[np.int8]
    price: Ints
    size: Ints
    bid: Ints
    ask: Ints
    edges: Ints

    @property
    def trades(self) -> Bools:
        return np.asarray(self.kind <= HIT_BID)


class FlowOfLanes:
    """Flows by lane and chunk, remembered."""

    def __init__(self, seed: int, spot: Spot, activity: float) -> None:
        self._seed = seed
        self._spot = spot
        self._activity = activity
        self._bids = lru_cache(maxsize=64)(lambda lane, day: lane.bids(spot.path(day)))
        self.of = lru_cache(maxsize=120)(self._flow)

    def _flow(self, lane: Lane, day: date, start: Ns) -> Flow:
        """Of the chunk that begins at `start`, which must lie in the session of `day`."""
        path = self._spot.path(day)
        first = path.block(start)
        blocks = slice(first, min(first + CHUNK // BLOCK, len(path.is_open)))
        bids = self._bids(lane, day)[blocks.start : blocks.stop + 1]
        chance = generator(self._seed, "flow", lane.instrument_id, start // CHUNK)
        draw = _Draw(chance, lane, path.is_open[blocks], bids, path.trades[blocks], self._activity)
        return draw.flow(start)


class _Draw:
    def __init__(
        self,
        chance: np.random.Generator,
        lane: Lane,
        is_open: Bools,
        bids: Ints,
        trades: Floats,
        activity: float,
    ) -> None:
        self.chance, self.lane, self.bids, self.is_open = chance, lane, bids, is_open
        self.rate = trades * lane.share * activity * is_open

    def flow(self, start: Ns) -> Flow:
        block, offset, kind, side = self._actions()
        at = block * BLOCK + offset
        order = np.lexsort((offset, block))
        at, kind, side, block = at[order], kind[order], side[order], block[order]
        at = np.maximum.accumulate(at - _APART * np.arange(len(at))) + _APART * np.arange(len(at))
        at, kind, side = self._with_followers(at, kind, side, block)
        bid, ask = self._steps(kind)
        before_bid, before_ask = self._before(bid, 0), self._before(ask, 1)
        price = np.where(side == _BUY, before_ask, before_bid)
        nobody = (kind == TRADE) & (side == _NOBODY)
        price = np.where(nobody & (self.chance.random(len(at)) < 0.5), before_ask, price)
        for moved, level in ((PULL_ASK, before_ask), (IMPROVE_BID, bid), (IMPROVE_ASK, ask)):
            price = np.where(kind == moved, level, price)
        size = 1 + np.minimum(self.chance.pareto(2.0, len(at)) * 1.1, 60).astype(np.int64)
        size[(kind == LIFT_ASK) | (kind == HIT_BID)] += 2
        edges = np.searchsorted(at, np.arange(len(self.is_open) + 1) * BLOCK)
        self._join_moments(at, kind, side)
        return Flow(start, self.bids, at + start, kind, side, price, size, bid, ask, edges)

    def _actions(self) -> tuple[Ints, Ints, NDArray[np.int8], NDArray[np.int8]]:
        """Moves first, so that the path does not depend on how active the market is."""
        up, down = self._moves()
        count = self.chance.poisson(self.rate * BLOCK / 1e9)
        burst = self.chance.random(len(count)) < _BURST
        count = count + self.chance.poisson(self.rate * 20 * burst)
        block = np.repeat(np.tile(np.arange(len(up)), 3), np.concatenate((up, down, count)))
        offset = self._offsets(block, burst)
        side = np.repeat(np.array([_BUY, _SELL, _NOBODY], np.int8), (up.sum(), down.sum(), count.sum()))
        kind = np.zeros(len(block), np.int8)
        moves = side != _NOBODY
        traded = self.chance.random(len(block)) < self.lane.traded_moves
        kind[moves] = np.where(side == _BUY, PULL_ASK, PULL_BID)[moves]
        kind[moves & traded] = np.where(side == _BUY, LIFT_ASK, HIT_BID)[moves & traded]
        side[moves & ~traded] = _NOBODY
        side[~moves] = self._aggressors(block[~moves], up - down)
        return block, offset, kind, side

    def _moves(self) -> tuple[Ints, Ints]:
        net = np.diff(self.bids) * self.is_open
        agitated = np.minimum(np.sqrt(self.rate / max(self.lane.share, 1e-9) / 20), 2.0)
        extra = self.chance.poisson(self.lane.noise * agitated)
        return np.maximum(net, 0) + extra, np.maximum(-net, 0) + extra

    def _offsets(self, block: Ints, burst: Bools) -> Ints:
        """Half of all comes evenly, half in one cluster a block; in a burst nearly all does."""
        n = len(block)
        centre, width = self.chance.random(len(burst)), 0.01 + 0.02 * self.chance.random(len(burst))
        even = self.chance.random(n)
        near = (centre[block] + self.chance.exponential(1.0, n) * width[block]) % 1.0
        clustered = self.chance.random(n) < np.where(burst[block], 0.9, 0.5)
        return np.asarray(np.where(clustered, near, even) * (_IN_TIME - 30_000_000)).astype(np.int64)

    def _aggressors(self, block: Ints, net: Ints) -> NDArray[np.int8]:
        lean = 0.5 + 0.15 * np.clip(net / 12, -1, 1)
        side = np.where(self.chance.random(len(block)) < lean[block], _BUY, _SELL)
        side[self.chance.random(len(block)) < _UNKNOWN] = _NOBODY
        return side.astype(np.int8)

    def _with_followers(
        self, at: Ints, kind: NDArray[np.int8], side: NDArray[np.int8], block: Ints
    ) -> tuple[Ints, NDArray[np.int8], NDArray[np.int8]]:
        """Each cleared level is followed by an improvement of the other side, within its block."""
        up = (kind == LIFT_ASK) | (kind == PULL_ASK)
        down = (kind == HIT_BID) | (kind == PULL_BID)
        moved = up | down
        lag = 2_000 + (self.chance.exponential(_LAG, len(at)) * moved).astype(np.int64)
        later = np.minimum(at + lag, block * BLOCK + _SETTLED + (at - block * BLOCK) // 1_000)[moved]
        follower = np.where(up, IMPROVE_BID, IMPROVE_ASK)[moved].astype(np.int8)
        order = np.argsort(np.concatenate((at, later)), kind="stable")
        return (
            np.concatenate((at, later))[order],
            np.concatenate((kind, follower))[order],
            np.concatenate((side, np.zeros(len(later), np.int8)))[order],
        )

    def _steps(self, kind: NDArray[np.int8]) -> tuple[Ints, Ints]:
        ask = np.isin(kind, (LIFT_ASK, PULL_ASK)).astype(np.int64) - (kind == IMPROVE_ASK)
        bid = (kind == IMPROVE_BID).astype(np.int64) - np.isin(kind, (HIT_BID, PULL_BID))
        return self.bids[0] + np.cumsum(bid), self.bids[0] + 1 + np.cumsum(ask)

    def _before(self, after: Ints, first: int) -> Ints:
        return np.concatenate(([self.bids[0] + first], after[:-1]))[: len(after)]

    def _join_moments(self, at: Ints, kind: NDArray[np.int8], side: NDArray[np.int8]) -> None:
        """One aggressor often meets several orders in the same nanosecond."""
        same = (kind[1:] == TRADE) & (kind[:-1] == TRADE) & (side[1:] == side[:-1])
        same &= (np.diff(at) < 50_000_000) & (self.chance.random(len(same)) < _SAME_MOMENT)
        for place in np.flatnonzero(same):
            at[place + 1] = at[place]
