"""Prices, numbers, dates and clock times in Barchart's words: Central time, thousands commas, N/A."""

from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from app.domain.units import POINT, SECOND, Ns, Px, moment

CENTRAL: Final = ZoneInfo("America/Chicago")
MISSING: Final = "N/A"
_CENT: Final = POINT // 100


def price_text(price: Px | None) -> str:
    return MISSING if price is None else f"{_cents(price) / 100:,.2f}"


def price_raw(price: Px | None) -> int | float:
    """Whole prices as int; what is missing as 0, which is the site's way."""
    return 0 if price is None else _short(_cents(price))


def change_text(change: Px | None) -> str:
    if change is None:
        return MISSING
    return f"{_cents(change) / 100:+,.2f}" if _cents(change) else "unch"


def count_text(count: int | None) -> str:
    return MISSING if count is None else f"{count:,}"


def premium_text(last: Px, dollars_per_point: int) -> str:
    return f"{_cents(last) * dollars_per_point / 100:,.2f}"


def premium_raw(last: Px, dollars_per_point: int) -> int | float:
    return _short(_cents(last) * dollars_per_point)


def clock_text(at: Ns) -> str:
    return moment(at).astimezone(CENTRAL).strftime("%H:%M CT")


def date_text(day: date) -> str:
    return day.strftime("%m/%d/%y")


def central_date(at: Ns) -> date:
    return moment(at).astimezone(CENTRAL).date()


def epoch(at: Ns) -> int:
    return at // SECOND


def _cents(price: Px) -> int:
    return round(price / _CENT)


def _short(cents: int) -> int | float:
    return cents // 100 if cents % 100 == 0 else cents / 100
