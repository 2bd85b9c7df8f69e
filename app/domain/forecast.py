"""Where a month's data cost will end, how sure that is, and when the budget would be used up.

Only routine metered money is projected, by trading days: fees are known, and a one-off says nothing of
tomorrow. Most of the gain over a plain line through the month comes from keeping the fees apart.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.cost import FanPoint
from app.domain.units import MicroUsd

# Named wherever a projection is shown: a number of another formula is another number.
FORMULA: Final = "1"
# As many days as the months before weigh. More days than that of this month outweigh them.
_HISTORY_WEIGHT: Final = 5
_FEWEST_DAYS: Final = 5
_TRIES: Final = 1_000
# the same facts give the same interval, whoever asks
_SEED: Final = 20_250_609
_LOW, _HIGH = 10, 90


@dataclass(frozen=True, slots=True)
class SpendFacts:
    """`metered` is all that was settled, `committed` what is reserved. `routine` is metered money without
    one-offs, for each trading day so far (zeros included), `before` the same of the last three months, empty
    when there is no history. `ahead` are the trading days after today."""

    today: date
    budget: MicroUsd
    fixed: MicroUsd
    metered: MicroUsd
    committed: MicroUsd
    routine: tuple[MicroUsd, ...]
    before: tuple[MicroUsd, ...]
    ahead: tuple[date, ...]

    @property
    def spent(self) -> int:
        return self.fixed + self.metered + self.committed


@dataclass(frozen=True, slots=True)
class Forecast:
    """`a_day` is None when no day is known: then `total` is what is spent and committed already.
    `low` and `high` (P10, P90) are None until five days of spending are known."""

    total: MicroUsd
    low: MicroUsd | None
    high: MicroUsd | None
    a_day: float | None
    burn_ratio: float | None
    exhaust_date: date | None


def forecast(facts: SpendFacts) -> Forecast:
    a_day = _a_day(facts)
    total = MicroUsd(facts.spent + round((a_day or 0.0) * len(facts.ahead)))
    low, high = _interval(facts, total)
    return Forecast(total, low, high, a_day, _burn_ratio(facts), _exhaust_date(facts, a_day))


def _weight(facts: SpendFacts) -> int:
    """No history weighs nothing: as zeros it would be worse than no forecast at all."""
    return _HISTORY_WEIGHT if any(facts.before) else 0


def _a_day(facts: SpendFacts) -> float | None:
    weight = _weight(facts)
    days = len(facts.routine) + weight
    if not days:
        return None
    before = sum(facts.before) / len(facts.before) if weight else 0.0
    return (sum(facts.routine) + weight * before) / days


def fan(facts: SpendFacts) -> tuple[FanPoint, ...]:
    """The projection day by day; its last point is the forecast."""
    a_day = _a_day(facts) or 0.0
    middles = [MicroUsd(facts.spent + round(a_day * n)) for n in range(1, len(facts.ahead) + 1)]
    bounds = _bounds(facts, middles)
    return tuple(
        FanPoint(day, low, middle, high)
        for day, middle, (low, high) in zip(facts.ahead, middles, bounds, strict=True)
    )


def _interval(facts: SpendFacts, total: MicroUsd) -> tuple[MicroUsd | None, MicroUsd | None]:
    if facts.ahead:
        a_day = _a_day(facts) or 0.0
        steps = [MicroUsd(facts.spent + round(a_day * n)) for n in range(1, len(facts.ahead))]
        return _bounds(facts, [*steps, total])[-1]
    return (total, total) if _is_enough(facts) else (None, None)


def _bounds(facts: SpendFacts, middles: Sequence[MicroUsd]) -> list[tuple[MicroUsd | None, MicroUsd | None]]:
    """P10 and P90 after each coming day, over many months drawn anew: of days to come, and of those the
    mean was made from."""
    if not middles or not _is_enough(facts):
        return [(None, None)] * len(middles)
    rest, weight = _rest(facts), _weight(facts)
    draw = np.random.default_rng(_SEED)
    gone, left = len(facts.routine), len(middles)
    doubt = draw.choice(rest, (_TRIES, left)).cumsum(axis=1)
    if gone:
        mean_off = draw.choice(rest, (_TRIES, gone)).sum(axis=1) / (gone + weight)
        doubt += mean_off[:, None] * np.arange(1, left + 1)
    lows, highs = np.percentile(doubt, (_LOW, _HIGH), axis=0)
    # what is spent stays spent; and of a few rare large days the mean may lie above P90
    return [
        (
            MicroUsd(max(facts.spent, min(middle, middle + math.floor(low)))),
            MicroUsd(max(middle, middle + math.ceil(high))),
        )
        for middle, low, high in zip(middles, lows.tolist(), highs.tolist(), strict=True)
    ]


def _rest(facts: SpendFacts) -> NDArray[np.float64]:
    before = facts.before if _weight(facts) else ()
    return np.concatenate([_residuals(facts.routine), _residuals(before)])


def _is_enough(facts: SpendFacts) -> bool:
    return len(_rest(facts)) >= _FEWEST_DAYS and bool(any(facts.routine) or _weight(facts))


def _residuals(days: Sequence[MicroUsd]) -> NDArray[np.float64]:
    """Around their own mean, widened by what a mean of so few days hides."""
    if len(days) < 2:
        return np.zeros(0)
    values = np.asarray(days, dtype=np.float64)
    return np.asarray((values - values.mean()) * math.sqrt(len(days) / (len(days) - 1)))


def _burn_ratio(facts: SpendFacts) -> float | None:
    """Above 1 the money goes faster than the days."""
    free, gone = facts.budget - facts.fixed, len(facts.routine)
    if free <= 0 or not gone:
        return None
    return (facts.metered / free) / (gone / (gone + len(facts.ahead)))


def _exhaust_date(facts: SpendFacts, a_day: float | None) -> date | None:
    """The first day on which the budget is used up, today at the earliest; None if not this month."""
    if facts.spent > 0 and facts.spent >= facts.budget:
        return facts.today
    if not a_day:
        return None
    reached = (day for n, day in enumerate(facts.ahead, 1) if facts.spent + a_day * n >= facts.budget)
    return next(reached, None)
