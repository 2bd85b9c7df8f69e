"""What the user may ask about money beyond buying: dated plans, vendors' bills, what was left open."""

from collections.abc import Callable, Mapping
from typing import Final

from app.domain.cost import Charge
from app.domain.errors import ConfigError
from app.domain.plans import Plan
from app.domain.routing import SourceId
from app.domain.units import MicroUsd, usd
from app.domain.updates import Notice
from app.engine.accounts import PlanBook
from app.engine.audit import USER
from app.engine.bills import Bills
from app.engine.desk import Desk
from app.engine.ledger import Ledger
from app.engine.metering import Metering
from app.engine.workers import DB

_LIMIT_S: Final = 15.0


class Money:
    """`read_text` reads a file that the user chose; `bills` are those of the vendors."""

    def __init__(
        self,
        desk: Desk,
        ledger: Ledger,
        book: PlanBook | None,
        read_text: Callable[[str], str] | None,
        streamed: Callable[[], Mapping[SourceId, int]] = dict,
    ) -> None:
        self._desk = desk
        self._ledger = ledger
        self._metering = Metering(desk, ledger, streamed)
        self._begun = False
        self._book = book
        self.bills: Final = Bills(desk, ledger, read_text)

    async def begin(self) -> None:
        if self._book is not None:
            plans, notices = await self._desk.workers.run("plans", self._book.load, _LIMIT_S, DB)
            for sentence in notices:
                self._desk.outbox.put_state(Notice(self._desk.clock.now(), "WARNING", sentence, "plans"))
            self._ledger.use_plans(plans)
        await self._ledger.load()
        self._begun = True
        self._desk.supervisor.spawn("metered plans", self._metering.run)

    async def close(self) -> None:
        """What live data came since the last line. Plans that were never read charge nothing."""
        if self._begun:
            await self._metering.close()

    def metering_of(self, streamed: Callable[[], Mapping[SourceId, int]]) -> Metering:
        return Metering(self._desk, self._ledger, streamed)

    async def plans(self) -> tuple[Plan, ...]:
        return self._ledger.plans

    async def save_plans(self, plans: tuple[Plan, ...]) -> None:
        """All of them at once; what was there before is in the audit."""
        book = self._book
        if book is None:
            raise ConfigError("Plans cannot be saved here.")
        before = self._ledger.plans
        await self._desk.workers.run("save plans", lambda: book.save(plans), _LIMIT_S, DB)
        self._desk.audit.note(USER, "plans", _words(before), _words(plans), "command")
        self._ledger.use_plans(plans)

    async def waiting(self) -> tuple[Charge, ...]:
        """Reservations that nobody settled: a crash between paying and settling leaves such behind."""
        return self._ledger.unsettled()

    async def settle_waiting(self, reservation_id: str, actual: MicroUsd | None) -> None:
        """After a look at the vendor's bill: what it cost, or None if it was never sent."""
        if actual is None:
            await self._ledger.release(reservation_id)
        else:
            await self._ledger.settle(reservation_id, actual)
        said = "never sent" if actual is None else f"${usd(actual):,.2f}"
        self._desk.audit.note(USER, f"cost of {reservation_id}", "reserved", said, "compared with the bill")


def _words(plans: tuple[Plan, ...]) -> str:
    return "; ".join(f"{plan.title} ${usd(plan.monthly):,.2f}" for plan in plans) or "none"
