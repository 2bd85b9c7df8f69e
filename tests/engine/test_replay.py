"""A recorded tape through the same pipeline: at its own time, and to the same numbers."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.bars import PressureBar
from app.domain.errors import ConfigError
from app.domain.replay import ReplayChanged, Wish
from app.domain.routing import RECORDED
from app.domain.units import SECOND, Ns
from app.domain.updates import BarChanged, FlowChanged, GapChanged, InstrumentKnown, Mode, TopChanged
from app.engine.parts import EngineParts, Replay
from app.engine.tapes import REPLAY
from app.system.deck import Deck
from app.system.replay_clock import ReplayClock
from tests.engine.bench import Bench, until
from tests.engine.clocks import RTH
from tests.sources.databento.gateway import header, mapping, quote, trade, traded_quote

S = int(SECOND)
T0 = int(RTH)


class TapeBench(Bench):
    """The bench with a tape in place of the vendors."""

    tape: Replay

    def parts(self) -> EngineParts:
        return replace(super().parts(), replay=self.tape, clock=self.tape.clock)


def written(folder: Path, name: str, *records: bytes) -> Path:
    path = folder / name
    path.write_bytes(header() + b"".join(records))
    return path


def bench_of(folder: Path, files: Sequence[Path], speed: float = 60.0) -> TapeBench:
    deck = Deck(files)
    bench = TapeBench(folder, sources=(REPLAY,), mode=Mode.REPLAY)
    bench.tape = Replay(deck, ReplayClock(deck.begin, Ns(deck.end + 3 * S), speed))
    return bench


def bars(bench: Bench) -> dict[int, PressureBar]:
    return {told.bar.start: told.bar for told in bench.screen.now(BarChanged) if told.bar.seconds == 1}


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    """Ten seconds, a trade and a quote in each."""
    records = [mapping("NQU5")]
    for n in range(10):
        at = T0 + n * S
        records += [trade(21_000 + n, 2, "B" if n % 3 else "A", at), quote(21_000 + n, 21_001 + n, at + 10)]
    return written(tmp_path, "tape.dbn", *records)


async def test_a_tape_fills_the_screen_and_ends_there(tape: Path, tmp_path: Path) -> None:
    bench = bench_of(tmp_path / "data", [tape])
    async with bench.running():
        await until(lambda: len(bars(bench)) == 10 and all(b.closed for b in bars(bench).values()))
        await until(lambda: bench.screen.now(FlowChanged)[-1].last == 21_009 * 10**9)
        shown = bench.screen.now(FlowChanged)[-1]
        assert shown.cvd == 2 * (6 - 4)
        assert shown.provenance.source == "replay"
        assert shown.provenance.fidelity == RECORDED
        assert bench.screen.now(TopChanged)[-1].bid == 21_009 * 10**9
        assert {known.raw_symbol for known in bench.screen.now(InstrumentKnown)} == {"NQU5"}
        await until(lambda: not bench.screen.now(ReplayChanged)[-1].playing)
        assert not bench.screen.now(GapChanged)


async def test_nothing_is_shown_before_its_moment(tape: Path, tmp_path: Path) -> None:
    bench = bench_of(tmp_path / "data", [tape], speed=0.5)
    async with bench.running() as engine:
        await until(lambda: bars(bench))
        await engine.replay(Wish.PAUSE)
        await engine.replay(Wish.JUMP, T0 + 4 * S)
        await until(lambda: len(bars(bench)) == 4)
        await engine.replay(Wish.STEP)
        await until(lambda: len(bars(bench)) == 5)
        assert bench.tape.clock.now() == T0 + 4 * S + 5
        assert max(bars(bench)) <= bench.tape.clock.now()
        with pytest.raises(ConfigError, match="Back in time"):
            await engine.replay(Wish.JUMP, T0)
        await engine.replay(Wish.SPEED, 60.0)
        await engine.replay(Wish.PLAY)
        await until(lambda: len(bars(bench)) == 10)


async def test_recorded_connections_join_without_counting_twice(tmp_path: Path) -> None:
    one = [trade(21_000, 1, "B", T0 + n * S) for n in range(5)]
    # the second reaches back further than a reconnect: the program was started again
    two = [trade(21_000, 1, "B", T0 + n * S) for n in range(1, 9)]
    first = written(tmp_path, "databento-trades-20250610T150000000Z.dbn", mapping("NQU5"), *one)
    second = written(tmp_path, "databento-trades-20250610T150008000Z.dbn", mapping("NQU5"), *two)
    bench = bench_of(tmp_path / "data", [second, first])
    async with bench.running():
        await until(lambda: len(bars(bench)) == 9)
        assert [bar.bought for bar in bars(bench).values()] == [1] * 9
        (gap,) = [g for g in bench.screen.now(GapChanged) if g.channel.value == "nq.trades"][-1:]
        assert gap.filled


async def test_a_hole_between_recorded_connections_stays_marked(tmp_path: Path) -> None:
    first = written(
        tmp_path, "databento-trades-20250610T150000000Z.dbn", mapping("NQU5"), trade(21_000, 1, "B", T0)
    )
    late = trade(21_000, 1, "B", T0 + 9 * S)
    second = written(tmp_path, "databento-trades-20250610T150008000Z.dbn", mapping("NQU5"), late)
    bench = bench_of(tmp_path / "data", [first, second])
    async with bench.running():
        await until(lambda: len(bars(bench)) == 2)
        gap = [g for g in bench.screen.now(GapChanged) if g.channel.value == "nq.trades"][-1]
        assert (gap.filled, gap.start, gap.end) == (False, T0, T0 + 9 * S)
        await until(lambda: bench.screen.now(FlowChanged)[-1].cvd_partial)


def test_what_is_no_tape_of_nq_is_refused_in_one_sentence(tmp_path: Path) -> None:
    other = written(tmp_path, "es.dbn", mapping("ESM5"), trade(5_000, 1, "B", T0))
    with pytest.raises(ConfigError, match="no NQ future is in it but ESM5; Pitwall replays NQ only"):
        Deck([other])
    empty = written(tmp_path, "empty.dbn", mapping("NQU5"))
    with pytest.raises(ConfigError, match="no trade in it"):
        Deck([empty])
    with pytest.raises(ConfigError, match="named twice"):
        Deck([other, other])
    junk = tmp_path / "junk.dbn"
    junk.write_bytes(b"nothing of the kind")
    with pytest.raises(ConfigError, match="not a DBN file"):
        Deck([junk])


@given(st.data())
@settings(max_examples=60)
def test_a_damaged_tape_is_played_as_far_as_it_is_whole_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    whole = header() + mapping("NQU5") + b"".join(trade(21_000, 1, "B", T0 + n * S) for n in range(6))
    cut = data.draw(st.integers(len(header()), len(whole)))
    place = data.draw(st.integers(len(header()), len(whole) - 1))
    broken = bytearray(whole)
    broken[place] ^= data.draw(st.integers(0, 255))
    path = folder / "tape.dbn"
    path.write_bytes(bytes(broken[:cut]))
    said, trades = "tape.dbn", 0
    try:
        deck = Deck([path])
        trades = sum(len(batch.trades) for batch in deck.play(deck.end).batches)
    except ConfigError as refused:
        said = str(refused)
    assert "tape.dbn" in said
    assert trades <= 6


async def test_bought_files_that_overlap_count_each_trade_once(tmp_path: Path) -> None:
    first = written(
        tmp_path, "a.dbn", mapping("NQU5"), *(trade(21_000, 1, "B", T0 + n * S) for n in range(6))
    )
    second = written(
        tmp_path, "b.dbn", mapping("NQU5"), *(trade(21_000, 1, "B", T0 + n * S) for n in range(3, 10))
    )
    bench = bench_of(tmp_path / "data", [first, second])
    async with bench.running():
        await until(lambda: len(bars(bench)) == 10)
        await until(lambda: all(bar.closed for bar in bars(bench).values()))
        assert [bar.bought for bar in bars(bench).values()] == [1] * 10
        assert not bench.screen.now(GapChanged)


async def test_trades_told_by_two_kinds_of_files_count_once_and_none_is_missing(tmp_path: Path) -> None:
    own = [trade(21_000, 1, "B", T0 + n * S) for n in range(6)]
    with_quotes = [traded_quote(21_000, 1, "B", T0 + n * S) for n in range(3, 10)]
    first = written(tmp_path, "trades.dbn", mapping("NQU5"), *own)
    second = written(tmp_path, "tbbo.dbn", mapping("NQU5"), *with_quotes)
    bench = bench_of(tmp_path / "data", [first, second])
    async with bench.running():
        await until(lambda: len(bars(bench)) == 10)
        await until(lambda: all(bar.closed for bar in bars(bench).values()))
        assert [bar.bought for bar in bars(bench).values()] == [1] * 10
