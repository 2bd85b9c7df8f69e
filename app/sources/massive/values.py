"""Single values of Massive's JSON. Missing is None; of a wrong kind is a ValueError, never a zero."""

import math

from app.domain.units import Ns, Px, px


def number_of(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{value!r} is no number")
    return float(value)


def price_of(value: object) -> Px | None:
    found = number_of(value)
    if found is None:
        return None
    if found < 0:
        raise ValueError(f"{value!r} is no price")
    return px(found)


def count_of(value: object) -> int | None:
    """Sizes and volumes may come as floats."""
    found = number_of(value)
    if found is None:
        return None
    if found < 0:
        raise ValueError(f"{value!r} is no count")
    return round(found)


def time_of(value: object) -> Ns | None:
    """Nanoseconds; 0 is what it sends where nothing was ever said."""
    if value is None or value == 0:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise ValueError(f"{value!r} is no time")
    return Ns(value)
