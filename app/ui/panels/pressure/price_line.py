"""The points of the price line, kept while the market goes on: only the last of them are made again."""

from bisect import bisect_left, bisect_right  # numpy lets go of the interpreter while it searches
from typing import Final

import numpy as np

from app.domain.units import SECOND
from app.ui.panels.pressure.scene import Scene
from app.ui.panels.pressure.series import Steps, begins, steps

_PARTS: Final = ("times", "low", "high", "close", "side", "begins")


class KeptSteps:
    def __init__(self) -> None:
        self._key: object = None
        self._version, self._until = 0, 0
        self._steps: Steps | None = None

    def of(self, scene: Scene) -> Steps:
        """As if all of them were made of the scene's bars."""
        columns = scene.session.columns
        key = (scene.session, scene.seconds_a_pixel, scene.fine_s, scene.holes)
        changed = columns.changed_since(self._version) if key == self._key else 0
        made = self._renewed(scene, changed) or self._tail(scene, 0)
        self._key, self._version, self._until, self._steps = key, columns.version, scene.last, made
        return made

    def _renewed(self, scene: Scene, changed: int | None) -> Steps | None:
        """None if those kept are of no use."""
        old, starts = self._steps, scene.fine.candles.start
        if changed == 0 or old is None or not len(old.times) or not len(starts) or scene.last < self._until:
            return None
        first = float(starts[0] / SECOND)
        kept_from = bisect_right(old.times, first) - 1
        if kept_from < 0:
            return None
        pixel = self._pixel(self._until if changed is None else min(changed, self._until), scene)
        tail = bisect_left(starts, 1, key=lambda start: self._pixel(start, scene) >= pixel)
        return self._joined(old, kept_from, scene, tail)

    def _joined(self, old: Steps, kept_from: int, scene: Scene, tail: int) -> Steps:
        starts = scene.fine.candles.start
        if tail == len(starts):
            kept_until = len(old.times)
        else:
            kept_until = bisect_left(old.times, float(starts[tail] / SECOND))
        new = self._tail(scene, tail)
        return Steps(
            *(
                np.concatenate((getattr(old, name)[kept_from:kept_until], getattr(new, name)))
                for name in _PARTS
            )
        )

    def _tail(self, scene: Scene, first: int) -> Steps:
        """Of the bars from this one on; the one before it says whether a line leads to it."""
        fine, before = scene.fine, max(0, first - 1)
        starts_anew = begins(fine.part(before), scene.holes, scene.switched)
        return steps(fine.part(first), starts_anew[first - before :], scene.seconds_a_pixel)

    def _pixel(self, start: int, scene: Scene) -> float:
        """The one in which the bar stands that holds this moment; counted as `steps` does."""
        width = scene.fine_s * SECOND
        return float(np.floor(start // width * width / SECOND / scene.seconds_a_pixel))
