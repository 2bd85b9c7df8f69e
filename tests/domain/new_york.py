"""The calendar as it ships, asked by the wall clock of New York."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from app.domain.holidays import DayHours
from app.domain.market_state import MarketState
from app.domain.session import Calendar, parse_overrides
from app.domain.units import Ns, ns_from_iso

SHIPPED = parse_overrides((Path(__file__).parents[2] / "resources" / "cme_overrides.toml").read_text())
CALENDAR = Calendar(SHIPPED)


def at(text: str) -> Ns:
    """New York wall time with its offset left out: winter is -05:00 where the month says so."""
    month = int(text[5:7])
    return ns_from_iso(text + ("-04:00" if 4 <= month <= 10 else "-05:00"))


def state(text: str) -> MarketState:
    return CALENDAR.at(at(text)).state


def weekdays(first: date, last: date) -> Iterator[date]:
    every = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return (day for day in every if day.weekday() < 5)


def close_text(hours: DayHours) -> str:
    return "c" if hours.close is None else f"{hours.close:%H%M}"
