"""What is being bought, for the screen: how far a purchase of history has come, and how it ended."""

from dataclasses import dataclass
from enum import Enum

from app.domain.units import MicroUsd, Ns


class Buying(Enum):
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class HistoryChanged:
    """`request` names the purchase; `done` of `files` are on the shelf, `bytes` of the current one came."""

    at: Ns
    request: str
    state: Buying
    done: int
    files: int
    bytes: int
    spent: MicroUsd
    sentence: str

    @property
    def key(self) -> str:
        return "history"
