"""What a vendor makes of the symbols it is asked for: raw symbols, parents, continuous contracts, ids."""

import re
from typing import Final

import numpy as np

from app.sim.listing import future_id
from app.sim.noise import Ints
from app.sim.universe import Universe

ALL_SYMBOLS: Final = "ALL_SYMBOLS"
_CONTINUOUS: Final = re.compile(r"NQ\.[cnv]\.(\d)", re.IGNORECASE)


def resolved(universe: Universe, stype: str, symbol: str) -> Ints | None:
    """Ids of the instruments a symbol stands for on the universe's day; None where there is none.

    KeyError for a kind of symbol that nobody knows.
    """
    return _KINDS[stype](universe, symbol)


def _raw(universe: Universe, symbol: str) -> Ints | None:
    if symbol == ALL_SYMBOLS:
        return np.array(list(universe.symbols), dtype=np.int64)
    found = universe.ids.get(symbol)
    return None if found is None else np.array([found])


def _parent(universe: Universe, symbol: str) -> Ints | None:
    return universe.parents.get(symbol)


def _continuous(universe: Universe, symbol: str) -> Ints | None:
    found = _CONTINUOUS.fullmatch(symbol)
    place = int(found[1]) if found else len(universe.futures)
    return np.array([future_id(universe.futures[place])]) if place < len(universe.futures) else None


def _instrument(universe: Universe, symbol: str) -> Ints | None:
    known = symbol.isdigit() and int(symbol) in universe.symbols
    return np.array([int(symbol)]) if known else None


_KINDS: Final = {
    "raw_symbol": _raw,
    "parent": _parent,
    "continuous": _continuous,
    "instrument_id": _instrument,
}
