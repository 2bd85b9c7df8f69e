"""From the socket to the outbox, through the real source, beside the official client doing nothing at all.

The same gateway sends both the same bytes, from a process of its own.
"""

import time
from dataclasses import replace
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
_LEAST_RATIO: Final = 5.0
_BOOK_LEVELS: Final = 20


def live(case: Case, effort: Effort) -> Outcome:
    return _duel(case, effort, "ticks", None)


def mbo(case: Case, effort: Effort) -> Outcome:
    return _duel(case, effort, "mbo", None)


def mixed(case: Case, effort: Effort) -> Outcome:
    """Ours in a process whose main thread paints thirty times a second; the peer's has nothing else to do."""
    with Child("app.bench.painted") as painting:
        painting.heard(_PATIENCE_S)
        return _duel(case, effort, "mixed", painting)


def _duel(case: Case, effort: Effort, stream: str, painting: Child | None) -> Outcome:
    tape.warm_up()
    with Child("app.bench.blast", "--records", str(effort.records), "--stream", stream) as gateway:
        address = str(gateway.heard(_PATIENCE_S)["address"])
        found = duel(
            case, effort, "records/s", "databento.Live, a callback that does nothing",
            lambda: _ours(gateway, address, effort.records, painting),
            lambda: _peers(gateway, address, effort.records),
        )  # fmt: skip
        least = f"at least × {_LEAST_RATIO:g}"
        return replace(found, must=least, met=found.ratio is not None and found.ratio >= _LEAST_RATIO)


def _ours(gateway: Child, address: str, records: int, painting: Child | None) -> float:
    expected = records * _OUR_REPEATS
    _prepare(gateway, _OUR_REPEATS)
    if painting is not None:
        painting.tell(address)
        found = painting.heard(_PATIENCE_S)
        received, ended = int(found["received"]), float(found["ended"])
        began = float(gateway.heard(_PATIENCE_S)["began"])
    else:
        received, ended = receive(address)
        began = float(gateway.heard(_PATIENCE_S)["began"])
    if received != expected:
        raise ConfigError(f"Of {expected} records {received} arrived.")
    return received / (ended - began)


def receive(address: str) -> tuple[int, float]:
    """Everything that the gateway has: how many records, and when the last had become bars and books."""
    feed = DatabentoFeed(_context(address))
    try:
        feed.open(TickWant(futures=_ANY))
        received = _to_the_outbox(feed)
        return received, time.monotonic()
    finally:
        feed.close()


def _prepare(gateway: Child, repeats: int) -> None:
    """Its answer is awaited: a client could be faster than the line that is meant for it."""
    gateway.tell(str(repeats))
    gateway.heard(_PATIENCE_S)


def _to_the_outbox(feed: DatabentoFeed) -> int:
    """Drains, adds up, looks at the books, hands over until no more comes; how many records there were."""
    book, outbox, received = PressureBook(Settings().flow_window), Outbox(), 0
    while True:
        over = feed.closed_by()
        batch = feed.drain()
        received += batch.records
        book.add(batch.trades)
        if batch.books is not None:
            for instrument in batch.books.instruments():
                batch.books.view(instrument, _BOOK_LEVELS)
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
