"""What the machine itself does to the data: its clock, its network, its sleep. Parents of other troubles."""

from dataclasses import dataclass
from enum import Enum

from app.domain.units import Ns


class Trust(Enum):
    """What the clock's offset means for what is shown."""

    UNKNOWN = "offset unknown"
    GOOD = "good"
    AMBER = "clock is off"
    UNRELIABLE = "latency unreliable"
    NO_COUNTDOWNS = "no expiry countdowns"


@dataclass(frozen=True, slots=True)
class ClockChecked:
    """How far this machine's clock is ahead of the true time (negative: behind); None when nobody could say.

    `said_by` is in words: NTP answers, or the vendor's receipt stamps.
    """

    offset_ms: float | None
    trust: Trust
    said_by: str
    at: Ns

    @property
    def key(self) -> str:
        return "clock"


@dataclass(frozen=True, slots=True)
class NetworkChecked:
    """The parent "local network": while it is down, troubles of sources are its children and stay silent."""

    up: bool
    since: Ns
    sentence: str = ""

    @property
    def key(self) -> str:
        return "network"


@dataclass(frozen=True, slots=True)
class Slept:
    """The machine slept (or its clock jumped): a gap for everything, told once."""

    at: Ns
    seconds: float

    @property
    def key(self) -> str:
        return "slept"
