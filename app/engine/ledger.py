"""What data costs this month, as the engine knows it: lines of the till, fees of the plans, alerts.

Everything is read and written on the store's own lane, one after the other. Other processes write too, so
the lines are read again now and then, and always by the till itself.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from app.domain.cost import Charge, ChargeState, CostKind, MonthCost, Reconciliation, SourceSpend
from app.domain.cost_alerts import CostAlert, due_alerts
from app.domain.cost_updates import CostAlerted
from app.domain.errors import OverBudget
from app.domain.plans import Fees, Plan, fees_of
from app.domain.purchase import Purchase, Purse
from app.domain.routing import SourceId
from app.domain.spending import by_day, days_before, days_of_month, months_before, standing, total
from app.domain.units import DAY, DOLLAR, MINUTE, MicroUsd, Ns, moment, usd
from app.domain.updates import AuditLine, CostChanged, Notice
from app.engine.accounts import Accounts
from app.engine.audit import SYSTEM
from app.engine.desk import Desk
from app.engine.feeds import SourceSpec
from app.engine.free_offers import free_offers
from app.engine.live_meter import LiveMeter, Uncharged
from app.engine.month import month_cost
from app.engine.till import Limits, Till
from app.engine.workers import DB

__all__ = ["Books", "Ledger", "Purchase", "read_books"]

_T = TypeVar("_T")
_LIMIT_S: Final = 15.0
_READ_AGAIN: Final = MINUTE
# a step said twice is one line, and comes soon after the first
_NEWEST: Final = 100


@dataclass(frozen=True, slots=True)
class Books:
    """Lines of a UTC month and of the three before it, as stored."""

    month: str = ""
    lines: tuple[Charge, ...] = ()
    before: tuple[Charge, ...] = ()
    billed: tuple[tuple[SourceId, MicroUsd, Ns], ...] = ()


def read_books(accounts: Accounts, now: Ns) -> Books:
    today = moment(now).date()
    before = tuple(line for month in months_before(today) for line in accounts.charges(month))
    month = f"{today:%Y-%m}"
    billed = tuple((source, *bill) for source, bill in sorted(accounts.billed(month).items()))
    return Books(month, tuple(accounts.charges(month)), before, billed)


def reconciled(books: Books) -> tuple[Reconciliation, ...]:
    """The month's bills beside what was settled; only sources that sent one."""
    lines = standing(books.lines)
    return tuple(
        Reconciliation(source, books.month, settled_by(source, lines), billed, at)
        for source, billed, at in books.billed
    )


def settled_by(source: SourceId, lines: tuple[Charge, ...]) -> MicroUsd:
    """Metered money of lines that stand."""
    own = (line for line in lines if line.source == source)
    return total(own, CostKind.METERED, ChargeState.SETTLED)


class Ledger:
    """`fixed` are the fees of the plans that are in use, by source."""

    def __init__(
        self,
        desk: Desk,
        fixed: Callable[[], dict[SourceId, MicroUsd]],
        simulated: bool,
        specs: tuple[SourceSpec, ...] = (),
    ) -> None:
        self._desk = desk
        self._fixed = fixed
        self._simulated = simulated
        self._specs = specs
        self._till = Till(desk.store)
        self._meter = LiveMeter(desk.store)
        self._books = Books()
        self._plans: tuple[Plan, ...] = ()
        self._read_at = desk.clock.monotonic()
        self._known: tuple[object, MonthCost] | None = None
        self._alerted: MonthCost | None = None
        self._shown: frozenset[str] = frozenset()
        self._standing: tuple[CostAlert, ...] = ()
        self._refused: tuple[Ns, str] | None = None

    @property
    def plans(self) -> tuple[Plan, ...]:
        return self._plans

    def use_plans(self, plans: tuple[Plan, ...]) -> None:
        self._plans = plans
        self.tell()

    async def load(self) -> None:
        now = self._desk.clock.now()
        self._read_at = self._desk.clock.monotonic()
        self._books = await self._db("charges", lambda: read_books(self._desk.store, now))
        self.tell()
        await self._alert()

    async def tick(self) -> None:
        """A new month begins with nothing; what another process bought is seen within a minute."""
        clock = self._desk.clock
        old = clock.monotonic() - self._read_at >= _READ_AGAIN
        if old or _month(clock.now()) != self._books.month:
            await self.load()
        else:
            await self._alert()

    def tell(self) -> None:
        self._desk.outbox.put_state(CostChanged(self.cost()))

    def cost(self) -> MonthCost:
        """Made again only when something it is made from is another."""
        now, limits, fees = self._desk.clock.now(), self._limits(), self._fees()
        made_from = (moment(now).date(), limits, repr(fees), self._books)
        if self._known is None or self._known[0] != made_from:
            cost = month_cost(
                now=now,
                budget=limits.budget,
                notice=limits.notice,
                fixed=fees.fixed,
                licences=fees.licences,
                credits=fees.credits,
                billed=reconciled(self._books),
                charges=self._books.lines,
                before=self._books.before,
                calendar=self._desk.market.calendar,
                free=free_offers(self._specs, fees.fixed),
                simulated=self._simulated,
            )
            self._known = (made_from, cost)
        return self._known[1]

    def spend_of(self, source: SourceId) -> SourceSpend | None:
        """This month; None where no money was asked for."""
        return next((one for one in self.cost().by_source if one.source == source), None)

    async def reserve(self, purchase: Purchase) -> str:
        """The reservation's id. Raises OverBudget or AskFirst, with the sum, before anything is spent."""
        limits, now = self._limits(), self._desk.clock.now()
        try:
            charge = await self._at_till("reserve", lambda: self._till.reserve(purchase, limits, now))
        except OverBudget as e:
            self._refused = now, str(e)
            self._tell_alerts()
            raise
        return charge.reservation_id

    async def settle(
        self,
        reservation_id: str,
        actual: MicroUsd,
        size: int | None = None,
        also: Callable[[], None] | None = None,
    ) -> None:
        """`also` is written in the same step: money and what it bought are kept together or not at all."""
        now, store = self._desk.clock.now(), self._desk.store

        def act() -> Charge:
            with store.transaction():
                if also is not None:
                    also()
                return self._till.settle(reservation_id, actual, size, now)

        charge = await self._at_till("settle", act)
        if charge.overran:
            self._tell_overrun(charge, now)

    async def release(self, reservation_id: str) -> None:
        now = self._desk.clock.now()
        await self._at_till("release", lambda: self._till.release(reservation_id, now))

    def received(self, source: SourceId, size: int) -> None:
        """Live data of a metered plan. Does not wait."""
        now = self._desk.clock.now()
        self._desk.workers.post("live data", lambda: self._meter.received(source, size, now), DB)

    async def uncharged(self, source: SourceId) -> Uncharged:
        now = self._desk.clock.now()
        return await self._db("live data", lambda: self._meter.uncharged(source, now))

    async def metered_sources(self) -> tuple[SourceId, ...]:
        return await self._db("live data", self._meter.sources)

    async def charge_live(self, source: SourceId, price: MicroUsd | None) -> None:
        """It has come already, so it counts whatever is left."""
        now = self._desk.clock.now()
        charge = await self._db("live data", lambda: self._meter.charge(source, price, now))
        if charge is not None:
            await self._written(charge)

    async def purse(self) -> Purse:
        """What is left, other processes included."""
        limits, now = self._limits(), self._desk.clock.now()
        return await self._db("purse", lambda: self._till.purse(limits, now))

    def unsettled(self) -> tuple[Charge, ...]:
        """Reservations that wait for their bill; after a crash they count until somebody says what became
        of them."""
        return tuple(c for c in standing(self._books.lines) if c.state is ChargeState.RESERVED)

    async def _at_till(self, name: str, act: Callable[[], Charge]) -> Charge:
        """The line just written joins those known; what other processes wrote is read within a minute."""
        charge = await self._db(name, act)
        await self._written(charge)
        return charge

    async def _written(self, charge: Charge) -> None:
        if {self._books.month, _month(charge.at)} != {_month(self._desk.clock.now())}:
            await self.load()
        elif charge not in self._books.lines[-_NEWEST:]:
            self._books = replace(self._books, lines=(*self._books.lines, charge))
            self.tell()

    async def _alert(self) -> None:
        cost = self.cost()
        if cost is self._alerted:
            return
        limits, now = self._limits(), self._desk.clock.now()
        due = self._due(cost, now)
        new = await self._db("alerts", lambda: self._till.tell(due, limits, now))
        self._alerted, self._standing = cost, due
        self._tell_alerts()
        newest = {alert.topic: alert for alert in new}
        for topic in self._shown - {alert.topic for alert in due}:
            self._desk.outbox.put_state(Notice(now, "INFO", "", topic))
        for topic, alert in newest.items():
            self._desk.outbox.put_state(Notice(now, alert.severity, alert.sentence, topic))
        self._shown = (self._shown & {alert.topic for alert in due}) | newest.keys()

    def _tell_alerts(self) -> None:
        self._desk.outbox.put_state(CostAlerted(self._standing, self._refused))

    def _due(self, cost: MonthCost, now: Ns) -> tuple[CostAlert, ...]:
        today, calendar = moment(now).date(), self._desk.market.calendar
        lines, earlier = standing(self._books.lines, until=now), standing(self._books.before)
        days = by_day(earlier, days_before(earlier, calendar, today), routine=False)
        days += by_day(lines, days_of_month(calendar, today)[0], routine=False)
        settled = sum(line.state is ChargeState.SETTLED for line in lines)
        waiting = sum(line.state is ChargeState.RESERVED and line.at < now - DAY for line in lines)
        return due_alerts(cost, today, settled, days, waiting)

    def _tell_overrun(self, charge: Charge, now: Ns) -> None:
        reserved, billed = f"${usd(charge.reserve):.2f}", f"${usd(charge.actual or MicroUsd(0)):.2f}"
        subject = f"cost of {charge.reservation_id}"
        # kept by the till, in one step with the money
        line = AuditLine(
            now, SYSTEM, subject, f"{reserved} reserved", f"{billed} billed", "above its reserve"
        )
        self._desk.outbox.put_stream(line)
        sentence = f"A request to {charge.source} cost {billed}, more than the {reserved} set aside for it."
        self._desk.outbox.put_state(Notice(now, "WARNING", sentence, "cost-overrun"))

    def _limits(self) -> Limits:
        settings = self._desk.settings()
        return Limits(
            budget=MicroUsd(round(settings.cost_budget * DOLLAR)),
            notice=MicroUsd(round(settings.cost_notice * DOLLAR)),
            fees=self._fees().total,
            may_exceed=settings.cost_over_limit != "refuse",
        )

    def _fees(self) -> Fees:
        return fees_of(self._plans, moment(self._desk.clock.now()).date(), self._fixed())

    async def _db(self, name: str, fn: Callable[[], _T]) -> _T:
        return await self._desk.workers.run(name, fn, _LIMIT_S, DB)


def _month(now: Ns) -> str:
    return f"{moment(now):%Y-%m}"
