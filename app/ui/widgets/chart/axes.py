"""Axes of a trader's chart: round clock times in the zone of the screen, prices with commas at the right."""

from typing import Final

import pyqtgraph as pg

from app.domain.units import SECOND, Ns
from app.ui.format import CT, Zone, number

PRICE_PX: Final = 66
_STEPS_S: Final = (1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400)
_TICK_PX: Final = 95


class TimeAxis(pg.AxisItem):  # type: ignore[misc]
    """Seconds since 1970 in the data, clock time on the screen."""

    def __init__(self) -> None:
        super().__init__("bottom")
        self.zone: Zone = CT
        self.setStyle(tickLength=-4, autoExpandTextSpace=False)
        self.setHeight(20)

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        if high <= low:
            return []
        wanted = (high - low) * _TICK_PX / max(1.0, size)
        step = next((s for s in _STEPS_S if s >= wanted), _STEPS_S[-1])
        shift = self.zone.offset_s(Ns(int(low * SECOND)))
        first = -(-(int(low) + shift) // step) * step - shift
        return [(float(step), [float(at) for at in range(first, int(high) + 1, step)])]

    def tickStrings(self, values: list[float], _: float, spacing: float) -> list[str]:
        form = "%H:%M:%S" if spacing < 60 else "%H:%M" if spacing < 86400 else "%d %b"
        return [self.zone.at(Ns(int(value) * SECOND)).strftime(form) for value in values]


class PriceAxis(pg.AxisItem):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__("right")
        self.setStyle(tickLength=-4, autoExpandTextSpace=False, tickTextOffset=6)
        self.setWidth(PRICE_PX)

    def tickStrings(self, values: list[float], _: float, spacing: float) -> list[str]:
        decimals = 0 if spacing >= 1 else 2
        return [number(value, decimals) for value in values]

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        levels = super().tickValues(low, high, size)
        return levels[:1] if len(levels) > 1 and len(levels[0][1]) >= 3 else levels[:2]
