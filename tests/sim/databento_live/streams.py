"""What a subscription must bring, and how long to wait for it."""

import databento as db
import numpy as np

from app.domain.units import SECOND, Ns, ns_from_iso
from app.sim.clock import SimClock
from app.sim.feed import Feed
from app.sim.market import Market
from tests.sim.databento_clients import Collected, content

NOW = ns_from_iso("2026-06-10T15:00:00Z")
GLBX = "GLBX.MDP3"
SOURCE = "databento_live"
TICKS = (db.TradeMsg, db.MBOMsg, db.MBP1Msg, db.MBP10Msg)


def expected(market: Market, schema: str, symbols: list[str], start: int, end: int) -> list[bytes]:
    ids = np.array([market.universes.of(market.day(NOW)).ids[symbol] for symbol in symbols])
    found = [b for b in Feed(market).batches(schema, ids, start, end) if len(b.due)]
    records = np.concatenate([b.records for b in found])
    return content(records[np.argsort(np.concatenate([b.due for b in found]), kind="stable")])


def acknowledged(collected: Collected, subscriptions: int) -> None:
    collected.wait(lambda: sum("succeeded" in text for text, _ in collected.said()) == subscriptions)


def streaming(client: db.Live, collected: Collected, clock: SimClock, schema: str = "trades") -> None:
    client.subscribe(GLBX, schema, "NQM6")
    client.start()
    acknowledged(collected, 1)
    clock.advance(Ns(20 * SECOND))
    collected.wait(lambda: len(collected.of(TICKS)) > 5)
