"""Other processes that spend from the same data folder, for tests of the till."""

from multiprocessing.connection import Connection
from pathlib import Path

from app.domain.cost import Approval
from app.domain.errors import OverBudget
from app.domain.purchase import Purchase
from app.domain.routing import SourceId
from app.domain.units import DOLLAR, MicroUsd, ns_from_iso
from app.engine.till import Limits, Till
from app.system.paths import Paths
from app.system.redact import SecretRedactor
from app.system.store import SqliteStore

VENDOR = SourceId("ticks")
NOW = ns_from_iso("2025-06-10T15:00:00Z")
LIMITS = Limits(MicroUsd(20 * DOLLAR), MicroUsd(15 * DOLLAR), MicroUsd(0))


def purchase(estimate: int, approval: Approval | None = Approval.USER, override: str = "") -> Purchase:
    return Purchase(VENDOR, "", "trades", MicroUsd(estimate), approval=approval, override=override)


def opened(folder: Path) -> SqliteStore:
    return SqliteStore(Paths(folder), SecretRedactor())


def spend_all(folder: Path, said: Connection) -> None:
    """Reserves a dollar at a time until it is refused; says how often that went well."""
    store = opened(folder)
    till, times = Till(store), 0
    store.open()
    said.send("ready")
    said.recv()
    try:
        while True:
            till.reserve(purchase(DOLLAR), LIMITS, NOW)
            times += 1
    except OverBudget:
        said.send(times)
    store.close()


def spend_for_ever(folder: Path, said: Connection) -> None:
    """Reserves and settles, and says each step after it was done, until killed."""
    till = Till(opened(folder))
    while True:
        charge = till.reserve(purchase(1_000), LIMITS, NOW)
        said.send(("reserved", charge.reservation_id))
        till.settle(charge.reservation_id, MicroUsd(500), None, NOW)
        said.send(("settled", charge.reservation_id))
