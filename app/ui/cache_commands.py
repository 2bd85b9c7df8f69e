"""What the screen may ask of the cache. Each call returns at once with a future of the engine's answer."""

from concurrent.futures import Future
from typing import Any, Protocol


class CacheCommands(Protocol):
    """`name` is that of a `CacheRow`."""

    def refresh_entry(self, name: str) -> "Future[Any]":
        """Answers a sentence."""
        ...

    def pin_entry(self, name: str, pinned: bool) -> "Future[Any]": ...
    def purge_entry(self, name: str) -> "Future[Any]":
        """Answers a sentence."""
        ...

    def purge_cache(self) -> "Future[Any]":
        """All entries of all sources. Answers a sentence."""
        ...
