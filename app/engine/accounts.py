"""What the ledger needs of the store; several processes may work on it at once. Blocking."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from app.domain.cost import AlertTold, Charge, ChargeState, CostKind
from app.domain.decisions import NO_GROUNDS, AuditFilter, Grounds
from app.domain.desk_updates import AuditLine
from app.domain.plans import Plan
from app.domain.routing import SourceId
from app.domain.units import MicroUsd, Ns
from app.domain.usage import Billed


class Accounts(Protocol):
    def transaction(self) -> AbstractContextManager[None]:
        """What is read and written inside is one step, also towards other processes."""
        ...

    def append_charge(self, charge: Charge) -> None: ...
    def charges(self, month: str) -> Sequence[Charge]:
        """All lines of the reservations made in a UTC month such as 2026-11, oldest first."""
        ...

    def charges_of(self, reservation_id: str) -> Sequence[Charge]:
        """Oldest first; empty if there is none of this name."""
        ...

    def sums(self, month: str) -> Mapping[tuple[CostKind, ChargeState], MicroUsd]:
        """What stands of the month's reservations, without reading their lines."""
        ...

    def unasked(self, start: Ns, end: Ns) -> MicroUsd:
        """What the reservations made between the two took without a question."""
        ...

    def add_bill(self, source: SourceId, at: Ns, lines: Sequence[Billed]) -> None:
        """What a vendor says it billed; the newest bill of a month counts."""
        ...

    def drop_bill(self, source: SourceId) -> Sequence[Billed]:
        """The newest of a source; what it said, nothing if there is none."""
        ...

    def billed(self, month: str) -> Mapping[SourceId, tuple[MicroUsd, Ns]]:
        """The vendors' bills of a UTC month, and when each was read."""
        ...

    def count(self, name: str, by: int) -> None: ...
    def counters(self, prefix: str) -> Mapping[str, int]: ...
    def remember(self, name: str, value: str, at: Ns) -> None: ...
    def remembered(self, prefix: str) -> Mapping[str, str]: ...
    def append_alert(self, told: AlertTold) -> None: ...
    def alerts(self, month: str) -> Sequence[AlertTold]: ...
    def append_audit(
        self, at: Ns, actor: str, subject: str, before: str, after: str, rule: str, more: Grounds = NO_GROUNDS
    ) -> None: ...
    def read_audit(self, wanted: AuditFilter) -> Sequence[AuditLine]:
        """The newest last."""
        ...


class PlanBook(Protocol):
    """Where dated fees are kept: the plans, and sentences about what could not be read. Blocking."""

    def load(self) -> tuple[tuple[Plan, ...], tuple[str, ...]]: ...
    def save(self, plans: tuple[Plan, ...]) -> None: ...
