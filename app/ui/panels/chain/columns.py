"""What the board can show of a contract, in the order from the strike outwards, and which of it is chosen."""

from enum import Enum
from typing import Final


class Column(Enum):
    """The text is the heading."""

    BID = "Bid"
    ASK = "Ask"
    MID = "Mid"
    LAST = "Last"
    VOLUME = "Vol"
    INTEREST = "OI"
    INTEREST_CHANGE = "ΔOI"
    VOL = "IV"
    DELTA = "Δ"
    GAMMA = "Γ"
    THETA = "Θ"
    VEGA = "V"
    AGE = "Age"


PRICES: Final = (Column.BID, Column.ASK, Column.MID, Column.LAST)
WORKED_OUT: Final = (Column.VOL, Column.DELTA, Column.GAMMA, Column.THETA, Column.VEGA)

ABOUT: Final = {
    Column.BID: "best bid of the snapshot, points",
    Column.ASK: "best ask of the snapshot, points",
    Column.MID: "(bid + ask) / 2, only when both exist and do not cross, points",
    Column.LAST: "last trade, or the settlement (marked s), points",
    Column.VOLUME: "contracts traded this session (marked p: of a prior session, in no sum)",
    Column.INTEREST: "open interest of the last settlement, contracts",
    Column.INTEREST_CHANGE: "open interest less that of the settlement before, contracts",
    Column.VOL: "implied volatility of the mid, Black-76 on the chain's own future",
    Column.DELTA: "delta of the mid, per point of the future (Black-76)",
    Column.GAMMA: "change of delta per point of the future (Black-76)",
    Column.THETA: "dollars a calendar day for one contract (Black-76)",
    Column.VEGA: "dollars a percentage point of volatility for one contract (Black-76)",
    Column.AGE: "how long ago its quote, or where that has no time its last trade, was so",
}
# The longest text that a column must show whole; a longer one is written smaller.
WIDEST: Final = {
    Column.BID: "1,234.50", Column.ASK: "1,234.50", Column.MID: "1,234.50", Column.LAST: "1,234.50 s",
    Column.VOLUME: "12,345 p", Column.INTEREST: "12,345", Column.INTEREST_CHANGE: "+1,234",
    Column.VOL: "123.4%", Column.DELTA: "+0.55", Column.GAMMA: "0.00123", Column.THETA: "−1,234",
    Column.VEGA: "123.4", Column.AGE: "9 m 59 s",
}  # fmt: skip
WIDEST_STRIKE: Final = "23,772.50"

AT_FIRST: Final[tuple[Column, ...]] = (
    Column.BID, Column.ASK, Column.MID, Column.LAST, Column.VOLUME, Column.INTEREST, Column.VOL,
    Column.DELTA, Column.AGE,
)  # fmt: skip


def as_text(chosen: tuple[Column, ...]) -> str:
    return " ".join(column.name.lower() for column in chosen)


def from_text(text: str) -> tuple[Column, ...]:
    """Leniently: names nobody knows are left out; without one that is known, the columns of the start."""
    names = set(text.upper().split())
    return tuple(column for column in Column if column.name in names) or AT_FIRST


def switched(chosen: tuple[Column, ...], column: Column) -> tuple[Column, ...]:
    """With or without that column; the last one stays."""
    wanted = set(chosen) ^ {column}
    return tuple(one for one in Column if one in wanted) or chosen
