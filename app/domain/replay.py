"""Playing a recorded tape: what may be asked of the player, and what it says of itself."""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from app.domain.units import Ns

SPEEDS: Final = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)


class Wish(Enum):
    """SPEED takes a factor, JUMP a moment."""

    PLAY = "play"
    PAUSE = "pause"
    STEP = "step"
    SPEED = "speed"
    JUMP = "jump"


@dataclass(frozen=True, slots=True)
class ReplayChanged:
    """The position is the clock's. `simulated`: it was a demo that was recorded."""

    title: str
    begin: Ns
    end: Ns
    playing: bool
    speed: float
    simulated: bool

    @property
    def key(self) -> str:
        return "replay"


@dataclass(frozen=True, slots=True)
class RecordedDay:
    """The tapes of one trading day that are kept, each of one connection. `begins`: when the first of them
    began, by its name; None where it does not say. `simulated`: recorded in a demo."""

    day: date
    files: tuple[str, ...]
    bytes: int
    begins: Ns | None
    simulated: bool
