"""Every instrument listed on a trade date, by id, raw symbol and parent, as a vendor's symbology has it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np

from app.domain.contract import Future
from app.domain.session import Calendar
from app.sim.lanes import spread_symbol
from app.sim.listing import FUTURES_PARENT, future_id, futures_listed, spread_id
from app.sim.noise import Ints
from app.sim.options import Options, OptionTable
from app.sim.strategies import Strategies, Strategy

_WITH_SPREADS: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class Universe:
    """`symbols` by id: futures, spreads, options by row of the table, strategies. `parents` gives ids."""

    day: date
    futures: tuple[Future, ...]
    spreads: tuple[tuple[Future, Future], ...]
    table: OptionTable
    strategies: tuple[Strategy, ...]
    symbols: Mapping[int, str]
    ids: Mapping[str, int]
    parents: Mapping[str, Ints]


class Universes:
    def __init__(self, calendar: Calendar, options: Options, strategies: Strategies) -> None:
        self._calendar = calendar
        self._options = options
        self._strategies = strategies
        self.of = lru_cache(maxsize=8)(self._of)

    def _of(self, day: date) -> Universe:
        futures, table, strategies = (
            futures_listed(day),
            self._options.table(day),
            self._strategies.listed(day),
        )
        spreads = tuple(pairwise(futures[:_WITH_SPREADS]))
        symbols = {future_id(f): f.raw for f in futures}
        symbols |= {spread_id(near): spread_symbol(near, far) for near, far in spreads}
        parents: dict[str, list[int]] = {FUTURES_PARENT: list(symbols)}
        option_symbols = {int(identity): table.contract(row).raw for row, identity in enumerate(table.id)}
        for place, listed in enumerate(table.series):
            mine = table.id[table.edges[place] : table.edges[place + 1]]
            parents.setdefault(f"{listed.series.root}.OPT", []).extend(mine.tolist())
        for strategy in strategies:
            parents[f"{strategy.series.root}.OPT"].append(strategy.instrument_id)
        symbols |= option_symbols | {s.instrument_id: s.symbol for s in strategies}
        return Universe(
            day, futures, spreads, table, strategies, symbols, {name: i for i, name in symbols.items()},
            {parent: np.array(ids, dtype=np.int64) for parent, ids in parents.items()},
        )  # fmt: skip
