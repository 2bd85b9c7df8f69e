"""What the ledger needs of the store; several processes may work on it at once. Blocking."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from app.domain.cost import AlertTold, Charge, ChargeState, CostKind
from app.domain.units import MicroUsd, Ns


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

    def append_alert(self, told: AlertTold) -> None: ...
    def alerts(self, month: str) -> Sequence[AlertTold]: ...
    def append_audit(self, at: Ns, actor: str, subject: str, before: str, after: str, rule: str) -> None: ...
