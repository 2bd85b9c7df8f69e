"""A request source of what stands beside the option chain: a second price, its bars, chains of a proxy."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from app.domain.capture import Capture
from app.domain.routing import Channel
from app.domain.second_opinion import Opinion


@dataclass(frozen=True, slots=True)
class Wanted:
    """`name` is what to ask for on the channel: a future's symbol, or the underlying of a proxy."""

    channel: Channel
    name: str
    every_s: float


@dataclass(frozen=True, slots=True)
class Answered:
    """As with a chain: the answer is evidence first, then the error it means, if it means one."""

    capture: Capture
    error: Exception | None = None


class PollFeed(Protocol):
    """`fetch` and `test` block in the source's own worker; `parse` is pure and raises BadPayload."""

    def wanted(self, day: date) -> tuple[Wanted, ...]:
        """What to ask for regularly, and how often."""
        ...

    def wait_s(self) -> float:
        """How long the vendor wants to be left alone before the next request. Never blocks."""
        ...

    def fetch(self, channel: Channel, name: str) -> Answered: ...
    def parse(self, capture: Capture) -> Opinion: ...
    def test(self) -> str:
        """Tries the key with one small request: a sentence, or SourceError."""
        ...

    def close(self) -> None: ...
