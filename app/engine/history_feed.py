"""What the engine needs of a source of closed history, and what such a source needs to load large files."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from app.domain.history import HistoryWant, PriceTag
from app.domain.units import MicroUsd

# told the bytes so far; False ends the download
GoOn = Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class Downloaded:
    """`body` came with a status that is no success; a success went to the file, `size` bytes of it."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    size: int


class Download(Protocol):
    """One POST whose answer goes to a file. Raises Unavailable before the first byte of a success, BadPayload
    when it breaks off later; then nothing is left at `target`.
    """

    def __call__(
        self, url: str, *, form: Mapping[str, str], basic: str, target: str, go_on: GoOn
    ) -> Downloaded: ...


class HistoryFeed(Protocol):
    """Blocking; raises SourceError. `price` costs nothing."""

    def cost(self, want: HistoryWant) -> MicroUsd | None:
        """One question only."""
        ...

    def price(self, want: HistoryWant) -> PriceTag: ...

    def fetch(self, tag: PriceTag, target: str, go_on: GoOn) -> int:
        """Writes one whole compressed DBN file at `target`, in bytes as given back. BadPayload: something was
        sent, and may be billed; any other error: nothing was.
        """
        ...

    def close(self) -> None: ...
