"""What the diary needs of the store. Blocking."""

from collections.abc import Sequence
from typing import Protocol

from app.domain.roll_up import Period, RollUp
from app.domain.units import Ns


class RollUpBook(Protocol):
    def add_roll_ups(self, minutes: Sequence[RollUp]) -> None: ...
    def roll_ups(self, period: Period, since: Ns) -> Sequence[RollUp]:
        """Of that period, begun since then, oldest first."""
        ...
