"""What the screen may ask about money. Each call returns at once with a future of the engine's answer."""

from concurrent.futures import Future
from typing import Any, Protocol

from app.domain.bill import Bill
from app.domain.cost import Approval
from app.domain.history import HistoryQuote, HistoryWant
from app.domain.plans import Plan
from app.domain.routing import SourceId
from app.domain.units import MicroUsd


class MoneyCommands(Protocol):
    def price_history(self, want: HistoryWant) -> "Future[Any]":
        """Answers a `HistoryQuote`; costs nothing."""
        ...

    def buy_history(
        self, quote: HistoryQuote, approval: Approval | None, override: str = "", everything: bool = False
    ) -> "Future[Any]":
        """Answers the names of the files that hold it."""
        ...

    def stop_buying(self) -> "Future[Any]": ...
    def history_drafts(self) -> "Future[Any]":
        """Answers `HistoryWant`s."""
        ...

    def save_draft(self, want: HistoryWant) -> "Future[Any]": ...
    def drop_draft(self, want: HistoryWant) -> "Future[Any]": ...
    def plans(self) -> "Future[Any]":
        """Answers `Plan`s."""
        ...

    def save_plans(self, plans: tuple[Plan, ...]) -> "Future[Any]": ...
    def read_bill(self, source: SourceId, path: str) -> "Future[Any]":
        """Answers a `Bill`; nothing is kept."""
        ...

    def keep_bill(self, bill: Bill) -> "Future[Any]":
        """Answers a sentence."""
        ...

    def undo_bill(self, source: SourceId) -> "Future[Any]":
        """Takes the newest bill of a source back; answers a sentence."""
        ...

    def waiting_charges(self) -> "Future[Any]":
        """Answers the `Charge`s that nobody settled."""
        ...

    def settle_waiting(self, reservation_id: str, actual: MicroUsd | None) -> "Future[Any]": ...
