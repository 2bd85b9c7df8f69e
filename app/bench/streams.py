"""Bytes of a busy market, made before any clock runs: their making is not what is measured.

The mix of actions is that of real MBO days. Each order has a life: it is added, changed, cancelled whole,
and as many rest as in a real book. Orders are those of futures, as the workstation subscribes to them; quotes
and trades are of all instruments. Ids and prices are more random than a real market's, which is harder on
branches and caches, not easier.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.units import POINT, SECOND
from app.sim.batch import Batch, merged
from app.sim.dbn_records import LAST, MBO, MBP_1, TRADE, UNDEF_PRICE, Records, letters, records
from app.sim.noise import Ints, generator

INSTRUMENTS: Final = 3_000
_LEVEL: Final = 20_000 * POINT
_TICK: Final = POINT // 4
_BEGIN: Final = 1_700_000_000 * SECOND
# 200,000 records a second of market time
_BETWEEN: Final = SECOND // 200_000
_PIECE: Final = 50_000
_SIDES: Final = np.frombuffer(b"ABN", np.uint8).astype(np.int64)
_OF_ORDERS: Final = np.frombuffer(b"BA", np.uint8).astype(np.int64)
# of orders: shares of adds, changes of one, fills and trades; the rest are cancels
_ADDED, _CHANGED, _FILLED, _TRADED = 0.37, 0.15, 0.07, 0.04
_FUTURES: Final = 3
# of all futures, by number
_FUTURE_SHARES: Final = (0.85, 0.12, 0.03)
_RESTING: Final = 15_000
# from the best price; one in twenty rests far off
_NEAR_TICKS, _FAR_TICKS = 8.0, 400.0
_FAR: Final = 0.05
_LARGEST: Final = 11
# of the mixed stream; the trades are what its name says, as in a real session
_MIX: Final = {MBO: 0.55, MBP_1: 0.43, TRADE: 0.02}
_TICKS: Final = {MBP_1: 0.8, TRADE: 0.2}


def mbo(count: int, seed: int = 1) -> NDArray[np.uint8]:
    """Orders of one future."""
    return _stream(count, {MBO: 1.0}, 1, seed)


def mixed(count: int, seed: int = 1, instruments: int = INSTRUMENTS) -> NDArray[np.uint8]:
    """Orders of three futures, quotes and trades of 3,000 instruments."""
    return _stream(count, _MIX, instruments, seed)


def ticks(count: int, seed: int = 1, instruments: int = INSTRUMENTS) -> NDArray[np.uint8]:
    """Quotes and trades of 3,000 instruments, as the window subscribes to them."""
    return _stream(count, _TICKS, instruments, seed)


def _stream(
    count: int, mix: dict[np.dtype[np.void], float], instruments: int, seed: int
) -> NDArray[np.uint8]:
    chance = generator(seed, "bench", count)
    kind = chance.choice(len(mix), count, p=list(mix.values()))
    at = _BEGIN + np.arange(count) * _BETWEEN
    of_orders = at[kind == list(mix).index(MBO)] if MBO in mix else np.zeros(0, np.int64)
    futures = 1 + np.arange(min(instruments, _FUTURES))
    lives = orders(of_orders, futures, _LEVEL, chance) if len(of_orders) else None
    pieces, ordered = [], 0
    for first in range(0, count, _PIECE):
        part = slice(first, min(first + _PIECE, count))
        batches = []
        for place, one in enumerate(mix):
            mine = at[part][kind[part] == place]
            if lives is not None and one is MBO:
                made, ordered = lives[ordered : ordered + len(mine)], ordered + len(mine)
            else:
                made = _made(one, mine, instruments, chance)
            batches.append(Batch.of(made, mine))
        pieces.append(merged(batches).data)
    return np.concatenate(pieces)


def orders(at: Ints, ids: Ints, level: int, chance: np.random.Generator) -> Records:
    """Lives of orders: each is added and cancelled, two of five are changed between; what begins before the
    stream does is added in its beginning, after the books were cleared.
    """
    count, futures = len(at), len(ids)
    resting = min(_RESTING, count // 4)
    life = resting / _ADDED
    born = np.concatenate((np.zeros(resting), chance.uniform(0, count, int(count * _ADDED * 1.1))))
    gone = born + chance.exponential(life, len(born))
    changed = chance.random(len(born)) < _CHANGED / _ADDED
    order = np.arange(len(born))
    others = int(count * (_FILLED + _TRADED) * 1.1)
    events = [
        (np.full(futures, -1.0), b"R", np.zeros(futures, np.int64)),
        (born, b"A", order),
        (born[changed] + chance.random(int(changed.sum())) * (gone - born)[changed], b"M", order[changed]),
        (gone, b"C", order),
        (chance.uniform(0, count, others), b"F", chance.integers(0, len(born), others)),
    ]
    when = np.concatenate([one[0] for one in events])
    action = np.concatenate([np.full(len(one[0]), one[1][0]) for one in events])
    who = np.concatenate([one[2] for one in events])
    first = np.argsort(when, kind="stable")[:count]
    action, who = action[first], who[first]
    fills = np.flatnonzero(action == ord("F"))
    action[fills[chance.random(len(fills)) < _TRADED / (_TRADED + _FILLED)]] = ord("T")
    return _lives(at, action, who, len(born), ids, level, chance)


def _lives(
    at: Ints, action: Ints, who: Ints, lives: int, futures: Ints, level: int, chance: np.random.Generator
) -> Records:
    side = chance.integers(0, 2, lives)
    far = chance.random(lives) < _FAR
    away = 1 + chance.exponential(np.where(far, _FAR_TICKS, _NEAR_TICKS)).astype(np.int64)
    moved = np.maximum(1, away[who] + (action == ord("M")) * chance.integers(-2, 3, len(who)))
    clears = action == ord("R")
    shares = np.array(_FUTURE_SHARES[: len(futures)])
    ids = futures[chance.choice(len(futures), lives, p=shares / shares.sum())[who]]
    ids[clears] = futures
    price = level + np.where(side[who] == 0, -moved, moved) * _TICK
    return records(
        MBO, len(at), ids, at, order_id=np.where(clears, 0, 6_400_000_000 + who * 3),
        price=np.where(clears, UNDEF_PRICE, price),
        size=np.where(action == ord("C"), _LARGEST, chance.integers(1, _LARGEST + 1, len(at))),
        flags=np.where(clears | (chance.random(len(at)) < 0.85), LAST, 0), action=letters(action),
        side=np.where(clears, b"N", letters(_OF_ORDERS[side[who]])),
        ts_recv=at + 20_000, ts_in_delta=15_000, sequence=np.arange(len(at)),
    )  # fmt: skip


def _made(kind: np.dtype[np.void], at: Ints, instruments: int, chance: np.random.Generator) -> Records:
    number = len(at)
    # most of what happens is in few instruments: the square of an even draw
    ids = 1 + (chance.random(number) ** 2 * instruments).astype(np.int64)
    price = _LEVEL + chance.integers(-40, 40, number) * _TICK
    made = records(
        kind, number, ids, at, price=price, size=chance.integers(1, 12, number), flags=LAST,
        side=letters(_SIDES[chance.choice(3, number, p=(0.48, 0.48, 0.04))]),
        ts_recv=at + 20_000, ts_in_delta=15_000, sequence=np.arange(number),
    )  # fmt: skip
    if kind is TRADE:
        made["action"] = b"T"
    else:
        made["action"] = b"A"
        level = made["levels"][:, 0]
        level["bid_px"], level["ask_px"] = price - _TICK, price
        level["bid_sz"] = level["ask_sz"] = made["size"]
        level["bid_ct"] = level["ask_ct"] = 1
    return made
