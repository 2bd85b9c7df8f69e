"""From the socket to the outbox, through the real source, beside the official client doing nothing at all.

The same gateway sends both the same bytes, from a process of its own.
"""

import time
from typing import Final

import databento

from app.bench.child import Child
from app.bench.duel import Case, Effort, Outcome, duel
from app.domain import tape
from app.domain.errors import ConfigError
from app.domain.pressure import PressureBook
from app.domain.routing import TICK, Provenance
from app.domain.settings import Settings
from app.domain.ticks import SideQuality
from app.domain.updates import BarChanged
from app.engine.feeds import SourceContext, TickWant
from app.engine.outbox import Outbox
from app.sim import keys
from app.sources.databento import ID
from app.sources.databento.live import DatabentoFeed
from app.system.clock import RealClock
from app.system.http import RequestsHttp
from app.system.redact import SecretRedactor

# ours is done sooner, and a short run measures the start
_OUR_REPEATS: Final = 8
_DRAIN_EVERY_S: Final = 0.02
_ANY: Final = ("ANY",)
_PATIENCE_S: Final = 60.0


def live(case: Case, effort: Effort) -> Outcome:
    tape.warm_up()
    with Child("app.bench.blast", "--records", str(effort.records)) as gateway:
        address = str(gateway.heard(_PATIENCE_S)["address"])
        return duel(
            case, effort, "records/s", "databento.Live, a callback that does nothing",
            lambda: _ours(gateway, address, effort.records), lambda: _peers(gateway, address, effort.records),
        )  # fmt: skip


def _ours(gateway: Child, address: str, records: int) -> float:
    expected = records * _OUR_REPEATS
    _prepare(gateway, _OUR_REPEATS)
    feed = DatabentoFeed(_context(address))
    try:
        feed.open(TickWant(futures=_ANY))
        began = float(gateway.heard(_PATIENCE_S)["began"])
        received = _to_the_outbox(feed)
        ended = time.monotonic()
    finally:
        feed.close()
    if received != expected:
        raise ConfigError(f"Of {expected} records {received} arrived.")
    return received / (ended - began)


def _prepare(gateway: Child, repeats: int) -> None:
    """Its answer is awaited: a client could be faster than the line that is meant for it."""
    gateway.tell(str(repeats))
    gateway.heard(_PATIENCE_S)


def _to_the_outbox(feed: DatabentoFeed) -> int:
    """Drains, adds up and hands over until the gateway has no more; how many records came."""
    book, outbox, received = PressureBook(Settings().flow_window), Outbox(), 0
    while True:
        over = feed.closed_by()
        batch = feed.drain()
        received += batch.records
        book.add(batch.trades)
        origin = Provenance(ID, TICK, None, batch.received, batch.received, "bench")
        for bar in book.changed():
            outbox.put_state(BarChanged(bar, SideQuality.EXCHANGE, origin))
        if over is not None:
            return received
        time.sleep(_DRAIN_EVERY_S)


def _peers(gateway: Child, address: str, records: int) -> float:
    _prepare(gateway, 1)
    host, _, port = address.partition(":")
    client = databento.Live(key=keys.DATABENTO, gateway=host, port=int(port), reconnect_policy="none")
    client.add_callback(lambda record: None)
    client.subscribe(dataset="GLBX.MDP3", schema="trades", symbols=_ANY)
    client.start()
    began = float(gateway.heard(_PATIENCE_S)["began"])
    client.block_for_close(timeout=_PATIENCE_S)
    return records / (time.monotonic() - began)


def _context(address: str) -> SourceContext:
    redactor, settings = SecretRedactor(), Settings()
    return SourceContext(
        id=ID, http=RequestsHttp(redactor), clock=RealClock(), secret=lambda _: keys.DATABENTO,
        redactor=redactor, settings=lambda: settings, addresses={"databento_live": address}, simulated=True,
    )  # fmt: skip
