"""The hand that breaks simulators, for drills and verification; there is none towards real vendors."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from app.domain.units import Ns


@dataclass(frozen=True, slots=True)
class Sold:
    """What the simulated market really traded of an instrument."""

    bought: int
    sold: int
    unknown: int
    trades: int


class Mischief(Protocol):
    """Blocking. `source` is a source of the program; it may have several simulators. Raises ConfigError."""

    def strike(
        self,
        source: str,
        kind: str,
        *,
        route: str = "",
        times: int | None = 1,
        seconds: float | None = None,
    ) -> None: ...
    def clear(self, source: str | None = None) -> None: ...
    def kill(self, source: str) -> None: ...
    def revive(self, source: str) -> None: ...
    def truth(self, start: Ns, end: Ns) -> Mapping[str, Sold]:
        """By raw symbol."""
        ...
