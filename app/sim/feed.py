"""The market as records of any schema: what live sessions stream, replays repeat and files contain."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from app.domain.units import Ns
from app.sim.bar_feed import INTERVALS, BarFeed
from app.sim.batch import Batch
from app.sim.dbn_records import Records
from app.sim.future_feed import FutureFeed
from app.sim.market import Market
from app.sim.noise import Ints
from app.sim.option_feed import OptionFeed
from app.sim.reference_feed import ReferenceFeed

TICK_SCHEMAS: Final = ("mbo", "mbp-1", "mbp-10", "tbbo", "trades")
REFERENCE_SCHEMAS: Final = ("definition", "statistics", "status")


class Feed:
    """`batches` are in no order among each other; each is in its own."""

    def __init__(self, market: Market) -> None:
        self.market = market
        self.reference = ReferenceFeed(market)
        self._futures = FutureFeed(market)
        self._options = OptionFeed(market)
        self._bars = BarFeed(self._futures, self._options)

    def batches(self, schema: str, ids: Ints, start: int, end: int) -> Iterator[Batch]:
        """Records of the instruments with these ids, `start <= ts_event < end`; KeyError: unknown schema."""
        if schema in REFERENCE_SCHEMAS:
            yield from self.reference.batches(schema, ids, start, end)
        elif schema in INTERVALS:
            yield from self._bars.batches(schema, ids, start, end)
        else:
            yield from self._futures.batches(schema, frozenset(ids.tolist()), start, end)
            yield from self._options.batches(schema, ids, start, end)

    def snapshot(self, ids: Ints, at: Ns) -> Records:
        """The order books of some instruments as they stand."""
        found = [*self._futures.snapshot(frozenset(ids.tolist()), at), *self._options.snapshot(ids, at)]
        return np.concatenate(found)
