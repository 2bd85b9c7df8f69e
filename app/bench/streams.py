"""Bytes of a busy market, made before any clock runs: their making is not what is measured.

The mix of actions is that of real MBO days; ids, sides and prices are more random than a real market's, which
is harder on branches and caches, not easier.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.units import POINT, SECOND
from app.sim.batch import Batch, merged
from app.sim.dbn_records import LAST, MBO, MBP_1, TRADE, Records, letters, records
from app.sim.noise import Ints, generator

INSTRUMENTS: Final = 3_000
_LEVEL: Final = 20_000 * POINT
_TICK: Final = POINT // 4
_BEGIN: Final = 1_700_000_000 * SECOND
# 200,000 records a second of market time
_BETWEEN: Final = SECOND // 200_000
_PIECE: Final = 50_000
_ACTIONS: Final = np.frombuffer(b"ACMFT", np.uint8).astype(np.int64)
_SHARES: Final = (0.37, 0.37, 0.15, 0.07, 0.04)
_SIDES: Final = np.frombuffer(b"ABN", np.uint8).astype(np.int64)
# of the mixed stream; the trades are what its name says, as in a real session
_MIX: Final = {MBO: 0.55, MBP_1: 0.43, TRADE: 0.02}
_TICKS: Final = {MBP_1: 0.8, TRADE: 0.2}


def mbo(count: int, seed: int = 1) -> NDArray[np.uint8]:
    """Orders of one future."""
    return _stream(count, {MBO: 1.0}, 1, seed)


def mixed(count: int, seed: int = 1) -> NDArray[np.uint8]:
    """Orders, quotes and trades of 3,000 instruments."""
    return _stream(count, _MIX, INSTRUMENTS, seed)


def ticks(count: int, seed: int = 1) -> NDArray[np.uint8]:
    """Quotes and trades of 3,000 instruments, as the window subscribes to them."""
    return _stream(count, _TICKS, INSTRUMENTS, seed)


def _stream(
    count: int, mix: dict[np.dtype[np.void], float], instruments: int, seed: int
) -> NDArray[np.uint8]:
    chance = generator(seed, "bench", count)
    pieces = []
    for first in range(0, count, _PIECE):
        number = min(_PIECE, count - first)
        at = _BEGIN + (first + np.arange(number)) * _BETWEEN
        kind = chance.choice(len(mix), number, p=list(mix.values()))
        batches = []
        for place, one in enumerate(mix):
            mine = at[kind == place]
            batches.append(Batch.of(_made(one, mine, instruments, chance), mine))
        pieces.append(merged(batches).data)
    return np.concatenate(pieces)


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
    if kind is MBO:
        made["order_id"] = chance.integers(1, 200_000, number)
        made["action"] = letters(_ACTIONS[chance.choice(len(_ACTIONS), number, p=_SHARES)])
    elif kind is TRADE:
        made["action"] = b"T"
    else:
        made["action"] = b"A"
        level = made["levels"][:, 0]
        level["bid_px"], level["ask_px"] = price - _TICK, price
        level["bid_sz"] = level["ask_sz"] = made["size"]
        level["bid_ct"] = level["ask_ct"] = 1
    return made
