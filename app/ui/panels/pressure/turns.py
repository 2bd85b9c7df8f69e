"""Whose turn it is: the price is painted in every frame, its ground and the panes under it take turns. No Qt.

All at once they made a frame twice as long; so each has its turn every third frame.
"""

from collections.abc import Iterable
from math import ceil
from typing import Final

EVERY: Final = 3
"""Frames from one turn to the next."""

_NOTHING = float("inf")


class Turns:
    """Keeps for each pane the earliest second that changed since its last turn."""

    def __init__(self) -> None:
        self._owed: dict[str, float] = {}
        self._frame = EVERY - 1

    def due(self, names: Iterable[str], since: float, *, every: bool) -> dict[str, float]:
        """Of these panes those whose turn it is, or every one; with the second from which on they must be
        drawn.
        """
        owed = {name: min(since, self._owed.get(name, since)) for name in names}
        order = list(owed)
        self._frame = EVERY - 1 if every else (self._frame + 1) % EVERY
        share = len(order) / EVERY
        chosen = order if every else order[ceil(self._frame * share) : ceil((self._frame + 1) * share)]
        self._owed = {name: _NOTHING if name in chosen else start for name, start in owed.items()}
        return {name: owed[name] for name in chosen}
