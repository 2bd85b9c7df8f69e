"""Prints as a market makes them, drawn for property tests."""

from itertools import pairwise

from hypothesis import strategies as st

from app.domain.ticks import BUY, NO_SIDE, SELL, TradeColumns
from app.domain.units import FUTURE_TICK, MINUTE, SECOND
from tests.domain.trade_columns import Print, columns

# the begin of an hour
T0 = 1_750_003_200 * SECOND
LEVEL = 86_000

prints = st.builds(
    lambda ts, size, side, ticks, instrument: Print(
        ts, size, side, (LEVEL + ticks) * FUTURE_TICK, instrument
    ),
    ts=st.integers(T0, T0 + 5 * MINUTE - 1),
    size=st.integers(1, 60),
    side=st.sampled_from([BUY, SELL, NO_SIDE]),
    ticks=st.integers(-12, 12),
    instrument=st.integers(1, 2),
)
sessions = st.lists(prints, max_size=60).map(lambda all_: sorted(all_, key=lambda p: p.ts))
cuts = st.lists(st.integers(0, 60), max_size=6)


def pieces(all_prints: list[Print], at: list[int]) -> list[TradeColumns]:
    edges = [0, *sorted(min(cut, len(all_prints)) for cut in at), len(all_prints)]
    return [columns(all_prints[start:end]) for start, end in pairwise(edges)]


def of(all_prints: list[Print], instrument: int) -> list[Print]:
    return [p for p in all_prints if p.instrument == instrument]
