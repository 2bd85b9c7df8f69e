"""What draws attention to the month's cost, for the screen: alerts that stand, and the newest refusal."""

from dataclasses import dataclass

from app.domain.cost_alerts import CostAlert
from app.domain.units import Ns


@dataclass(frozen=True, slots=True)
class CostAlerted:
    """All that is due now, whether it was told before or not. `refused` is when a paid request was refused
    last in this run, and why."""

    alerts: tuple[CostAlert, ...]
    refused: tuple[Ns, str] | None = None

    @property
    def key(self) -> str:
        return "cost-alerts"
