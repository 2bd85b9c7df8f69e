"""What the engine needs of a source of closed history. Blocking; raises SourceError."""

from typing import Protocol

from app.domain.history import HistoryWant, PriceTag


class HistoryFeed(Protocol):
    """`price` costs nothing; `fetch` is billed from the first byte it is sent."""

    def price(self, want: HistoryWant) -> PriceTag: ...

    def fetch(self, want: HistoryWant, target: str, records: int | None) -> int:
        """Writes one whole compressed DBN file at `target` and gives its size in bytes. Raises BadPayload if
        fewer than `records` came, and leaves nothing behind then."""
        ...

    def close(self) -> None: ...
