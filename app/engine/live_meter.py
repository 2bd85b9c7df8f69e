"""How much live data a metered plan has sent and how much of it is charged, both kept for good. Blocking.

Two counters that only grow: what was received, and what of it is in the ledger. Each step is one write
transaction, so a crash or another process in between changes nothing.
"""

import uuid
from dataclasses import dataclass
from typing import Final

from app.domain.advice import LIVE
from app.domain.cost import Charge, ChargeState, CostKind
from app.domain.plans import GIB
from app.domain.routing import SourceId
from app.domain.units import MicroUsd, Ns
from app.engine.accounts import Accounts

_RECEIVED: Final = "live/received/"
_CHARGED: Final = "live/charged/"
_UNTIL: Final = "live/until/"


@dataclass(frozen=True, slots=True)
class Uncharged:
    """`until` is when the last of it was noted."""

    size: int
    until: Ns


class LiveMeter:
    def __init__(self, accounts: Accounts) -> None:
        self._accounts = accounts

    def sources(self) -> tuple[SourceId, ...]:
        """Of which anything was ever noted."""
        names = self._accounts.counters(_RECEIVED)
        return tuple(SourceId(name.removeprefix(_RECEIVED)) for name in sorted(names))

    def received(self, source: SourceId, size: int, now: Ns) -> None:
        with self._accounts.transaction():
            self._accounts.count(_RECEIVED + source, size)
            self._accounts.remember(_UNTIL + source, str(now), now)

    def uncharged(self, source: SourceId, now: Ns) -> Uncharged:
        with self._accounts.transaction():
            received = self._accounts.counters(_RECEIVED + source).get(_RECEIVED + source, 0)
            charged = self._accounts.counters(_CHARGED + source).get(_CHARGED + source, 0)
            until = self._accounts.remembered(_UNTIL + source).get(_UNTIL + source, "")
        return Uncharged(max(0, received - charged), Ns(int(until)) if until.isdigit() else now)

    def charge(self, source: SourceId, price: MicroUsd | None, now: Ns) -> Charge | None:
        """A line that is settled from the first, of the time when it came. Without a price, as after a plan
        was taken back, it is done with and costs nothing."""
        with self._accounts.transaction():
            rest = self.uncharged(source, now)
            if not rest.size:
                return None
            self._accounts.count(_CHARGED + source, rest.size)
            if price is None:
                return None
            cost = MicroUsd(round(price * rest.size / GIB))
            charge = Charge(
                reservation_id=f"{rest.until}-{source}-live-{uuid.uuid4().hex[:12]}",
                at=rest.until,
                source=source,
                dataset="",
                schema=LIVE,
                kind=CostKind.METERED,
                estimate=cost,
                actual=cost,
                state=ChargeState.SETTLED,
                bytes=rest.size,
            )
            self._accounts.append_charge(charge)
        return charge
