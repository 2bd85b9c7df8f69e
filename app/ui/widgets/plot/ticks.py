"""Where an axis has its ticks: round clock times in the zone of the screen, round prices and counts."""

from typing import Final

from app.domain.units import SECOND, Ns
from app.ui.format import Zone, number

_STEPS_S: Final = (1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 28800, 86400)
_TIME_TICK_PX: Final = 95
_VALUE_TICK_PX: Final = 42

Tick = tuple[float, str]


def time_ticks(left: float, right: float, pixels: float, zone: Zone) -> tuple[Tick, ...]:
    wanted = (right - left) * _TIME_TICK_PX / max(1.0, pixels)
    step = next((s for s in _STEPS_S if s >= wanted), _STEPS_S[-1])
    shift = zone.offset_s(Ns(int(left * SECOND)))
    first = -(-(int(left) + shift) // step) * step - shift
    form = "%H:%M:%S" if step < 60 else "%H:%M" if step < 86400 else "%d %b"
    times = range(first, int(right) + 1, step)
    return tuple((float(at), zone.at(Ns(at * SECOND)).strftime(form)) for at in times)


def value_ticks(low: float, high: float, pixels: float, least: float) -> tuple[Tick, ...]:
    """`least` is the smallest step that means something: a quarter point, a whole contract."""
    wanted = (high - low) * min(_VALUE_TICK_PX, pixels / 3) / max(1.0, pixels)
    step = round_step(wanted, least)
    decimals = 0 if step >= 1 and step % 1 == 0 else 2 if step % 0.5 else 1
    first = -(-low // step)
    count = int((high - first * step) / step) + 1
    return tuple(((first + i) * step, number((first + i) * step, decimals)) for i in range(max(0, count)))


def round_step(wanted: float, least: float) -> float:
    """The smallest of 1, 2, 2.5, 5 × 10ⁿ that is not smaller than wanted and a multiple of `least`."""
    if wanted <= least:
        return least
    power = least
    while power * 10 <= wanted:
        power *= 10
    steps = (power * m for m in (1, 2, 2.5, 4, 5, 10))
    return next(s for s in steps if s >= wanted and abs(s / least - round(s / least)) < 1e-9)
