"""What the window needs of the rest of the program, as narrow protocols; `main` hands them in."""

from collections.abc import Mapping
from concurrent.futures import Future
from typing import Any, Protocol

from app.domain.contract import Future as NqFuture
from app.domain.decisions import AuditFilter
from app.domain.replay import Wish
from app.domain.routing import Channel, SourceId
from app.domain.source_profile import SourceProfile, Tiers
from app.domain.table import Table
from app.domain.units import Ns
from app.domain.updates import ChainArrived, Update
from app.ui.cache_commands import CacheCommands
from app.ui.drawing_commands import DrawingCommands
from app.ui.drill_commands import DrillCommands
from app.ui.money_commands import MoneyCommands
from app.ui.scraping_commands import ScrapingCommands


class Clock(Protocol):
    """Market time, simulated in demo and replay, and a time that never jumps."""

    def now(self) -> Ns: ...
    def monotonic(self) -> Ns: ...


class Outbox(Protocol):
    def take(self, limit: int) -> tuple[Update, ...]: ...


class LayoutStore(Protocol):
    """Keeps named texts between starts; a missing or unreadable store is an empty mapping."""

    def load(self) -> Mapping[str, str]: ...
    def save(self, layout: Mapping[str, str]) -> None: ...


class SourceCommands(Protocol):
    """The hand on the switch. Each call returns at once with a future of the engine's answer."""

    def pin(
        self,
        channel: Channel,
        source: SourceId | None,
        reason: str,
        until: Ns | None = None,
        for_good: bool = False,
    ) -> "Future[Any]":
        """None takes the pin off. It ends with the session unless told otherwise. Answers the `Pin`."""
        ...

    def unpin_and_fail_over(self, channel: Channel, reason: str = "") -> "Future[Any]": ...
    def prefer(self, channel: Channel, source: SourceId | None, reason: str = "") -> "Future[Any]":
        """None takes the preference back."""
        ...

    def disable(self, source: SourceId, reason: str, channel: Channel | None = None) -> "Future[Any]": ...
    def enable(self, source: SourceId, channel: Channel | None = None) -> "Future[Any]":
        """Undoes disable and drain."""
        ...

    def drain(self, channel: Channel, source: SourceId, reason: str = "") -> "Future[Any]": ...
    def fail_over(self, channel: Channel, reason: str = "") -> "Future[Any]":
        """Answers the source that feeds the channel now."""
        ...

    def profile_diff(self, name: str) -> "Future[Any]":
        """Answers a `ProfileDiff`, to be shown before `apply_profile`."""
        ...

    def apply_profile(self, name: str) -> "Future[Any]": ...
    def save_profile(self, profile: SourceProfile) -> "Future[Any]": ...
    def forget_profile(self, name: str) -> "Future[Any]": ...
    def rename_profile(self, name: str, to: str) -> "Future[Any]": ...
    def import_profile(self, path: str) -> "Future[Any]":
        """Answers the `SourceProfile` that the file became."""
        ...

    def order_diff(self, channel: Channel | None, tiers: Tiers) -> "Future[Any]":
        """Answers a `ProfileDiff`, shown before `reorder`. None: of all without an order of their own."""
        ...

    def reorder(self, channel: Channel | None, tiers: Tiers) -> "Future[Any]":
        """Another order of a channel's sources, as a profile of the user's own. Answers a `ProfileDiff`."""
        ...

    def undo_order(self) -> "Future[Any]":
        """Takes the last `reorder` back. Answers a `ProfileDiff`."""
        ...

    def acknowledge(self, topic: str) -> "Future[Any]":
        """Takes note of an alert, which is then not told again while it lasts."""
        ...

    def read_audit(self, wanted: AuditFilter) -> "Future[Any]":
        """Answers `AuditLine`s, the newest last."""
        ...


class Commands(
    SourceCommands,
    MoneyCommands,
    ScrapingCommands,
    CacheCommands,
    DrillCommands,
    DrawingCommands,
    Protocol,
):
    """What the user may ask of the engine. Each call returns at once with a future of the engine's answer."""

    def restart(self, source: SourceId) -> "Future[Any]": ...
    def refresh(self, series: str | None) -> "Future[Any]": ...
    def choose_series(self, key: str) -> "Future[Any]": ...
    def save_key(self, name: str, value: str) -> "Future[Any]": ...
    def forget_key(self, name: str) -> "Future[Any]": ...
    def test_connection(self, name: str) -> "Future[Any]":
        """`name` of a key or a source. Answers a `ConnectionTested`, which is told step by step too."""
        ...

    def change_setting(self, name: str, value: object) -> "Future[Any]": ...
    def load_capture(self, capture_id: str) -> "Future[Any]": ...
    def examine_capture(self, capture_id: str, against: str | None = None) -> "Future[Any]":
        """Answers an `Examination`, or None when the capture is no longer on disk."""
        ...

    def export_capture(self, capture_id: str, kind: str, target: str) -> "Future[Any]":
        """`kind` is bundle, har, warc or fixture, or check (against a fixture). Answers a sentence."""
        ...

    def pin_capture(self, capture_id: str, pinned: bool) -> "Future[Any]": ...
    def reread_capture(self, capture_id: str) -> "Future[Any]":
        """Answers a sentence: what today's parser makes of the stored bytes."""
        ...

    def forget_capture(self, capture_id: str) -> "Future[Any]":
        """Deletes it. Answers a sentence."""
        ...

    def follow_future(self, future: NqFuture) -> "Future[Any]":
        """Charts this future from now on. Answers a sentence."""
        ...

    def retry_schema(self, source: SourceId | None = None) -> "Future[Any]":
        """Asks a source, or all, again for what was refused. Answers a sentence."""
        ...

    def recheck(self) -> "Future[Any]":
        """Answers a sentence."""
        ...

    def export_chain(self, shown: ChainArrived, target: str) -> "Future[Any]":
        """Answers a sentence."""
        ...

    def export_table(self, table: Table, target: str) -> "Future[Any]":
        """Answers a sentence."""
        ...

    def replay(self, wish: Wish, value: float = 0.0) -> "Future[Any]": ...
