"""Values as text, the only place where they become it: None is a dash, a clock names its zone."""

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from app.domain.units import DOLLAR, POINT, SECOND, MicroUsd, Ns, Px, moment

DASH: Final = "—"
MINUS: Final = "−"
FEW_CONTRACTS: Final = 10

_LABELS: Final = {"America/Chicago": "CT", "America/New_York": "ET", "UTC": "UTC"}


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone and the letters that stand beside every clock in it."""

    info: tzinfo | None
    label: str

    def at(self, at: Ns) -> datetime:
        return moment(at).astimezone(self.info)

    def offset_s(self, at: Ns) -> int:
        offset = self.at(at).utcoffset()
        return int(offset.total_seconds()) if offset is not None else 0


def zone(name: str) -> Zone:
    """A zone of the settings by name; `local` is the machine's own."""
    if name == "local":
        return Zone(None, "local")
    return Zone(UTC if name == "UTC" else ZoneInfo(name), _LABELS.get(name, name))


CT: Final = zone("America/Chicago")


def clock(at: Ns | None, where: Zone = CT, *, named: bool = True, millis: bool = False) -> str:
    """`10:31:05 CT`; without its zone only where a heading names it."""
    if at is None:
        return DASH
    text = _clock_of(at // SECOND, where)
    if millis:
        text += f".{at % SECOND // 1_000_000:03d}"
    return f"{text} {where.label}" if named else text


@lru_cache(1024)
def _clock_of(second: int, where: Zone) -> str:
    """Of a second that many values of a table share."""
    return where.at(Ns(second * SECOND)).strftime("%H:%M:%S")


def day_clock(at: Ns | None, where: Zone = CT) -> str:
    """`Fri 20 Nov 10:31 CT`."""
    if at is None:
        return DASH
    local = where.at(at)
    return f"{local:%a} {local.day} {local:%b %H:%M} {where.label}"


def price(value: Px | None, decimals: int = 2) -> str:
    return DASH if value is None else number(value / POINT, decimals)


def number(value: float | None, decimals: int = 0, *, sign: bool = False) -> str:
    """With thousands commas and a true minus; `sign` adds the plus of a change."""
    if value is None:
        return DASH
    rounded = round(value, decimals)
    text = f"{abs(rounded):,.{decimals}f}"
    if rounded < 0:
        return MINUS + text
    return f"+{text}" if sign and rounded > 0 else text


def change(value: Px | None) -> str:
    return DASH if value is None else number(value / POINT, 2, sign=True)


def percent(share: float | None, decimals: int = 0, *, sign: bool = False) -> str:
    return DASH if share is None else number(share * 100, decimals, sign=sign) + "%"


def age(seconds: float | None) -> str:
    """`0.2 s`, `14 s`, `3 m 10 s`, `41 m`, `5 h 02 m`, `3 d`."""
    if seconds is None:
        return DASH
    if seconds < 0:
        return "clock skew"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 600:
        return f"{whole // 60} m {whole % 60:02d} s"
    if whole < 3600:
        return f"{whole // 60} m"
    if whole < 86_400:
        return f"{whole // 3600} h {whole % 3600 // 60:02d} m"
    return f"{whole // 86_400} d"


def age_between(then: Ns | None, now: Ns) -> str:
    return age(None if then is None else (now - then) / SECOND)


def millis(value: float | None) -> str:
    if value is None:
        return DASH
    if value < 0:
        return "clock skew"
    if value < 9.95:
        return f"{value:.1f} ms"
    return f"{value:,.0f} ms" if value < 1_000 else f"{value / 1_000:.1f} s"


def rate(per_s: float | None) -> str:
    """`4,182/s`, `0.5/s`, `6/min`: the unit in which the number is readable."""
    if per_s is None:
        return DASH
    if per_s >= 9.5:
        return f"{per_s:,.0f}/s"
    if per_s >= 0.95 or per_s == 0:
        return f"{per_s:.1f}/s" if per_s else "0/s"
    return f"{per_s * 60:.1f}/min" if per_s * 60 < 9.5 else f"{per_s * 60:.0f}/min"


def money(amount: MicroUsd | None, decimals: int = 2) -> str:
    if amount is None:
        return DASH
    dollars = abs(amount) / DOLLAR
    return f"{MINUS if amount < 0 else ''}${dollars:,.{decimals}f}"


def megabytes(size: int | None) -> str:
    if size is None:
        return DASH
    if size < 10_000:
        return f"{size / 1_000:.1f} kB"
    if size < 1_000_000:
        return f"{size / 1_000:,.0f} kB"
    return f"{size / 1_000_000:,.1f} MB" if size < 1_000_000_000 else f"{size / 1_000_000_000:,.2f} GB"


def pressure_words(value: float | None, contracts: int) -> str:
    """The side and strength of P; nothing is said of fewer contracts than a side could be read from."""
    if value is None:
        return "no trades"
    strength = abs(round(value, 2))  # as the number beside the word is shown
    if strength < 0.25:
        return "balanced"
    side = "buy" if value > 0 else "sell"
    words = ((0.75, "extreme "), (0.50, "strong "), (0.25, "moderate "))
    word = next(word for bound, word in words if strength >= bound)
    return word + side + (" (few)" if contracts < FEW_CONTRACTS else "")


def window(seconds: int) -> str:
    """`5 s`, `1 m`, `2 h`: the length of a bar or window."""
    if seconds % 3600 == 0:
        return f"{seconds // 3600} h"
    return f"{seconds // 60} m" if seconds % 60 == 0 else f"{seconds} s"
