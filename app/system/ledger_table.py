"""Lines of the cost ledger: appended, never changed; totals are always made from the lines."""

from collections.abc import Sequence
from datetime import UTC, datetime
from sqlite3 import Row

from app.domain.cost import AlertTold, Approval, Charge, ChargeState, CostKind
from app.domain.routing import SourceId
from app.domain.units import MicroUsd, Ns, ns
from app.system.database import Database


class LedgerTable:
    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, charge: Charge) -> None:
        self._database.write(
            "INSERT INTO charge (reservation, at, source, dataset, schema, kind, estimate, actual, state, "
            "bytes, request_hash, one_off, approval) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                charge.reservation_id, charge.at, charge.source, charge.dataset, charge.schema,
                charge.kind.value, charge.estimate, charge.actual, charge.state.value,
                charge.bytes, charge.request_hash, charge.one_off,
                charge.approval.value if charge.approval is not None else None,
            ),
        )  # fmt: skip

    def of_month(self, month: str) -> Sequence[Charge]:
        """Of a UTC month such as 2026-11, oldest first. A reservation belongs to the month it was made in,
        with all its later lines, so that one settled after midnight is counted once."""
        first = datetime.strptime(month, "%Y-%m").replace(tzinfo=UTC)
        following = first.replace(year=first.year + first.month // 12, month=first.month % 12 + 1)
        rows = self._database.rows(
            "SELECT * FROM charge WHERE reservation IN (SELECT reservation FROM charge AS made "
            "WHERE at >= ? AND at < ? AND NOT EXISTS "
            "(SELECT 1 FROM charge WHERE reservation = made.reservation AND at < ?)) ORDER BY line",
            (ns(first), ns(following), ns(first)),
        )
        return tuple(_charge(row) for row in rows)

    def of_reservation(self, reservation_id: str) -> Sequence[Charge]:
        """All lines of one reservation, oldest first, of whatever month."""
        rows = self._database.rows(
            "SELECT * FROM charge WHERE reservation = ? ORDER BY line", (reservation_id,)
        )
        return tuple(_charge(row) for row in rows)

    def add_alert(self, told: AlertTold) -> None:
        self._database.write(
            "INSERT INTO cost_alert (at, month, rule, budget, notice) VALUES (?, ?, ?, ?, ?)",
            (told.at, told.month, told.rule, told.budget, told.notice),
        )

    def alerts(self, month: str) -> Sequence[AlertTold]:
        """Oldest first."""
        rows = self._database.rows("SELECT * FROM cost_alert WHERE month = ? ORDER BY line", (month,))
        return tuple(
            AlertTold(
                Ns(row["at"]), row["month"], row["rule"], MicroUsd(row["budget"]), MicroUsd(row["notice"])
            )
            for row in rows
        )


def _charge(row: Row) -> Charge:
    return Charge(
        reservation_id=row["reservation"],
        at=Ns(row["at"]),
        source=SourceId(row["source"]),
        dataset=row["dataset"],
        schema=row["schema"],
        kind=CostKind(row["kind"]),
        estimate=MicroUsd(row["estimate"]),
        actual=None if row["actual"] is None else MicroUsd(row["actual"]),
        state=ChargeState(row["state"]),
        bytes=row["bytes"],
        request_hash=row["request_hash"],
        one_off=bool(row["one_off"]),
        approval=None if row["approval"] is None else Approval(row["approval"]),
    )
