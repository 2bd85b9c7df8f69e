"""What the exchange is doing at a moment, and who says so."""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from app.domain.units import Ns


class MarketState(Enum):
    RTH = "RTH"
    ETH = "ETH"
    MAINTENANCE = "MAINTENANCE"
    CLOSED = "CLOSED"
    HALTED = "HALTED"
    UNKNOWN = "UNKNOWN"

    @property
    def is_open(self) -> bool:
        """UNKNOWN counts as open, so that silence is never excused by ignorance."""
        return self in (MarketState.RTH, MarketState.ETH, MarketState.UNKNOWN)


class SaidBy(Enum):
    RULES = "rules"
    OVERRIDE = "override"
    EXCHANGE = "exchange"


@dataclass(frozen=True, slots=True)
class SessionMoment:
    at: Ns
    state: MarketState
    trading_day: date
    next_change: Ns
    next_state: MarketState
    said_by: SaidBy
    holiday: str = ""
