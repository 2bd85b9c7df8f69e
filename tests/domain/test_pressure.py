from collections.abc import Iterator, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain import pressure, pressure_kernel
from app.domain.bars import PressureBar
from app.domain.pressure import PressureBook
from app.domain.ticks import BUY, NO_SIDE, SELL
from app.domain.units import MINUTE, SECOND, Ns
from tests.domain.trade_columns import Print, columns

T0 = 1_750_000_020 * SECOND
WAYS = (pressure.PLAIN, pressure_kernel.merge)


@pytest.fixture(params=WAYS, ids=("plain", "compiled"), scope="module", autouse=True)
def way(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test here holds both before the compiled way is loaded and after."""
    before, pressure._merge = pressure._merge, request.param
    yield
    pressure._merge = before


def book_of(*prints: Print, seconds: int = 60) -> PressureBook:
    book = PressureBook(seconds)
    book.add(columns(prints))
    return book


def test_a_bar_tells_who_bought_and_who_sold() -> None:
    book = book_of(
        Print(T0 + 1, 5, BUY, price=100),
        Print(T0 + 2, 7, SELL, price=90),
        Print(T0 + 3, 2, NO_SIDE, price=120),
        Print(T0 + 4, 1, BUY, price=110),
    )
    (bar,) = book.bars(1)

    assert (bar.start, bar.seconds, bar.trades) == (1_750_000_020 * SECOND, 60, 4)
    assert (bar.bought, bar.sold, bar.unknown) == (6, 7, 2)
    assert (bar.open, bar.high, bar.low, bar.close) == (100, 120, 90, 110)
    assert (bar.low_delta, bar.high_delta) == (-2, 5)
    assert bar.pressure == pytest.approx(-1 / 13)
    assert (bar.closed, bar.revised) == (False, False)


def test_windows_are_aligned_to_the_epoch() -> None:
    book = book_of(Print(T0 - 1), Print(T0), Print(T0 + MINUTE - 1), Print(T0 + MINUTE))

    assert [(bar.start, bar.trades) for bar in book.bars(1)] == [
        (T0 - MINUTE, 1),
        (T0, 2),
        (T0 + MINUTE, 1),
    ]


def test_all_windows_that_are_due_close_at_once_and_only_by_the_clock() -> None:
    book = book_of(*(Print(T0 + n * MINUTE, instrument=i) for n in range(3) for i in (1, 2)))
    book.changed()
    book.close_until(Ns(T0 + MINUTE + 2 * SECOND - 1))
    early = book.changed()
    book.close_until(Ns(T0 + 2 * MINUTE + 2 * SECOND))
    due = book.changed()

    assert early == ()
    assert {(bar.instrument, bar.start) for bar in due} == {
        (i, T0 + n * MINUTE) for n in range(2) for i in (1, 2)
    }
    assert all(bar.closed and not bar.revised for bar in due)
    assert [bar.closed for bar in book.bars(1)] == [True, True, False]


def test_a_late_trade_counts_and_marks_its_bar_as_revised() -> None:
    book = book_of(Print(T0, 5))
    book.close_until(Ns(T0 + 5 * MINUTE))
    book.changed()
    book.add(columns([Print(T0 + 1, 2, SELL), Print(T0 + MINUTE, 4)]))
    revised, new = book.changed()

    assert (revised.bought, revised.sold, revised.closed, revised.revised) == (5, 2, True, True)
    assert (new.start, new.bought, new.closed, new.revised) == (T0 + MINUTE, 4, True, True)


def test_changed_names_each_bar_once_in_its_newest_state() -> None:
    book = PressureBook(1)
    for n in range(5):
        book.add(columns([Print(T0 + n, 1)]))
    (bar,) = book.changed()

    assert bar.bought == 5
    assert book.changed() == ()


def test_open_and_close_follow_event_time_whatever_arrived_first() -> None:
    book = book_of(Print(T0 + 5, price=5), Print(T0 + 3, price=3), Print(T0 + 9, price=9))
    book.add(columns([Print(T0 + 1, price=1), Print(T0 + 7, price=7)]))
    (bar,) = book.bars(1)

    assert (bar.open, bar.close) == (1, 9)


def test_trailing_pressure_divides_by_what_has_a_side() -> None:
    book = book_of(
        Print(T0, 90, SELL),
        Print(T0 + 10 * SECOND, 30, BUY),
        Print(T0 + 11 * SECOND, 10, SELL),
        Print(T0 + 11 * SECOND, 10, NO_SIDE),
        seconds=1,
    )

    assert book.pressure(1, 5, Ns(T0 + 12 * SECOND)) == (0.5, 40, 0.2)
    assert book.pressure(1, 60, Ns(T0 + 12 * SECOND))[1] == 130
    assert book.pressure(1, 5, Ns(T0 + 60 * SECOND)) == (None, 0, None)
    assert book.pressure(99, 5, Ns(T0)) == (None, 0, None)


def test_only_sideless_volume_has_no_pressure_but_a_share() -> None:
    book = book_of(Print(T0, 3, NO_SIDE), seconds=1)

    assert book.pressure(1, 5, Ns(T0 + SECOND)) == (None, 0, 1.0)


def test_cvd_runs_on_while_old_bars_are_dropped() -> None:
    book = book_of(Print(T0, 5), Print(T0 + MINUTE, 3, SELL), Print(T0 + 2 * MINUTE, 4))
    book.changed()
    book.drop_before(Ns(T0 + MINUTE))

    assert [bar.start for bar in book.bars(1)] == [T0 + MINUTE, T0 + 2 * MINUTE]
    assert book.cvd(1) == 6
    assert book.cvd(1, since=Ns(T0 + 2 * MINUTE)) == 4
    assert book.cvd(99) == 0


def test_dropping_keeps_what_is_open_and_what_was_not_told() -> None:
    book = book_of(Print(T0), Print(T0 + MINUTE, instrument=2), Print(T0 + MINUTE, instrument=3))
    book.drop_before(Ns(T0 + MINUTE))
    told = book.changed()
    book.close_until(Ns(T0 + 9 * MINUTE))
    book.add(columns([Print(T0 + 10 * MINUTE, 8, instrument=2)]))

    assert [bar.instrument for bar in told] == [2, 3]
    assert [(bar.instrument, bar.bought, bar.closed) for bar in book.changed()] == [
        (2, 1, True),
        (3, 1, True),
        (2, 8, False),
    ]
    assert book.instruments() == (2, 3)


def test_no_trades_change_nothing() -> None:
    book = PressureBook(60)
    book.add(columns([]))
    book.close_until(Ns(T0))

    assert (book.changed(), book.bars(1)) == ((), ())
    with pytest.raises(ValueError, match="a second"):
        PressureBook(0)


_prints = st.builds(
    Print,
    ts=st.integers(T0, T0 + 200 * SECOND),
    size=st.integers(0, 50),
    side=st.sampled_from([BUY, SELL, NO_SIDE]),
    price=st.integers(-1000, 1000),
    instrument=st.integers(1, 3),
)


def _counted(prints: Sequence[Print], seconds: int) -> dict[tuple[int, int], list[Print]]:
    """The plain way: each trade into its window's list."""
    windows: dict[tuple[int, int], list[Print]] = {}
    for p in prints:
        windows.setdefault((p.instrument, p.ts // (seconds * SECOND)), []).append(p)
    return windows


def _plain_bar(prints: Sequence[Print], seconds: int) -> PressureBar:
    run, runs = 0, [0]
    for p in prints:
        run += p.size * p.side
        runs.append(run)
    by_time = sorted(prints, key=lambda p: p.ts)
    return PressureBar(
        instrument=prints[0].instrument,
        start=Ns(prints[0].ts // (seconds * SECOND) * seconds * SECOND),
        seconds=seconds,
        bought=sum(p.size for p in prints if p.side == BUY),
        sold=sum(p.size for p in prints if p.side == SELL),
        unknown=sum(p.size for p in prints if p.side == NO_SIDE),
        trades=len(prints),
        open=by_time[0].price,  # type: ignore[arg-type]
        high=max(p.price for p in prints),  # type: ignore[arg-type]
        low=min(p.price for p in prints),  # type: ignore[arg-type]
        close=by_time[-1].price,  # type: ignore[arg-type]
        low_delta=min(runs),
        high_delta=max(runs),
        last_side=by_time[-1].side,
    )


@given(st.lists(_prints, max_size=60), st.sampled_from([1, 60, 300]))
def test_bars_equal_a_plain_count(prints: list[Print], seconds: int) -> None:
    book = book_of(*prints, seconds=seconds)
    told = {(bar.instrument, bar.start): bar for bar in book.changed()}
    expected = [_plain_bar(group, seconds) for group in _counted(prints, seconds).values()]

    assert told == {(bar.instrument, bar.start): bar for bar in expected}
    for instrument in (1, 2, 3):
        assert book.cvd(instrument) == sum(p.size * p.side for p in prints if p.instrument == instrument)


@given(st.lists(st.tuples(st.sampled_from([1, 2**32 - 1]), st.sampled_from([0, 2**30])), max_size=9))
def test_however_far_apart_numbers_and_times_are(apart: list[tuple[int, int]]) -> None:
    prints = [Print(T0 + s * SECOND, size=2, instrument=instrument) for instrument, s in apart]
    told = {(bar.instrument, bar.start): bar.volume for bar in book_of(*prints, seconds=1).changed()}

    assert told == {(i, T0 + s * SECOND): 2 * apart.count((i, s)) for i, s in apart}


@given(st.lists(st.tuples(st.lists(_prints, max_size=20), st.sampled_from(WAYS)), max_size=8))
def test_both_ways_take_turns_over_the_same_bars(
    turns: list[tuple[list[Print], pressure.Merge]],
) -> None:
    book = PressureBook(1)
    for number, (prints, merge) in enumerate(turns):
        book._merge_by = merge
        book.add(columns(prints))
        book.close_until(Ns(T0 + 25 * number * SECOND))
        if number % 3 == 2:
            book.drop_before(Ns(T0 + 20 * number * SECOND))
    everything = [p for prints, _ in turns for p in prints]

    for instrument in (1, 2, 3):
        mine = [p for p in everything if p.instrument == instrument]
        assert book.cvd(instrument) == sum(p.size * p.side for p in mine)
        starts = [bar.start for bar in book.bars(instrument)]
        assert starts == sorted(set(starts))


def test_many_bars_are_found_again_when_the_first_room_is_full() -> None:
    many = [Print(T0 + n * SECOND, size=n + 1, instrument=1 + n % 7) for n in range(5_000)]
    book = PressureBook(1)
    for start in range(0, len(many), 900):
        book.add(columns(many[start : start + 900]))
    book.add(columns(many))
    book.drop_before(Ns(T0 + 2_000 * SECOND))
    book.add(columns(many[2_000:]))

    for instrument in range(1, 8):
        kept = [p for p in many[2_000:] if p.instrument == instrument]
        assert [(bar.start, bar.volume) for bar in book.bars(instrument)] == [
            (p.ts, 3 * p.size) for p in kept
        ]


@given(st.lists(_prints, max_size=60), st.lists(st.integers(0, 60), max_size=6), st.integers(0, 300))
def test_bars_do_not_depend_on_batches_and_lose_nothing(
    prints: list[Print], cuts: list[int], dropped: int
) -> None:
    whole, pieces = book_of(*prints), PressureBook(60)
    edges = [0, *sorted(min(cut, len(prints)) for cut in cuts), len(prints)]
    for start, end in pairwise(edges):
        pieces.add(columns(prints[start:end]))
    for book in (whole, pieces):
        book.close_until(Ns(T0 + 90 * SECOND))
    bars = [bar for i in (1, 2, 3) for bar in whole.bars(i)]

    assert bars == [bar for i in (1, 2, 3) for bar in pieces.bars(i)]
    assert sum(bar.volume for bar in bars) == sum(p.size for p in prints)
    assert sum(bar.trades for bar in bars) == len(prints)
    whole.drop_before(Ns(T0 + dropped * SECOND))
    assert [bar for i in (1, 2, 3) for bar in whole.bars(i)] == [
        bar for bar in bars if bar.end > T0 + dropped * SECOND
    ]
