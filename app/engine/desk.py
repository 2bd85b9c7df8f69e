"""What every part of the engine works with."""

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.routing import SourceId
from app.domain.settings import Settings
from app.engine.audit import Audit
from app.engine.health_watch import HealthWatch
from app.engine.interest_days import InterestDays
from app.engine.machine import Machine
from app.engine.market import Market
from app.engine.notices import Notices
from app.engine.outbox import Outbox
from app.engine.overrides import Overrides
from app.engine.ports import Clock, Redactor, Store
from app.engine.profiles import Profiles
from app.engine.roll import Roll
from app.engine.router import Router
from app.engine.supervisor import Supervisor
from app.engine.workers import Workers


@dataclass(frozen=True, slots=True)
class Desk:
    """`settings` is asked each time: they change while the engine runs."""

    clock: Clock
    settings: Callable[[], Settings]
    outbox: Outbox
    store: Store
    workers: Workers
    supervisor: Supervisor
    audit: Audit
    market: Market
    health: HealthWatch
    router: Router
    redactor: Redactor
    interest: InterestDays
    roll: Roll
    profiles: Profiles
    overrides: Overrides
    machine: Machine
    notices: Notices

    def pace(self, source: SourceId, name: str, default: float) -> float:
        """A setting that is named after its source, such as `barchart_interval`; the profile goes before."""
        said = self.profiles.pace(source, name)
        if said is not None:
            return said
        return float(getattr(self.settings(), f"{source}_{name}", default))
