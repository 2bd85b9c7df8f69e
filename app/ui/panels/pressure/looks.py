"""How the user wants the chart: look of the price, panes and overlays, where sums begin. No Qt."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import Any, Final

from app.domain.anchors import Anchor


class Style(Enum):
    LINE = "line"
    CANDLES = "candles"
    FOOTPRINT = "footprint"


@dataclass(frozen=True, slots=True)
class BarSize:
    """So many seconds, or so many trades; the other is 0."""

    seconds: int = 0
    trades: int = 0

    def __str__(self) -> str:
        if self.trades:
            return f"{self.trades:,} trades"
        if self.seconds % 60 == 0:
            return f"{self.seconds // 60} min"
        return f"{self.seconds} s"


SIZES: Final = (
    *(BarSize(seconds) for seconds in (1, 5, 15, 60, 300, 900)),
    *(BarSize(0, trades) for trades in (100, 500, 1000, 2000, 5000, 10_000)),
)


@dataclass(frozen=True, slots=True)
class Looks:
    """One flag for each pane under the price and for each overlay on it."""

    style: Style = Style.LINE
    anchor: Anchor = Anchor.SESSION
    pressure: bool = True
    quotes: bool = False
    ofi: bool = False
    delta: bool = True
    cvd: bool = True
    volume: bool = False
    bbo: bool = True
    sides: bool = True
    vwap: bool = True
    sma: bool = False
    ema: bool = False
    bollinger: bool = False
    profile: bool = True
    poc_line: bool = False
    naked: bool = False
    prints: bool = True
    sweeps: bool = False
    absorption: bool = False
    microprice: bool = False
    cvd_candles: bool = False
    cvd_sizes: bool = False
    bar_pressure: bool = False
    """Bars of the delta pane show P instead of contracts."""

    def with_flag(self, name: str, value: bool) -> "Looks":
        changed: dict[str, Any] = {name: value}
        return replace(self, **changed)

    def with_value(self, name: str, value: Enum) -> "Looks":
        changed: dict[str, Any] = {name: value}
        return replace(self, **changed)

    def remember(self) -> dict[str, str]:
        values = ((field.name, getattr(self, field.name)) for field in fields(self))
        return {name: value.value if isinstance(value, Enum) else str(value) for name, value in values}


PANES: Final = (
    ("pressure", "Pressure 5 s, 30 s, 5 min"),
    ("quotes", "Quote pressure"),
    ("ofi", "Order flow imbalance"),
    ("delta", "Delta bars"),
    ("cvd", "Cumulative delta"),
    ("volume", "Volume"),
)
OVERLAYS: Final = (
    ("bbo", "Bid and ask"),
    ("sides", "Price in the colour of the last aggressor"),
    ("vwap", "VWAP with 1 and 2 σ"),
    ("sma", "Simple averages of 20 and 50 bars"),
    ("ema", "Exponential averages of 20 and 50 bars"),
    ("bollinger", "Bollinger bands of 20 bars"),
    ("profile", "Session profile"),
    ("poc_line", "Developing POC"),
    ("naked", "Naked POCs of the last 80 bars"),
    ("prints", "Large prints"),
    ("sweeps", "Sweeps"),
    ("absorption", "Absorption"),
    ("microprice", "Microprice"),
)
READINGS: Final = (
    ("cvd_candles", "Cumulative delta as candles"),
    ("cvd_sizes", "Cumulative delta by size of the trade"),
    ("bar_pressure", "Delta bars as pressure"),
)


def recalled(kept: Mapping[str, str], base: Looks) -> Looks:
    """What was remembered; anything missing or unreadable stays as it is."""
    found: dict[str, Any] = {}
    for field in fields(Looks):
        text = kept.get(field.name, "")
        kind = type(getattr(base, field.name))
        if kind is bool and text in ("True", "False"):
            found[field.name] = text == "True"
        elif kind is not bool and text in {one.value for one in kind}:
            found[field.name] = kind(text)
    return replace(base, **found)
