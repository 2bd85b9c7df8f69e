"""What the screen may ask about sites that are read, and what was saved. Each call returns with a future."""

from concurrent.futures import Future
from typing import Any, Protocol

from app.domain.routing import SourceId


class ScrapingCommands(Protocol):
    """Each answers a sentence, unless it says otherwise."""

    def show_saved_capture(self, capture_id: str) -> "Future[Any]":
        """A stored chain on the board, as a recording, until `back_to_live_chains`."""
        ...

    def show_saved_file(self, path: str) -> "Future[Any]": ...
    def back_to_live_chains(self) -> "Future[Any]": ...
    def recorded_days(self) -> "Future[Any]":
        """Answers the `RecordedDay`s of which tapes are kept, the newest first."""
        ...

    def log_in_by_hand(self, source: SourceId) -> "Future[Any]":
        """Opens a window of the embedded browser; answers when it is closed."""
        ...

    def compare_anew(self, source: SourceId) -> "Future[Any]":
        """Chains are judged by what comes from now on: the vendor has changed for good."""
        ...
