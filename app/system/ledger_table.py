"""Lines of the cost ledger: appended, never changed; totals are always made from the lines."""

from collections.abc import Mapping, Sequence
from sqlite3 import Row

from app.domain.cost import AlertTold, Approval, Charge, ChargeState, CostKind
from app.domain.routing import SourceId
from app.domain.spending import counted, unasked
from app.domain.units import MicroUsd, Ns, moment
from app.domain.usage import Billed
from app.system.database import Database


class LedgerTable:
    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, charge: Charge) -> None:
        """The line, and what now stands of its reservation."""
        approval = charge.approval.value if charge.approval is not None else None
        with self._database.transaction():
            self._database.write(
                "INSERT INTO charge (reservation, at, source, dataset, schema, kind, estimate, actual, "
                "state, bytes, request_hash, one_off, approval, range_start, range_end) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    charge.reservation_id, charge.at, charge.source, charge.dataset, charge.schema,
                    charge.kind.value, charge.estimate, charge.actual, charge.state.value,
                    charge.bytes, charge.request_hash, charge.one_off, approval, charge.start, charge.end,
                ),
            )  # fmt: skip
            self._database.write(
                "INSERT INTO reservation VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET "
                "kind = excluded.kind, state = excluded.state, counted = excluded.counted, "
                "unasked = excluded.unasked",
                (
                    charge.reservation_id, f"{moment(charge.at):%Y-%m}", charge.at, charge.kind.value,
                    charge.state.value, counted(charge), unasked(charge),
                ),
            )  # fmt: skip

    def of_month(self, month: str) -> Sequence[Charge]:
        """Of a UTC month such as 2026-11, oldest first. A reservation belongs to the month it was made in,
        with all its later lines, so that one settled after midnight is counted once."""
        rows = self._database.rows(
            "SELECT charge.* FROM reservation JOIN charge ON charge.reservation = reservation.name "
            "WHERE reservation.month = ? ORDER BY charge.line",
            (month,),
        )
        return tuple(_charge(row) for row in rows)

    def sums(self, month: str) -> Mapping[tuple[CostKind, ChargeState], MicroUsd]:
        rows = self._database.rows(
            "SELECT kind, state, sum(counted) AS counted FROM reservation WHERE month = ? "
            "GROUP BY kind, state",
            (month,),
        )
        return {(CostKind(r["kind"]), ChargeState(r["state"])): MicroUsd(r["counted"]) for r in rows}

    def unasked(self, start: Ns, end: Ns) -> MicroUsd:
        rows = self._database.rows(
            "SELECT coalesce(sum(unasked), 0) FROM reservation WHERE made >= ? AND made < ? AND unasked > 0",
            (start, end),
        )
        return MicroUsd(rows[0][0])

    def of_reservation(self, reservation_id: str) -> Sequence[Charge]:
        """All lines of one reservation, oldest first, of whatever month."""
        rows = self._database.rows(
            "SELECT * FROM charge WHERE reservation = ? ORDER BY line", (reservation_id,)
        )
        return tuple(_charge(row) for row in rows)

    def add_bill(self, source: SourceId, at: Ns, lines: Sequence[Billed]) -> None:
        """A bill of a month takes the place of an earlier one of that month, which stays on record."""
        with self._database.transaction():
            for line in lines:
                self._database.write(
                    "INSERT INTO bill (at, source, month, dataset, schema, amount) VALUES (?, ?, ?, ?, ?, ?)",
                    (at, source, line.month, line.dataset, line.schema, line.amount),
                )

    def drop_bill(self, source: SourceId) -> Sequence[Billed]:
        """The newest of a source; what it said."""
        with self._database.transaction():
            newest = self._database.row("SELECT max(at) AS at FROM bill WHERE source = ?", (source,))
            which = (source, None if newest is None else newest["at"])
            rows = self._database.rows(
                "SELECT month, dataset, schema, amount FROM bill WHERE source = ? AND at = ?", which
            )
            self._database.write("DELETE FROM bill WHERE source = ? AND at = ?", which)
        return tuple(Billed(r["month"], r["dataset"], r["schema"], MicroUsd(r["amount"])) for r in rows)

    def billed(self, month: str) -> Mapping[SourceId, tuple[MicroUsd, Ns]]:
        rows = self._database.rows(
            "SELECT source, at, sum(amount) AS amount FROM bill WHERE month = ? "
            "GROUP BY source, at ORDER BY at",
            (month,),
        )
        return {SourceId(row["source"]): (MicroUsd(row["amount"]), Ns(row["at"])) for row in rows}

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
        start=None if row["range_start"] is None else Ns(row["range_start"]),
        end=None if row["range_end"] is None else Ns(row["range_end"]),
    )
