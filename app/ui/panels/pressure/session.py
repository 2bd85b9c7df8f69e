"""All that is summed of one instrument on the chart: wider bars, running sums, profile and average price."""

from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import numpy as np

from app.domain.chart_updates import PriceVolumeChanged
from app.domain.developing import Developing
from app.domain.footprint import Footprint, footprint
from app.domain.profile import TICKS_A_ROW, ValueArea, profile, value_area
from app.domain.units import MINUTE, POINT, SECOND, Ns
from app.ui.panels.pressure.columns import BarColumns, TickColumns
from app.ui.panels.pressure.model import PressureModel
from app.ui.panels.pressure.trailing import Sums
from app.ui.panels.pressure.wide import Wide, Widened, tick_bars

_MOST_FOOTPRINTS: Final = 200
Cell = TypeVar("Cell")


class Session:
    """`anchor` is the session open: profile and average price begin there."""

    def __init__(self, model: PressureModel, instrument: int, columns: BarColumns, anchor: Ns) -> None:
        self.instrument, self.columns, self.anchor = instrument, columns, anchor
        self.sums = Sums(columns)
        self.developing = Developing(anchor)
        self._model = model
        self._widened: dict[int, Widened] = {}
        self._footprints: dict[tuple[int, int, int], tuple[tuple[PriceVolumeChanged, ...], Footprint]] = {}
        self._cells: dict[Footprint, Any] = {}
        self._area: tuple[int, ValueArea | None] = (-1, None)
        self._ticks: tuple[object, Wide] | None = None
        self._seen = (-1, -1, -1)
        for minute in model.minutes.get(instrument, {}).values():
            self.developing.put(minute)

    def take(self, minute: PriceVolumeChanged) -> None:
        if minute.instrument == self.instrument:
            self.developing.put(minute)

    def wide(self, seconds: int) -> Wide:
        if seconds not in self._widened:
            self._widened[seconds] = Widened(self.columns, seconds)
        return self._widened[seconds].update()

    def value_area(self) -> ValueArea | None:
        """Of the session's profile, found again only when it changed."""
        if self._area[0] != self.developing.version:
            rows = self.developing.profile
            self._area = (self.developing.version, None if rows is None else value_area(rows.volume))
        return self._area[1]

    @property
    def row_height(self) -> float:
        """Of the profile, in points; 0 before there is one."""
        rows = self.developing.profile
        return 0.0 if rows is None else rows.height / POINT

    def run_before(self, anchor: int) -> int:
        """Σ (B − S) of the bars that began before the anchor, counted from the first bar there is."""
        self.sums.update()
        at = int(np.searchsorted(self.sums.starts, anchor))
        return int(self.sums.totals[0, at] - self.sums.totals[1, at])

    def unknown_since(self, anchor: int) -> float | None:
        """Share of the volume since the anchor that has no side."""
        at = int(np.searchsorted(self.sums.starts, anchor))
        bought, sold, unknown = (self.sums.totals[:, -1] - self.sums.totals[:, at]).tolist()
        volume = bought + sold + unknown
        return unknown / volume if volume else None

    def cells(self, one: Footprint, make: Callable[[Footprint], Cell]) -> Cell:
        """What is drawn of a footprint, made once for as long as it is the same."""
        kept = self._cells.get(one)
        if kept is None:
            if len(self._cells) > 2 * _MOST_FOOTPRINTS:
                self._cells.clear()
            kept = self._cells[one] = make(one)
        found: Cell = kept
        return found

    def ticks(self, columns: TickColumns, trades: int, holes: tuple[tuple[int, int], ...]) -> Wide:
        """Bars of so many trades, made again when one of them changed."""
        key = (columns.version, self.columns.version, trades, holes)
        if self._ticks is None or self._ticks[0] != key:
            self._ticks = (key, tick_bars(columns.all(), trades, holes, self.sums))
        return self._ticks[1]

    def changed_since_drawn(self, minutes: Sequence[PriceVolumeChanged]) -> float | None:
        """Earliest second at which something is new since the last call; None when nothing is. `minutes`
        are those of volume at price that came since.
        """
        parts = (
            self.columns,
            self._model.quotes.get(self.instrument),
            self._model.prints.get(self.instrument),
        )
        changed = [
            part.changed_since(max(0, version))
            for part, version in zip(parts, self._seen, strict=True)
            if part is not None
        ]
        self._seen = tuple(-1 if part is None else part.version for part in parts)  # type: ignore[assignment]
        starts = [start for start in changed if start is not None]
        starts += [one.start for one in minutes if one.instrument == self.instrument]
        return min(starts) / SECOND if starts else None

    def footprints(self, first: int, last: int, seconds: int, points: int) -> tuple[Footprint, ...]:
        """Of the bars that start in [first, last), in rows of so many points; made again only where a minute
        of theirs changed.
        """
        minutes = self._model.minutes.get(self.instrument, {})
        step = max(MINUTE, seconds * SECOND)
        starts = range(first // step * step, last, step)
        found = (self._footprint(start, step, points, minutes) for start in starts[-_MOST_FOOTPRINTS:])
        return tuple(one for one in found if one is not None)

    def _footprint(
        self, start: int, step: int, points: int, minutes: dict[int, PriceVolumeChanged]
    ) -> Footprint | None:
        parts = tuple(minutes[at] for at in range(start, start + step, MINUTE) if at in minutes)
        kept = self._footprints.get((start, step, points))
        if kept is not None and kept[0] == parts:
            return kept[1]
        rows = profile(parts, points * TICKS_A_ROW)
        if rows is None:
            return None
        if len(self._footprints) > 2 * _MOST_FOOTPRINTS:
            self._footprints.clear()
        made = footprint(Ns(start), step // SECOND, rows)
        self._footprints[start, step, points] = (parts, made)
        return made
