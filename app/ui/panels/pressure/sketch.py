"""The trader's drawings by contract: what there is, what was changed, how to take it back. No Qt."""

from typing import Final

import numpy as np

from app.domain.chart_updates import PriceVolumeChanged
from app.domain.developing import Developing
from app.domain.drawings import MOST, Drawing, DrawingsKept
from app.domain.units import MINUTE, SECOND, Ns
from app.ui.panels.pressure.columns import Floats, Ints
from app.ui.panels.pressure.series import anew, cut_at

_MOST_STEPS: Final = 200
_MINUTE_S: Final = 60
Drawings = tuple[Drawing, ...]


class Sketch:
    def __init__(self) -> None:
        self._kept: dict[str, Drawings] = {}
        self._changed: set[str] = set()
        self._undo: list[tuple[str, Drawings]] = []
        self._redo: list[tuple[str, Drawings]] = []

    def of(self, contract: str | None) -> Drawings:
        return self._kept.get(contract or "", ())

    def learn(self, kept: DrawingsKept) -> None:
        """What earlier runs kept; what was changed here since is newer."""
        if kept.contract not in self._changed:
            self._kept[kept.contract] = kept.drawings

    def add(self, contract: str, drawing: Drawing) -> None:
        self._change(contract, (*self.of(contract), drawing)[-MOST:])

    def swap(self, contract: str, old: Drawing, new: Drawing) -> None:
        self._change(contract, tuple(new if one is old else one for one in self.of(contract)))

    def drop(self, contract: str, drawing: Drawing) -> None:
        self._change(contract, tuple(one for one in self.of(contract) if one is not drawing))

    def clear(self, contract: str) -> None:
        self._change(contract, ())

    def undo(self) -> str | None:
        """Takes the last change back. Of which contract it was; None when there is nothing to take back."""
        return self._step(self._undo, self._redo)

    def redo(self) -> str | None:
        return self._step(self._redo, self._undo)

    def _change(self, contract: str, drawings: Drawings) -> None:
        before = self.of(contract)
        if drawings != before:
            self._undo.append((contract, before))
            del self._undo[:-_MOST_STEPS]
            self._redo.clear()
            self._put(contract, drawings)

    def _step(self, back: list[tuple[str, Drawings]], forth: list[tuple[str, Drawings]]) -> str | None:
        if not back:
            return None
        contract, drawings = back.pop()
        forth.append((contract, self.of(contract)))
        self._put(contract, drawings)
        return contract

    def _put(self, contract: str, drawings: Drawings) -> None:
        self._kept[contract] = drawings
        self._changed.add(contract)


class Averages:
    """VWAP since a minute that the trader chose, of one instrument at a time."""

    def __init__(self) -> None:
        self._instrument = -1
        self._made: dict[Ns, Developing] = {}

    def take(self, minute: PriceVolumeChanged) -> None:
        if minute.instrument == self._instrument:
            for one in self._made.values():
                one.put(minute)

    def line(
        self,
        instrument: int,
        anchor: Ns,
        minutes: dict[int, PriceVolumeChanged],
        holes: tuple[tuple[int, int], ...],
        now: float,
    ) -> tuple[Floats, Floats]:
        """Seconds and points at the end of each minute, cut at holes."""
        if instrument != self._instrument:
            self._instrument, self._made = instrument, {}
        made = self._made.get(anchor)
        if made is None:
            made = self._made[anchor] = Developing(anchor)
            for minute in minutes.values():
                made.put(minute)
        lines = made.lines
        times = np.minimum(lines.start / SECOND + _MINUTE_S, now)
        switched: Ints = np.zeros(0, np.int64)
        return cut_at(lines.vwap, anew(lines.start, MINUTE, holes, switched), times)

    def keep_only(self, anchors: set[Ns]) -> None:
        for gone in self._made.keys() - anchors:
            del self._made[gone]
