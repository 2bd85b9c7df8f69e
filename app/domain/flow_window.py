"""The pressure table: who pressed in one window of one instrument, in words, and how sure that is."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

from app.domain.bars import PressureBar

# a share of 0.6 on one side is P = 0.2
_LEANS: Final = 0.2
_TRUSTED_TRADES: Final = 20


class Leaning(Enum):
    BUY = "BUY"
    SELL = "SELL"
    NEUTRAL = "NEUTRAL"


@dataclass(frozen=True, slots=True)
class FlowWindow:
    """`pressure` is None where nothing had a side; then there is no leaning and no confidence either.

    `significant`: beyond both bounds of the `Significance` it was judged by.
    """

    bar: PressureBar
    mean_size: float | None
    pressure: float | None
    unknown_share: float | None
    leaning: Leaning | None
    confidence: float | None
    significant: bool


@dataclass(frozen=True, slots=True)
class Significance:
    """One side had more than `ratio` times the other's, with a confidence above the other bound."""

    ratio: float = 2.0
    confidence: float = 0.7

    def admits(self, pressure: float | None, confidence: float | None) -> bool:
        if pressure is None or confidence is None:
            return False
        least = (self.ratio - 1) / (self.ratio + 1)
        return abs(pressure) > least and confidence > self.confidence


_USUAL: Final = Significance()


@dataclass(frozen=True, slots=True)
class FlowFilter:
    """What a row must reach to be shown: |P| of 0.09 is a ratio of 1.2 to 1."""

    pressure: float = 0.09
    volume: int = 50
    confidence: float = 0.6

    def admits(self, window: FlowWindow) -> bool:
        """A window without a side has neither pressure nor confidence: only an open filter shows it."""
        return (
            abs(window.pressure or 0.0) >= self.pressure
            and window.bar.volume >= self.volume
            and (window.confidence or 0.0) >= self.confidence
        )


def flow_window(bar: PressureBar, mark: Significance = _USUAL) -> FlowWindow:
    pressure, volume = bar.pressure, bar.volume
    confidence = None if pressure is None else min(bar.trades / _TRUSTED_TRADES, 1.0) * abs(pressure)
    return FlowWindow(
        bar=bar,
        mean_size=volume / bar.trades if bar.trades else None,
        pressure=pressure,
        unknown_share=bar.unknown / volume if volume else None,
        leaning=_leaning(pressure),
        confidence=confidence,
        significant=mark.admits(pressure, confidence),
    )


def _leaning(pressure: float | None) -> Leaning | None:
    if pressure is None:
        return None
    if abs(pressure) <= _LEANS:
        return Leaning.NEUTRAL
    return Leaning.BUY if pressure > 0 else Leaning.SELL
