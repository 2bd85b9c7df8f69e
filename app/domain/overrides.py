"""Dated corrections of the calendar's rules, from a file the user may edit.

Each date is a table: `close` is a New York wall time or "closed", `trade_date` "own" or "next" (without it,
what the rules say of that date), `note` the reason.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from types import MappingProxyType

from app.domain.errors import ConfigError
from app.domain.holidays import ORDINARY_CLOSE, DayHours, hours_by_rule

_KEYS = {"close", "trade_date", "note"}


@dataclass(frozen=True, slots=True)
class Override:
    """`close` None: closed all day. `own_trade_date` None: as the rules say of that date."""

    close: time | None
    own_trade_date: bool | None = None
    note: str = ""


def parse_overrides(toml_text: str) -> Mapping[date, Override]:
    try:
        tables = tomllib.loads(toml_text)
    except tomllib.TOMLDecodeError as e:
        raise ConfigError(f"The calendar's overrides cannot be read: {e}.") from e
    return MappingProxyType(dict(_entry(name, table) for name, table in tables.items()))


def overridden(day: date, override: Override) -> DayHours:
    by_rule = hours_by_rule(day)
    own = by_rule.own_trade_date if override.own_trade_date is None else override.own_trade_date
    if by_rule.close is None and override.own_trade_date is None:
        own = True  # the rules have it closed, so they cannot say
    word = "closed" if override.close is None else "early close"
    label = "" if override.close == ORDINARY_CLOSE else f"{word}: {override.note or 'override'}"
    return DayHours(override.close, own and override.close is not None, label, by_rule.business_day)


def _entry(name: str, table: object) -> tuple[date, Override]:
    try:
        day = date.fromisoformat(name)
    except ValueError as e:
        raise ConfigError(f"Calendar override [{name}]: the name is no date like 2025-01-09.") from e
    if not isinstance(table, dict) or "close" not in table:
        raise ConfigError(f'Calendar override [{name}]: give close = 13:00:00 or close = "closed".')
    if unknown := set(table) - _KEYS:
        raise ConfigError(f"Calendar override [{name}]: nobody reads {', '.join(sorted(unknown))}.")
    return day, Override(_close(name, table["close"]), _own(name, table), str(table.get("note", "")))


def _close(name: str, value: object) -> time | None:
    if value == "closed":
        return None
    if isinstance(value, str):
        try:
            value = time.fromisoformat(value)
        except ValueError:
            value = None
    if not isinstance(value, time) or value.tzinfo is not None or value > ORDINARY_CLOSE:
        raise ConfigError(
            f'Calendar override [{name}]: close must be a New York time up to 17:00, or "closed".'
        )
    return value


def _own(name: str, table: dict[str, object]) -> bool | None:
    said = table.get("trade_date")
    if said not in (None, "own", "next"):
        raise ConfigError(f'Calendar override [{name}]: trade_date is "own" or "next".')
    return None if said is None else said == "own"
