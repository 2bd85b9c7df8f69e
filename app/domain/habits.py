"""What the month's figures tell of how money is spent: a number, without a saving of its own."""

from collections.abc import Iterator
from statistics import fmean, pstdev
from typing import Final

from app.domain.cost import MonthCost, Recommendation
from app.domain.units import MicroUsd, usd

_MUCH, _LITTLE = 0.8, 0.5
_UNEVEN: Final = 0.5
_LEAST_DAYS: Final = 5


def habits(cost: MonthCost) -> tuple[Recommendation, ...]:
    """Nothing where no metered money was spent."""
    return (*_utilisation(cost), *_unevenness(cost)) if cost.metered else ()


def _utilisation(cost: MonthCost) -> Iterator[Recommendation]:
    """Much by what is spent and set aside; little only by the forecast, because every month begins with
    little."""
    pot, used = cost.discretionary, cost.metered + cost.reserved
    if pot <= 0:
        return
    if used > _MUCH * pot:
        left = MicroUsd(max(0, pot - used))
        sentence = (
            f"{used / pot:.0%} of the ${usd(pot):,.2f} for metered use is spent or set aside: "
            f"${usd(left):,.2f} is left for the rest of the month."
        )
        yield Recommendation("utilisation", sentence, None)
        return
    coming = None if cost.forecast is None else cost.forecast - cost.fixed
    if coming is not None and len(cost.days) >= _LEAST_DAYS and coming < _LITTLE * pot:
        sentence = (
            f"By the forecast {coming / pot:.0%} of the ${usd(pot):,.2f} for metered use will be spent: the "
            f"budget could be ${usd(MicroUsd(pot - coming)):,.2f} lower."
        )
        yield Recommendation("utilisation", sentence, None)


def _unevenness(cost: MonthCost) -> Iterator[Recommendation]:
    """Of trading days so far, those without spend included."""
    spent = [day.metered for day in cost.days]
    mean = fmean(spent) if spent else 0.0
    if len(spent) < _LEAST_DAYS or mean <= 0 or (ratio := pstdev(spent) / mean) <= _UNEVEN:
        return
    dearest = max(cost.days, key=lambda day: day.metered)
    sentence = (
        f"Metered money is spent unevenly, by {ratio:.1f} times its mean of "
        f"${usd(MicroUsd(round(mean))):,.2f} a trading day (σ/µ); the dearest was {dearest.day:%d %b} with "
        f"${usd(dearest.metered):,.2f}."
    )
    yield Recommendation("uneven days", sentence, None)
