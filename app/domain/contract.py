"""The instruments of the trade: NQ futures, option series and single option contracts."""

from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final

from app.domain.units import POINT, Px

MONTH_LETTERS: Final = "FGHJKMNQUVXZ"


class Right(Enum):
    CALL = "C"
    PUT = "P"


class Family(Enum):
    """Option families by the weekday they stop trading; the text is what the screen says."""

    QUARTERLY = "Quarterly"
    MONDAY = "Monday weekly"
    TUESDAY = "Tuesday weekly"
    WEDNESDAY = "Wednesday weekly"
    THURSDAY = "Thursday weekly"
    FRIDAY = "Friday weekly"
    END_OF_MONTH = "End of month"


@dataclass(frozen=True, slots=True, order=True)
class Future:
    """One quarterly NQ future; `year` has four digits."""

    year: int
    month: int

    @property
    def raw(self) -> str:
        """The CME and Databento symbol, one-digit year."""
        return f"NQ{MONTH_LETTERS[self.month - 1]}{self.year % 10}"

    @property
    def code(self) -> str:
        """The contract as a trader writes it, two-digit year."""
        return f"NQ{MONTH_LETTERS[self.month - 1]}{self.year % 100:02d}"


@dataclass(frozen=True, slots=True, order=True)
class Series:
    """One expiry of one option family. `root` is always the CME root (Q2A, QN1, QNE, NQ …)."""

    root: str
    year: int
    month: int

    @property
    def raw(self) -> str:
        return f"{self.root}{MONTH_LETTERS[self.month - 1]}{self.year % 10}"


@dataclass(frozen=True, slots=True)
class Contract:
    """One option. `expiry` is what the vendor said (definition or page); None when nobody said it."""

    series: Series
    strike: Px
    right: Right
    expiry: date | None = None

    @property
    def raw(self) -> str:
        """The CME and Databento raw symbol, e.g. `Q2AM5 C21500`."""
        return f"{self.series.raw} {self.right.value}{strike_text(self.strike)}"


def strike_text(strike: Px) -> str:
    """As symbols write it: every digit it has and none more."""
    whole, rest = divmod(strike, POINT)
    return f"{whole}.{rest:09d}".rstrip("0") if rest else str(whole)
