"""A bar of aggressor volume: who bought, who sold, in one window of one instrument."""

from dataclasses import dataclass

from app.domain.units import SECOND, Ns, Px


@dataclass(frozen=True, slots=True)
class PressureBar:
    """Windows are aligned to the UTC epoch and keyed by event time. `revised`: a late record changed it
    after it was closed. `low_delta` and `high_delta` are the extremes of the running delta inside the bar,
    `last_side` is that of the trade at `close`."""

    instrument: int
    start: Ns
    seconds: int
    bought: int
    sold: int
    unknown: int
    trades: int
    open: Px
    high: Px
    low: Px
    close: Px
    low_delta: int = 0
    high_delta: int = 0
    closed: bool = False
    revised: bool = False
    last_side: int = 0

    @property
    def end(self) -> Ns:
        return Ns(self.start + self.seconds * SECOND)

    @property
    def delta(self) -> int:
        return self.bought - self.sold

    @property
    def volume(self) -> int:
        return self.bought + self.sold + self.unknown

    @property
    def pressure(self) -> float | None:
        """(bought - sold) / (bought + sold): bounded by -1 and 1, None when neither was seen."""
        both = self.bought + self.sold
        return (self.bought - self.sold) / both if both else None
