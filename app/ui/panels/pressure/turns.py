"""Whose turn it is: the price is painted in every frame, of the panes under it one after the other. No Qt.

All at once they made a frame twice as long; so each has its turn some ten times a second.
"""

from collections.abc import Iterable

_NOTHING = float("inf")


class Turns:
    """Keeps for each pane the earliest second that changed since its last turn."""

    def __init__(self) -> None:
        self._owed: dict[str, float] = {}
        self._last = ""

    def due(self, names: Iterable[str], since: float, *, every: bool) -> dict[str, float]:
        """Of these panes the next one, or every one; with the second from which on it must be drawn."""
        owed = {name: min(since, self._owed.get(name, since)) for name in names}
        order = list(owed)
        at = order.index(self._last) + 1 if self._last in owed else 0
        chosen = order if every else order[at % len(order) : at % len(order) + 1] if order else []
        self._last = chosen[-1] if chosen else ""
        self._owed = {name: _NOTHING if name in chosen else start for name, start in owed.items()}
        return {name: owed[name] for name in chosen}
