"""An ordinary Wednesday of the simulated market, and how it is asked for records."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.domain.units import Ns, ns_from_iso
from app.sim.clock import SimClock
from app.sim.feed import Feed
from app.sim.market import Market

WEDNESDAY = ns_from_iso("2026-06-10T15:00:00Z")
LUNCH = ns_from_iso("2026-06-10T16:30:00Z")


def market_of(seed: int = 7, activity: float = 1.0) -> Market:
    return Market(seed, SimClock(WEDNESDAY, speed=0), activity)


def ids_of(market: Market, *symbols: str, at: Ns = WEDNESDAY) -> Any:
    known = market.universes.of(market.day(at)).ids
    return np.array([known[symbol] for symbol in symbols])


def records_of(feed: Feed, schema: str, ids: Any, start: int, end: int) -> Sequence[Any]:
    found = [batch for batch in feed.batches(schema, ids, start, end) if len(batch.due)]
    together = np.concatenate([batch.records for batch in found])
    order = np.argsort(np.concatenate([batch.due for batch in found]), kind="stable")
    return list(together[order])
