"""What data costs this month: kept lines and fixed fees, and the one door through which paid calls must go.

Reserve before sending, settle or release after: what is reserved counts as spent until it is known.
"""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from app.domain.cost import Charge, ChargeState, CostKind, MonthCost
from app.domain.errors import OverBudget
from app.domain.routing import SourceId
from app.domain.units import DOLLAR, MicroUsd, Ns, moment, usd
from app.domain.updates import CostChanged
from app.engine.desk import Desk
from app.engine.month import month_cost
from app.engine.workers import DB

_T = TypeVar("_T")
_LIMIT_S: Final = 10.0
# An estimate is a promise with a tenth of doubt.
_DOUBT: Final = 1.1
_DEFINITIONS_CAP: Final = MicroUsd(1 * DOLLAR)
_OTHER_CAP: Final = MicroUsd(5 * DOLLAR)


@dataclass(frozen=True, slots=True)
class Purchase:
    """A call that costs money, as priced by the vendor beforehand."""

    source: SourceId
    dataset: str
    schema: str
    estimate: MicroUsd
    request: str = ""


class Ledger:
    """`fixed` are the fees of the plans that are in use, by source."""

    def __init__(self, desk: Desk, fixed: Callable[[], dict[SourceId, MicroUsd]], simulated: bool) -> None:
        self._desk = desk
        self._fixed = fixed
        self._simulated = simulated
        self._lines: dict[str, Charge] = {}
        self._month = ""
        self._number = 0
        # what is read and what is written must not overtake each other
        self._one = asyncio.Lock()

    async def load(self) -> None:
        async with self._one:
            await self._load()
        self.tell()

    async def tick(self) -> None:
        """A new month begins with nothing."""
        if _month(self._desk.clock.now()) != self._month:
            await self.load()

    def tell(self) -> None:
        self._desk.outbox.put_state(CostChanged(self.cost()))

    def cost(self) -> MonthCost:
        settings, now = self._desk.settings(), self._desk.clock.now()
        return month_cost(
            now=now,
            budget=MicroUsd(round(settings.cost_budget * DOLLAR)),
            notice=MicroUsd(round(settings.cost_notice * DOLLAR)),
            fixed=self._fixed(),
            charges=tuple(self._lines.values()),
            calendar=self._desk.market.calendar,
            simulated=self._simulated,
        )

    async def reserve(self, purchase: Purchase) -> str:
        """The reservation's id. Raises OverBudget, with the sum, before anything is spent."""
        async with self._one:
            if not self._month:
                await self._load()
            return await self._reserve(purchase)

    async def settle(self, reservation_id: str, actual: MicroUsd, size: int | None = None) -> None:
        async with self._one:
            line = self._lines[reservation_id]
            settled = replace(line, state=ChargeState.SETTLED, actual=actual, bytes=size)
            await self._append(replace(settled, at=self._desk.clock.now()))

    async def release(self, reservation_id: str) -> None:
        async with self._one:
            line = replace(self._lines[reservation_id], state=ChargeState.RELEASED)
            await self._append(replace(line, at=self._desk.clock.now()))

    async def _load(self) -> None:
        month = _month(self._desk.clock.now())
        lines = await self._db("charges", lambda: tuple(self._desk.store.charges(month)))
        self._month = month
        self._lines = {line.reservation_id: line for line in lines}

    async def _reserve(self, purchase: Purchase) -> str:
        cost, wanted = self.cost(), MicroUsd(round(purchase.estimate * _DOUBT))
        cap = _DEFINITIONS_CAP if purchase.schema == "definition" else _OTHER_CAP
        if purchase.estimate > cap:
            raise OverBudget(f"${usd(purchase.estimate):.2f} is above the cap of ${usd(cap):.2f} a request.")
        left = cost.discretionary - cost.metered - cost.reserved
        if wanted > left:
            raise OverBudget(
                f"${usd(wanted):.2f} does not fit: ${usd(MicroUsd(max(0, left))):.2f} is left this month."
            )
        now = self._desk.clock.now()
        self._number += 1
        digest = hashlib.sha256(purchase.request.encode()).hexdigest()
        charge = Charge(
            reservation_id=f"{now}-{purchase.source}-{self._number}",
            at=now,
            source=purchase.source,
            dataset=purchase.dataset,
            schema=purchase.schema,
            kind=CostKind.METERED,
            estimate=wanted,
            actual=None,
            state=ChargeState.RESERVED,
            request_hash=digest,
        )
        await self._append(charge)
        return charge.reservation_id

    async def _append(self, charge: Charge) -> None:
        self._lines[charge.reservation_id] = charge
        await self._db("charge", lambda: self._desk.store.append_charge(charge))
        self.tell()

    async def _db(self, name: str, fn: Callable[[], _T]) -> _T:
        return await self._desk.workers.run(name, fn, _LIMIT_S, DB)


def _month(now: Ns) -> str:
    return f"{moment(now):%Y-%m}"
