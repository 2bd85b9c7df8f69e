"""What a vendor makes of the symbols it is asked for: raw symbols, parents, continuous contracts, ids."""

import re
from typing import Final

import numpy as np

from app.domain.symbols import front_future
from app.sim.listing import future_id
from app.sim.noise import Ints
from app.sim.universe import Universe

ALL_SYMBOLS: Final = "ALL_SYMBOLS"
_CONTINUOUS: Final = re.compile(r"NQ\.([cnv])\.(\d)", re.IGNORECASE)


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
    """`c` goes by expiry, `v` and `n` by volume and open interest, which leave a month some days earlier."""
    found = _CONTINUOUS.fullmatch(symbol)
    if found is None:
        return None
    first = 0 if found[1] in "cC" else universe.futures.index(front_future(universe.day))
    return np.array([future_id(universe.futures[first + int(found[2])])])


def _instrument(universe: Universe, symbol: str) -> Ints | None:
    known = symbol.isdigit() and int(symbol) in universe.symbols
    return np.array([int(symbol)]) if known else None


_KINDS: Final = {
    "raw_symbol": _raw,
    "parent": _parent,
    "continuous": _continuous,
    "instrument_id": _instrument,
}
RESOLVABLE: Final = frozenset(_KINDS)
