"""However a connection is cut, replay and memory together give every trade once."""

from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.ticks import TradeColumns
from app.domain.units import SECOND, Ns
from app.engine.overlap import Overlap
from tests.engine.gateway import Trade, columns


def _identities(trades: TradeColumns) -> list[tuple[int, int, int, int]]:
    fields = (trades.ts_event, trades.instrument_id, trades.size, trades.sequence)
    return list(zip(*(column.tolist() for column in fields), strict=True))


@st.composite
def _sessions(draw: st.DrawFn) -> tuple[list[Trade], list[tuple[int, int]]]:
    """Trades with equal ones among them, and cuts: received so far, missed until the next login."""
    steps = draw(st.lists(st.integers(0, 3 * SECOND), min_size=1, max_size=40))
    at, trades = 0, []
    for step in steps:
        at += step if draw(st.booleans()) else 0
        trades.append(Trade(at, size=draw(st.integers(1, 2)), instrument=draw(st.integers(1, 2))))
    cuts = draw(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8)), max_size=6))
    return trades, cuts


@given(_sessions())
@settings(max_examples=200, deadline=None)
def test_cuts_lose_nothing_and_double_nothing(session: tuple[list[Trade], list[tuple[int, int]]]) -> None:
    trades, cuts = session
    overlap, got = Overlap(), list[tuple[int, int, int, int]]()
    overlap.replaying(None)
    position = 0
    for received, missed in cuts:
        for trade in trades[position : position + received]:
            got += _identities(overlap.fresh(columns([trade])))
        position = min(len(trades), position + received + missed)
        since = overlap.since()
        if since is None:
            since = Ns(0)
        overlap.replaying(since)
        replayed = [t for t in trades[:position] if t.at >= since]
        half = len(replayed) // 2
        got += _identities(overlap.fresh(columns(replayed[:half])))
        if received % 2:
            # cut again in the middle of the replay
            again = overlap.since()
            assert again is not None
            overlap.replaying(again)
            replayed, half = [t for t in trades[:position] if t.at >= again], 0
        got += _identities(overlap.fresh(columns(replayed[half:])))
        overlap.caught_up()
    got += _identities(overlap.fresh(columns(trades[position:])))
    assert sorted(got) == sorted(_identities(columns(trades)))


def test_only_the_last_second_is_remembered_while_nothing_is_replayed() -> None:
    overlap = Overlap()
    for n in range(100):
        overlap.fresh(columns([Trade(n * SECOND)]))
    assert overlap.since() == 98 * SECOND
    assert len(overlap._kept) <= 4
