"""The ledger as stored: a reservation belongs to the month it was made in, and nothing said of it is lost."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.cost import AlertTold, Approval, Charge, ChargeState, CostKind
from app.domain.routing import SourceId
from app.domain.units import MicroUsd, Ns, ns_from_iso
from app.system.migrations import MIGRATIONS, STANDING
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


def test_what_stands_is_kept_beside_the_lines_and_made_from_older_ones(tmp_path: Path) -> None:
    store = SqliteStore(Paths(tmp_path), SecretRedactor())
    asked = replace(MADE, reservation_id="r2", approval=Approval.AUTOMATIC, estimate=MicroUsd(101))
    dropped = replace(asked, reservation_id="r3", state=ChargeState.RELEASED)
    for charge in (MADE, SETTLED, asked, replace(asked, reservation_id="r3"), dropped):
        store.append_charge(charge)
    sums, today = store.sums("2026-10"), store.unasked(MADE.at, Ns(MADE.at + 1))
    store.close()
    assert sums == {
        (CostKind.METERED, ChargeState.SETTLED): 9,
        (CostKind.METERED, ChargeState.RESERVED): 112,
        (CostKind.METERED, ChargeState.RELEASED): 0,
    }
    assert today == 101
    # as a release without that table left it
    old = tmp_path / "old"
    _from_before(STANDING, Paths(tmp_path).database, Paths(old).database)
    again = SqliteStore(Paths(old), SecretRedactor())
    assert (again.sums("2026-10"), again.unasked(MADE.at, Ns(MADE.at + 1))) == (sums, today)
    again.close()


def _from_before(step: tuple[str, ...], made: Path, old: Path) -> None:
    """The lines of `made` in a database that was never led further than to that step."""
    connection = sqlite3.connect(old)
    steps = MIGRATIONS[: MIGRATIONS.index(step)]
    for statements in steps:
        for statement in statements:
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {len(steps)}")
    connection.execute("ATTACH ? AS newer", (str(made),))
    columns = ", ".join(row[1] for row in connection.execute("PRAGMA main.table_info(charge)"))
    connection.execute(f"INSERT INTO charge ({columns}) SELECT {columns} FROM newer.charge")  # noqa: S608 - our own names
    connection.commit()
    connection.close()
