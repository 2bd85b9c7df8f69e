"""Simulated months of spending, and how far a forecast is off on some of their days.

`python -m tests.domain.spend_months` prints the table: ours, a line through the whole month, and a line that
knows the fees.
"""

import sys
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from app.domain.forecast import SpendFacts, forecast
from app.domain.units import DOLLAR, MicroUsd

FIXED = 179 * DOLLAR
TRADING_DAYS = 21
SAID_ON = (1, 3, 5, 10, 15, 20)


@dataclass(frozen=True, slots=True)
class Errors:
    """Median errors in dollars on a trading day; `covered` is how often the end lay between P10 and P90."""

    day: int
    ours: float
    fair: float
    naive: float
    covered: float | None


@dataclass(frozen=True, slots=True)
class _Month:
    routine: NDArray[np.float64]
    one_off: NDArray[np.float64]
    before: tuple[MicroUsd, ...]

    @property
    def end(self) -> float:
        return FIXED + float(self.routine.sum() + self.one_off.sum())


def _month(draw: np.random.Generator) -> _Month:
    """Quiet days without spending, a level that differs by month, now and then a backfill."""
    usual = draw.uniform(0.2, 1.0) * DOLLAR
    level = usual * draw.uniform(0.7, 1.4)

    def days(mean: float, count: int) -> NDArray[np.float64]:
        return np.round(draw.gamma(2.0, mean / 2.0, count) * (draw.random(count) < 0.8) / 0.8)

    one_off = np.where(draw.random(TRADING_DAYS) < 0.03, draw.uniform(1, 5, TRADING_DAYS) * DOLLAR, 0.0)
    before = tuple(MicroUsd(int(day)) for day in days(usual, 3 * TRADING_DAYS))
    return _Month(days(level, TRADING_DAYS), np.asarray(np.round(one_off), np.float64), before)


def errors(months: int, seed: int = 1) -> tuple[Errors, ...]:
    draw = np.random.default_rng(seed)
    simulated = [_month(draw) for _ in range(months)]
    return tuple(_on(day, simulated) for day in SAID_ON)


def _on(day: int, months: list[_Month]) -> Errors:
    off: list[tuple[float, float, float]] = []
    inside: list[bool] = []
    for month in months:
        routine = tuple(MicroUsd(int(spent)) for spent in month.routine[:day])
        metered = float(month.routine[:day].sum() + month.one_off[:day].sum())
        made = forecast(_facts(day, routine, MicroUsd(int(metered)), month.before))
        # one-offs to come are nobody's to foresee, and all three miss them alike
        end = month.end
        share = TRADING_DAYS / day
        off.append(
            (abs(made.total - end), abs(FIXED + metered * share - end), abs((FIXED + metered) * share - end))
        )
        routine_end = FIXED + float(month.routine.sum() + month.one_off[:day].sum())
        if made.low is not None and made.high is not None:
            inside.append(made.low <= routine_end <= made.high)
    ours, fair, naive = (float(np.median(column)) / DOLLAR for column in zip(*off, strict=True))
    return Errors(day, ours, fair, naive, sum(inside) / len(inside) if inside else None)


def _facts(
    day: int, routine: tuple[MicroUsd, ...], metered: MicroUsd, before: tuple[MicroUsd, ...]
) -> SpendFacts:
    today = date(2025, 9, 1) + timedelta(days=day)
    ahead = tuple(today + timedelta(days=n + 1) for n in range(TRADING_DAYS - day))
    budget, fixed, nothing = MicroUsd(200 * DOLLAR), MicroUsd(FIXED), MicroUsd(0)
    return SpendFacts(today, budget, fixed, metered, nothing, routine, before, ahead)


def table(months: int) -> str:
    head = f"{'day':>4} {'ours $':>8} {'fair line $':>12} {'plain line $':>13} {'in P10–P90':>11}"
    rows = [
        f"{row.day:>4} {row.ours:>8.2f} {row.fair:>12.2f} {row.naive:>13.2f} "
        + (f"{row.covered:>10.0%}" if row.covered is not None else f"{'–':>10}")
        for row in errors(months)
    ]
    return "\n".join([head, *rows]) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table(400))
