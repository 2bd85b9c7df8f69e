"""Putting sources into another order, from any panel: a gesture opens the dialog that shows its effect."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from app.domain.health import SourceHealth
from app.domain.routing import Channel, SourceId
from app.domain.source_profile import ProfileDiff, Tiers
from app.domain.tier_order import before, in_place_of, step
from app.ui.desk import Desk
from app.ui.dialogs.order import OrderDialog, offering, tiers_now


class Ordering:
    """`sources` gives all that have reported. Channel None: the order of all without one of their own."""

    def __init__(self, parent: QWidget, desk: Desk, sources: Callable[[], tuple[SourceHealth, ...]]) -> None:
        self._parent, self._desk, self._sources = parent, desk, sources

    def ask(self, channel: Channel | None) -> OrderDialog:
        return self._open(channel, None)

    def step(self, channel: Channel | None, source: SourceId, *, up: bool) -> None:
        self._changed(channel, source, lambda tiers: step(tiers, source, up=up))

    def before(self, channel: Channel | None, source: SourceId, other: SourceId | None) -> None:
        self._changed(channel, source, lambda tiers: before(tiers, source, other))

    def in_place_of(self, channel: Channel, source: SourceId, other: SourceId) -> None:
        self._changed(channel, source, lambda tiers: in_place_of(tiers, source, other))

    def undo(self) -> None:
        self._desk.pending.watch(self._desk.commands.undo_order(), self._undone)

    def _changed(self, channel: Channel | None, source: SourceId, change: Callable[[Tiers], Tiers]) -> None:
        """Opened even where nothing changes: the order is what was asked for."""
        sources = self._sources()
        if any(one.source == source for one in offering(sources, channel)):
            dialog = self._open(channel, change(tiers_now(self._desk, channel, sources)))
            dialog.choose(source)

    def _open(self, channel: Channel | None, wanted: Tiers | None) -> OrderDialog:
        dialog = OrderDialog(self._parent, self._desk, channel, self._sources(), wanted)
        dialog.open()
        return dialog

    def _undone(self, diff: ProfileDiff | None) -> None:
        if diff is not None:
            self._desk.say(f"The order of sources is that of {diff.after} again.")
