"""The ledger as stored: a reservation belongs to the month it was made in, and nothing said of it is lost."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.cost import AlertTold, Approval, Charge, ChargeState, CostKind
from app.domain.routing import SourceId
from app.domain.units import MicroUsd, ns_from_iso
from app.system.paths import Paths
from app.system.redact import SecretRedactor
from app.system.store import SqliteStore

MADE = Charge(
    "r1", ns_from_iso("2026-10-31T23:59:59.999999999Z"), SourceId("ticks"), "GLBX.MDP3", "trades",
    CostKind.METERED, MicroUsd(10), None, ChargeState.RESERVED, one_off=True, approval=Approval.TYPED,
)  # fmt: skip
SETTLED = replace(
    MADE, at=ns_from_iso("2026-11-01T00:00:00Z"), actual=MicroUsd(9), state=ChargeState.SETTLED, bytes=5
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    store = SqliteStore(Paths(tmp_path), SecretRedactor())
    yield store
    store.close()


def test_one_settled_after_midnight_counts_in_the_month_it_was_made(store: SqliteStore) -> None:
    store.append_charge(MADE)
    store.append_charge(SETTLED)
    assert store.charges("2026-10") == (MADE, SETTLED)
    assert store.charges("2026-11") == ()
    assert store.charges_of("r1") == (MADE, SETTLED)
    assert store.charges_of("r2") == ()


def test_alerts_are_kept_by_month_in_order(store: SqliteStore) -> None:
    told = [AlertTold(MADE.at, "2026-10", rule, MicroUsd(200), MicroUsd(150)) for rule in ("b", "a")]
    for one in told:
        store.append_alert(one)
    assert list(store.alerts("2026-10")) == told
    assert store.alerts("2026-11") == ()
