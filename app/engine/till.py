"""The one door through which money leaves: reserve before sending, settle or release after.

Each is one write transaction, so that no other process of the same data folder comes between reading what
is left and writing what is taken. What is reserved counts as spent until it is known, a crash included.
Blocking.
"""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.domain.cost import AlertTold, Charge, ChargeState, CostKind
from app.domain.cost_alerts import CostAlert
from app.domain.errors import ConfigError
from app.domain.purchase import Purchase, Purse, approve, priced
from app.domain.units import DAY, MicroUsd, Ns, moment, usd
from app.engine.accounts import Accounts
from app.engine.audit import SYSTEM, USER

_LIMITS_CHANGED = "limits"


@dataclass(frozen=True, slots=True)
class Limits:
    """`fees` are those of the plans in use; fees in the ledger come on top. `may_exceed`: the user is asked
    each time instead of being refused."""

    budget: MicroUsd
    notice: MicroUsd
    fees: MicroUsd
    may_exceed: bool = False


class Till:
    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def reserve(self, purchase: Purchase, limits: Limits, now: Ns) -> Charge:
        """Raises OverBudget or AskFirst before anything is spent; nothing is written then."""
        estimate = priced(purchase)
        with self._accounts.transaction():
            purse = self.purse(limits, now)
            charge = Charge(
                reservation_id=f"{now}-{purchase.source}-{uuid.uuid4().hex[:12]}",
                at=now,
                source=purchase.source,
                dataset=purchase.dataset,
                schema=purchase.schema,
                kind=CostKind.METERED,
                estimate=estimate,
                actual=None,
                state=ChargeState.RESERVED,
                request_hash=_digest(purchase.request),
                one_off=purchase.one_off,
                approval=approve(purchase, purse, may_exceed=limits.may_exceed),
                start=purchase.start,
                end=purchase.end,
            )
            self._accounts.append_charge(charge)
            if charge.reserve > purse.left:
                left, taken = f"${usd(MicroUsd(purse.left)):.2f} left", f"${usd(charge.reserve):.2f} reserved"
                subject = f"budget exceeded for {charge.reservation_id}"
                reason = purchase.override.strip() or "asked each time"
                self._accounts.append_audit(now, USER, subject, left, taken, reason)
        return charge

    def settle(self, reservation_id: str, actual: MicroUsd, size: int | None, now: Ns) -> Charge:
        """In full, even above what was reserved. Said twice it counts once; what was released and turns
        out to have cost is settled too."""
        if actual < 0:
            raise ConfigError("A cost below zero cannot be settled; a refund is a credit.")
        with self._accounts.transaction():
            line = self._newest(reservation_id)
            if line.state is ChargeState.SETTLED:
                if line.actual == actual:
                    return line
                raise ConfigError(f"{reservation_id} is settled already, with another amount.")
            settled = replace(
                line, state=ChargeState.SETTLED, actual=actual, bytes=size, at=Ns(max(now, line.at))
            )
            self._accounts.append_charge(settled)
            if settled.overran:
                before, after = f"${usd(line.reserve):.2f} reserved", f"${usd(actual):.2f} billed"
                subject = f"cost of {reservation_id}"
                self._accounts.append_audit(now, SYSTEM, subject, before, after, "above its reserve")
        return settled

    def release(self, reservation_id: str, now: Ns) -> Charge:
        """Only for a request that surely cost nothing. Settled money stays settled."""
        with self._accounts.transaction():
            line = self._newest(reservation_id)
            if line.state is ChargeState.SETTLED:
                raise ConfigError(f"{reservation_id} is settled already and cannot be released.")
            if line.state is ChargeState.RELEASED:
                return line
            released = replace(line, state=ChargeState.RELEASED, at=Ns(max(now, line.at)))
            self._accounts.append_charge(released)
        return released

    def purse(self, limits: Limits, now: Ns) -> Purse:
        sums = self._accounts.sums(f"{moment(now):%Y-%m}")
        fees = sum(sums.get((kind, ChargeState.SETTLED), 0) for kind in (CostKind.FIXED, CostKind.LICENCE))
        today = Ns(now - now % DAY)
        return Purse(
            discretionary=MicroUsd(max(0, limits.budget - limits.fees - fees)),
            metered=sums.get((CostKind.METERED, ChargeState.SETTLED), MicroUsd(0)),
            reserved=sums.get((CostKind.METERED, ChargeState.RESERVED), MicroUsd(0)),
            automatic_today=self._accounts.unasked(today, Ns(today + DAY)),
        )

    def tell(self, due: Sequence[CostAlert], limits: Limits, now: Ns) -> tuple[CostAlert, ...]:
        """Those of `due` that were not told this month under these limits; now they are."""
        month, pair = f"{moment(now):%Y-%m}", (limits.budget, limits.notice)
        with self._accounts.transaction():
            told = self._accounts.alerts(month)
            if told and (told[-1].budget, told[-1].notice) != pair:
                self._accounts.append_alert(AlertTold(now, month, _LIMITS_CHANGED, *pair))
                told = ()
            changes = [n for n, one in enumerate(told) if one.rule == _LIMITS_CHANGED]
            known = {one.rule for one in told[changes[-1] if changes else 0 :]}
            new = tuple(alert for alert in due if alert.rule not in known)
            for alert in new:
                self._accounts.append_alert(AlertTold(now, month, alert.rule, *pair))
        return new

    def _newest(self, reservation_id: str) -> Charge:
        lines = self._accounts.charges_of(reservation_id)
        if not lines:
            raise ConfigError(f"There is no reservation called {reservation_id}.")
        return lines[-1]


def _digest(request: str) -> str:
    """Empty for a request that is not told: such ones are not the same."""
    return hashlib.sha256(request.encode()).hexdigest() if request else ""
