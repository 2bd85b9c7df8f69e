"""Every setting with default, range and description; dialog, file and README table are made from these."""

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, replace
from typing import Any, cast

from app.domain.errors import ConfigError

Value = bool | int | float | str


def _setting(default: Value, description: str, *, unit: str = "", low: float | None = None,
             high: float | None = None, choices: tuple[str, ...] = ()) -> Any:  # fmt: skip
    described = {"description": description, "unit": unit, "low": low, "high": high, "choices": choices}
    return field(default=default, metadata=described)


@dataclass(frozen=True, slots=True)
class Settings:
    """One flat table; the part of a name before the first underscore is its group in the dialog."""

    profile: str = _setting("all_sources", "Profile that decides which sources may feed what")
    screen_zone: str = _setting(
        "America/Chicago", "Time zone of axes and tables",
        choices=("America/Chicago", "America/New_York", "local", "UTC"),
    )  # fmt: skip
    screen_theme: str = _setting("dark", "Colours of the window", choices=("dark", "light", "colour-blind"))
    screen_frames: int = _setting(30, "Most repaints a second", unit="1/s", low=5, high=60)
    screen_close_to_tray: bool = _setting(
        False, "Closing the window leaves Pitwall running in the system's tray, where there is one"
    )
    screen_mute: bool = _setting(False, "No pop-up alerts from the system's tray")
    screen_latency_good: int = _setting(80, "Feed latency up to here is good", unit="ms", low=1, high=10_000)
    screen_latency_fair: int = _setting(
        150, "Feed latency beyond here is marked as slow", unit="ms", low=1, high=10_000
    )
    screen_latency_bad: int = _setting(
        300, "Feed latency beyond here is marked as bad", unit="ms", low=1, high=10_000
    )
    chart_minutes: int = _setting(60, "Length of the price chart", unit="min", low=5, high=1440)
    chart_bar: int = _setting(60, "Width of a pressure bar", unit="s", low=1, high=3600)
    chart_backfill: int = _setting(
        60, "How much of the past is asked of a tick feed when it opens", unit="min", low=0, high=1440
    )
    chart_roll: str = _setting(
        "ask", "When the next quarterly future is charted instead of the front one",
        choices=("ask", "at session open"),
    )  # fmt: skip
    chart_small: int = _setting(
        4, "Largest trade that is small in cumulative delta by size", unit="contracts", low=1, high=62
    )
    chart_large: int = _setting(
        20, "Smallest trade that is large in cumulative delta by size", unit="contracts", low=2, high=64
    )
    flow_window: int = _setting(300, "Window of the pressure table", unit="s", low=5, high=3600)
    flow_ratio: float = _setting(
        2.0, "Ratio of one side to the other above which a row of the pressure table is significant",
        low=1, high=100,
    )  # fmt: skip
    flow_confidence: float = _setting(
        0.7, "Confidence above which a row of the pressure table is significant", low=0, high=1
    )
    databento_dataset: str = _setting("GLBX.MDP3", "Databento dataset of the tick feed")
    databento_heartbeat: int = _setting(5, "Heartbeat asked of Databento", unit="s", low=5, high=60)
    databento_hours: str = _setting(
        "always",
        "When Databento streams (fewer hours save money only where its live data is charged by size)",
        choices=("always", "regular hours"),
    )
    databento_strikes: int = _setting(
        10, "Option strikes on each side of the money whose quotes are streamed", low=0, high=100
    )
    databento_expiries: int = _setting(
        3, "Nearest option expiries whose quotes are streamed around the money", low=1, high=10
    )
    barchart_enabled: bool = _setting(
        False, "Barchart may be read (its terms restrict automated reading; off until you agree)"
    )
    barchart_interval: int = _setting(60, "Time between two reads of one chain", unit="s", low=30, high=3600)
    barchart_per_minute: int = _setting(
        10, "Most requests to Barchart a minute", unit="1/min", low=1, high=30
    )
    barchart_spacing: float = _setting(1.5, "Shortest time between two requests", unit="s", low=0.5, high=60)
    barchart_browser: bool = _setting(
        False, "Barchart's cookies and pages come through the embedded browser, where it is installed"
    )
    massive_interval: int = _setting(
        15, "Time between two reads of the NQ future's price from Massive", unit="s", low=1, high=3600
    )
    massive_per_minute: int = _setting(
        5, "Calls a minute that the Massive plan allows (its free tier: 5)", unit="1/min", low=1, high=600
    )
    massive_address: str = _setting(
        "", "Address of Massive's API from the next start on, https only; empty: the usual one"
    )
    massive_proxies: str = _setting(
        "NDX", "Whose options Massive is asked for as a proxy of NQ's",
        choices=("NDX", "QQQ", "NDX and QQQ", "none"),
    )  # fmt: skip
    cache_mode: str = _setting(
        "market",
        "Cache times by market state, or the classic 5 and 30 minutes",
        choices=("market", "classic"),
    )
    cache_size: int = _setting(500, "Most disk space of the cache", unit="MB", low=50, high=20_000)
    capture_size: int = _setting(500, "Most disk space of captures", unit="MB", low=50, high=20_000)
    capture_days: int = _setting(14, "Age at which captures are thinned", unit="days", low=1, high=365)
    recorder_enabled: bool = _setting(
        True, "What Databento sends is kept on disk for replay (once off, on again with the next connection)"
    )
    recorder_size: int = _setting(
        2000, "Most disk space of recordings; the oldest make room", unit="MB", low=100, high=1_000_000
    )
    cost_budget: float = _setting(200.0, "Most money a month for data", unit="$", low=0, high=100_000)
    cost_notice: float = _setting(
        150.0, "Amount at which a month draws notice", unit="$", low=0, high=100_000
    )
    cost_over_limit: str = _setting(
        "refuse", "What happens to paid requests beyond the budget", choices=("refuse", "ask each time")
    )
    cost_databento: float = _setting(
        179.0,
        "Monthly fee of the Databento plan (check it against your own bill)",
        unit="$",
        low=0,
        high=100_000,
    )
    cost_massive: float = _setting(
        0.0, "Monthly fee of the Massive plan (0: its free tier)", unit="$", low=0, high=100_000
    )
    cost_tradovate: float = _setting(
        25.0,
        "Monthly fee of Tradovate's API access (the exchange's data licence is a plan of its own)",
        unit="$",
        low=0,
        high=100_000,
    )
    option_rate: float = _setting(
        0.04, "Interest rate for implied volatility and greeks", low=-0.05, high=0.25
    )
    clock_server: str = _setting(
        "pool.ntp.org", "Time server that the machine's clock is compared with once an hour; empty: none"
    )
    log_level: str = _setting("INFO", "Least serious message kept in the log",
                              choices=("DEBUG", "INFO", "WARNING", "ERROR"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One setting as the dialog and the README show it."""

    name: str
    default: Value
    allowed: str
    unit: str
    description: str


def described() -> tuple[SettingLine, ...]:
    return tuple(
        SettingLine(
            f.name, cast(Value, f.default), _allowed(f), f.metadata["unit"], f.metadata["description"]
        )
        for f in fields(Settings)
    )


def markdown_table() -> str:
    rows = ["| setting | default | allowed | meaning |", "|---|---|---|---|"]
    for line in described():
        unit = f" {line.unit}" if line.unit else ""
        rows.append(f"| `{line.name}` | {_text(line.default)}{unit} | {line.allowed} | {line.description} |")
    return "\n".join(rows) + "\n"


def read(values: Mapping[str, object]) -> tuple[Settings, dict[str, object]]:
    """Checked settings, and the entries no code knows, which the file must keep."""
    known = {f.name: f for f in fields(Settings)}
    good = {name: _checked(known[name], value) for name, value in values.items() if name in known}
    unknown = {name: value for name, value in values.items() if name not in known}
    return Settings(**cast(dict[str, Any], good)), unknown


def with_value(settings: Settings, name: str, value: object) -> Settings:
    for f in fields(Settings):
        if f.name == name:
            changed: dict[str, Any] = {name: _checked(f, value)}
            return replace(settings, **changed)
    raise ConfigError(f"There is no setting called {name}.")


def _checked(f: Field[Any], value: object) -> Value:
    kind = type(f.default)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        value = float(value)
    if type(value) is not kind:
        raise ConfigError(f"Setting {f.name}: {value!r} is not {_KINDS[kind]}.")
    low, high, choices = f.metadata["low"], f.metadata["high"], f.metadata["choices"]
    if choices and value not in choices:
        raise ConfigError(f"Setting {f.name}: {value!r} is not one of {', '.join(choices)}.")
    if isinstance(value, int | float) and not _within(value, low, high):
        raise ConfigError(f"Setting {f.name}: {value} is outside {_allowed(f)}.")
    return cast(Value, value)


def _within(value: float, low: float | None, high: float | None) -> bool:
    """Says no to NaN, whose comparisons are all false."""
    return (low is None or value >= low) and (high is None or value <= high)


def _allowed(f: Field[Any]) -> str:
    low, high, choices = f.metadata["low"], f.metadata["high"], f.metadata["choices"]
    if choices:
        return ", ".join(choices)
    if isinstance(f.default, bool):
        return "yes, no"
    return f"{low:,} to {high:,}" if low is not None and high is not None else "text"


def _text(value: Value) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


_KINDS = {bool: "yes or no", int: "a whole number", float: "a number", str: "text"}
