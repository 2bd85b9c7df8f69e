"""A market as busy as one likes: records of every instrument that was asked for, stamped as they leave.

Who trades what at which price was drawn before; in a run only time stamps are written into columns.
"""

from typing import Final

import numpy as np

from app.bench.gateway import Asked
from app.bench.streams import orders
from app.domain.units import HOUR, POINT, SECOND
from app.sim.dbn_records import (
    LAST,
    MAPPING,
    MBO,
    MBP_1,
    STYPES,
    TRADE,
    UNDEF_PRICE,
    Records,
    letters,
    records,
)
from app.sim.dbn_records import UNDEF_TIME as NO_TIME
from app.sim.market import Market
from app.sim.noise import Ints, generator
from app.sim.reference_feed import ReferenceFeed

_DRAWN: Final = 32_768
_TICK: Final = POINT // 4
# of all trades of the complex, by number; the rest is in options
_IN_FUTURES: Final = 0.8
_OPTIONS_TRADED: Final = 300
# of the trades of a future; a price that moved with each of 20,000 a second would be one long sweep
_MOVES: Final = 0.04
_BACKFILL_PER_S: Final = 20
_SIDES: Final = np.frombuffer(b"AB", np.uint8).astype(np.int64)


class BusyMarket:
    def __init__(self, market: Market) -> None:
        self._market = market
        self._day = market.day(market.now())
        self._universe = market.universes.of(self._day)
        self._reference = ReferenceFeed(market)
        self._chance = generator(market.seed, "busy")
        front = self._universe.futures[0]
        self._level = market.future(front, market.now()).session.last
        # there and back again, so that its repetition does not jump
        moves = self._chance.random(_DRAWN // 2) < _MOVES
        steps = (self._chance.integers(-1, 2, _DRAWN // 2) * moves).cumsum()
        self._walk: Ints = self._level // _TICK * _TICK + np.concatenate((steps, steps[::-1])) * _TICK

    def ids(self, symbols: tuple[str, ...]) -> Ints:
        """Of raw symbols and parents; what is not listed today is left out."""
        found: list[int] = []
        for symbol in symbols:
            if symbol in self._universe.ids:
                found.append(self._universe.ids[symbol])
            else:
                found += self._universe.parents.get(symbol, np.zeros(0, np.int64)).tolist()
        return np.array(sorted(set(found)), dtype=np.int64)

    def named(self, ids: Ints) -> bytes:
        """The mapping of each instrument to its symbol."""
        symbols = [self._universe.symbols[number].encode() for number in ids.tolist()]
        return records(
            MAPPING, len(ids), ids, self._market.now(), stype_in=STYPES["raw_symbol"],
            stype_out=STYPES["raw_symbol"], stype_in_symbol=symbols, stype_out_symbol=symbols,
            start_ts=NO_TIME, end_ts=NO_TIME,
        ).tobytes()  # fmt: skip

    def about(self, one: Asked) -> bytes:
        """Definitions or statistics, if these were asked for from the beginning: there are no newer ones."""
        if one.schema not in ("definition", "statistics") or one.start != 0:
            return b""
        return self._reference.of_day(one.schema, self.ids(one.symbols), self._day).records.tobytes()

    def past(self, since: int, until: int, trades: Records) -> Records:
        """A quieter hour or so before now, out of the same drawn trades."""
        since = max(since, until - HOUR)
        at = np.arange(since, until, SECOND // _BACKFILL_PER_S)
        return stamped(trades, 0, at)

    def trades(self, ids: Ints) -> Records:
        numbers = self._drawn(ids)
        made = self._blank(TRADE, numbers)
        made["action"] = b"T"
        made["side"] = letters(_SIDES[self._chance.integers(0, 2, _DRAWN)])
        return made

    def cleared(self, ids: Ints) -> bytes:
        """An empty book of each: what follows are all of its orders."""
        now = self._market.now()
        return records(
            MBO, len(ids), ids, now, price=UNDEF_PRICE, flags=LAST, action=b"R", side=b"N", ts_recv=now
        ).tobytes()

    def orders(self, ids: Ints) -> Records:
        """Of futures. Each round adds again what the one before left."""
        made = orders(np.zeros(_DRAWN, np.int64), ids[:3], int(self._walk[0]), self._chance)
        living: Records = made[made["action"] != b"R"]
        return living

    def quotes(self, ids: Ints) -> Records:
        numbers = ids[self._chance.integers(0, len(ids), _DRAWN)]
        made = self._blank(MBP_1, numbers)
        made["action"], made["side"] = b"A", b"B"
        level = made["levels"][:, 0]
        level["bid_px"], level["ask_px"] = made["price"] - _TICK, made["price"]
        level["bid_sz"], level["ask_sz"] = made["size"], made["size"][::-1]
        level["bid_ct"] = level["ask_ct"] = 2
        return made

    def _drawn(self, ids: Ints) -> Ints:
        futures = np.array([n for n in ids.tolist() if self._is_future(n)], dtype=np.int64)
        options = np.array([n for n in ids.tolist() if not self._is_future(n)], dtype=np.int64)
        if not len(options):
            return futures[self._chance.integers(0, len(futures), _DRAWN)]
        traded = self._chance.choice(options, min(_OPTIONS_TRADED, len(options)), replace=False)
        # nine of ten futures trades are in the front one
        those = futures[(self._chance.random(_DRAWN) < 0.1).astype(np.int64) % len(futures)]
        in_futures = self._chance.random(_DRAWN) < _IN_FUTURES
        return np.where(in_futures, those, traded[self._chance.integers(0, len(traded), _DRAWN)])

    def _is_future(self, number: int) -> bool:
        return self._universe.symbols[number] in {f.raw for f in self._universe.futures}

    def _blank(self, kind: np.dtype[np.void], numbers: Ints) -> Records:
        is_future = np.isin(numbers, [n for n in np.unique(numbers).tolist() if self._is_future(n)])
        price = np.where(is_future, self._walk, (4 + self._chance.integers(0, 800, _DRAWN)) * _TICK)
        size = self._chance.integers(1, 12, _DRAWN)
        return records(kind, _DRAWN, numbers, 0, price=price, size=size, flags=LAST, ts_in_delta=15_000)


def stamped(drawn: Records, first: int, at: Ints) -> Records:
    """As many of the drawn records as there are moments, beginning with the one at `first`."""
    made = drawn[(first + np.arange(len(at))) % len(drawn)]
    made["ts_event"], made["ts_recv"] = at, at + 20_000
    made["sequence"] = (first + np.arange(len(at))) % 2**32
    return made
