from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import cycle
from math import isclose
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.domain import quote_kernel, quote_seconds
from app.domain.quote_seconds import QuoteSecond, QuoteSeconds
from app.domain.ticks import TopColumns, TopOfBook
from app.domain.units import SECOND, UNDEF_PRICE, Ns, px
from tests.domain.prints import T0

MS = SECOND // 1000
WAYS = (quote_seconds.PLAIN, quote_kernel.say)


@pytest.fixture(params=WAYS, ids=("plain", "compiled"), scope="module", autouse=True)
def way(request: pytest.FixtureRequest) -> Iterator[None]:
    """Every test here holds both before the compiled pass is loaded and after."""
    before, quote_seconds._say = quote_seconds._say, request.param
    yield
    quote_seconds._say = before


def columns(tops: Sequence[TopOfBook]) -> TopColumns:
    def column(values: Iterable[int], kind: type[np.generic]) -> NDArray[Any]:
        return np.array(list(values), kind)

    return TopColumns(
        column((t.instrument_id for t in tops), np.uint32),
        column((t.ts_event for t in tops), np.int64),
        column((t.ts_recv for t in tops), np.int64),
        column((UNDEF_PRICE if t.bid is None else t.bid for t in tops), np.int64),
        column((UNDEF_PRICE if t.ask is None else t.ask for t in tops), np.int64),
        column((t.bid_size or 0 for t in tops), np.uint32),
        column((t.ask_size or 0 for t in tops), np.uint32),
    )


def top(at: int, bid: str | None, ask: str | None, bid_size: int = 1, ask_size: int = 1) -> TopOfBook:
    return TopOfBook(
        1, Ns(at), Ns(at), None if bid is None else px(bid), None if ask is None else px(ask),
        None if bid is None else bid_size, None if ask is None else ask_size,
    )  # fmt: skip


def told(*tops: TopOfBook, until: int = 0) -> dict[int, QuoteSecond]:
    found = QuoteSeconds()
    found.add(columns(tops))
    found.close_until(Ns(until))
    return {one.start: one for one in found.changed()}


def test_a_quote_weighs_as_long_as_it_stood() -> None:
    one = told(
        top(T0, "100", "100.25", 30, 10),
        top(T0 + 250 * MS, "100", "100.25", 10, 30),
        until=T0 + 3 * SECOND,
    )[T0]

    assert one.imbalance == pytest.approx(0.5 * 0.25 - 0.5 * 0.75)
    assert one.quotes == 2
    # drawn to the bid: fewer stand there
    assert one.microprice == pytest.approx(100 + 0.25 * 10 / 40)


def test_what_stood_when_a_second_began_belongs_to_it() -> None:
    seconds = told(
        top(T0 + 500 * MS, "99", "101", 3, 1),
        top(T0 + SECOND + 500 * MS, "100", "100.25", 1, 3),
        until=T0 + 9 * SECOND,
    )
    second = seconds[T0 + SECOND]

    assert seconds[T0].imbalance == 0.5
    assert second.imbalance == 0.0
    assert (second.low_bid, second.high_ask) == (px(99), px(101))
    assert (second.bid, second.ask, second.quotes) == (px(100), px("100.25"), 1)


def test_a_quiet_second_is_not_told_and_weighs_nothing() -> None:
    seconds = told(
        top(T0, "100", "101", 3, 1),
        top(T0 + 5 * SECOND + 500 * MS, "100", "101", 1, 3),
        until=T0 + 9 * SECOND,
    )

    assert set(seconds) == {T0, T0 + 5 * SECOND}
    assert (seconds[T0].imbalance, seconds[T0 + 5 * SECOND].imbalance) == (0.5, 0.0)


def test_nothing_is_assumed_to_have_stood_through_a_loss() -> None:
    found = QuoteSeconds()
    found.add(columns([top(T0, "100", "101", 3, 1)]))
    found.cut()
    found.add(columns([top(T0 + SECOND + 500 * MS, "102", "103", 1, 3)]))
    first, second = found.changed()
    found.close_until(Ns(T0 + 9 * SECOND))
    (closed,) = found.changed()

    assert first.imbalance is None
    assert (second.low_bid, second.flow, second.imbalance) == (px(102), 0, None)
    assert (closed.start, closed.imbalance) == (T0 + SECOND, -0.5)


def test_an_empty_side_is_missing_and_not_nothing() -> None:
    seconds = told(top(T0, None, "101"), top(T0 + SECOND, "100", None), until=T0 + 9 * SECOND)
    first, second = seconds[T0], seconds[T0 + SECOND]

    assert (first.bid, first.bid_size, first.low_bid, first.ask) == (None, None, None, px(101))
    assert (first.imbalance, first.microprice) == (None, None)
    assert (second.bid, second.ask, second.flow) == (px(100), None, 0)


def test_order_flow_counts_what_came_to_and_left_the_best_prices() -> None:
    a = top(T0, "100", "101", 5, 7)
    cases = {
        top(T0 + 1, "100", "101", 8, 7): 3,
        top(T0 + 1, "100.25", "101", 4, 7): 4,
        top(T0 + 1, "99.75", "101", 9, 7): -5,
        top(T0 + 1, "100", "101", 5, 2): 5,
        top(T0 + 1, "100", "100.75", 5, 2): -2,
        top(T0 + 1, "100", "101.25", 5, 9): 7,
    }
    for after, flow in cases.items():
        assert told(a, after)[T0].flow == flow


def test_a_running_second_is_told_again_when_it_is_over() -> None:
    found = QuoteSeconds()
    found.add(columns([top(T0, "100", "101", 3, 1), top(T0 + 100 * MS, "100", "101", 1, 1)]))
    (running,) = found.changed()
    found.close_until(Ns(T0 + 3 * SECOND - 1))
    early = found.changed()
    found.close_until(Ns(T0 + 3 * SECOND))
    (over,) = found.changed()

    assert (running.imbalance, early) == (0.5, ())
    assert over.imbalance == pytest.approx(0.05)
    found.close_until(Ns(T0 + 9 * SECOND))
    assert found.changed() == ()


def test_a_quote_that_comes_late_still_counts_in_its_second() -> None:
    found = QuoteSeconds()
    found.add(columns([top(T0, "100", "101", 3, 1)]))
    found.close_until(Ns(T0 + 5 * SECOND))
    found.changed()
    found.add(columns([top(T0 + 900 * MS, "99", "101", 3, 1)]))
    (again,) = found.changed()

    assert (again.start, again.low_bid, again.quotes, again.imbalance) == (T0, px(99), 2, 0.5)


def _drawn(at: int, bid: int, spread: int, sizes: tuple[int, int]) -> TopOfBook:
    ask = str(bid + spread) if spread else None
    return top(T0 + at * MS, str(bid) if bid else None, ask, *sizes)


_tops = st.lists(
    st.builds(
        _drawn,
        at=st.integers(0, 4000),
        bid=st.sampled_from([0, 100, 101]),
        spread=st.integers(0, 2),
        sizes=st.tuples(st.integers(1, 9), st.integers(1, 9)),
    ),
    max_size=20,
).map(lambda drawn: sorted(drawn, key=lambda one: one.ts_event))


@given(_tops, st.integers(1, 20))
def test_seconds_equal_a_plain_count_and_do_not_depend_on_batches(tops: list[TopOfBook], size: int) -> None:
    end = T0 + 9 * SECOND
    whole = told(*tops, until=end)
    found, pieces = QuoteSeconds(), dict[int, QuoteSecond]()
    for start in range(0, len(tops), size):
        found.add(columns(tops[start : start + size]))
        found.close_until(Ns(tops[start].ts_event - SECOND))
        pieces.update({one.start: one for one in found.changed()})
    found.close_until(Ns(end))
    pieces.update({one.start: one for one in found.changed()})

    assert set(whole) == set(pieces) == {t.ts_event // SECOND * SECOND for t in tops}
    assert sum(one.quotes for one in whole.values()) == len(tops)
    for start, one in whole.items():
        other = pieces[start]
        assert (one.low_bid, one.high_ask, one.flow, one.quotes, one.microprice) == (
            other.low_bid, other.high_ask, other.flow, other.quotes, other.microprice,
        )  # fmt: skip
        plain = _plain_imbalance(tops, start)
        for said in (one.imbalance, other.imbalance):
            assert (said is None) == (plain is None)
            assert said is None or plain is None or isclose(said, plain, abs_tol=1e-12)


def _plain_imbalance(tops: list[TopOfBook], start: int) -> float | None:
    """Millisecond by millisecond."""
    weighted, weight = 0.0, 0
    for at in range(start, start + SECOND, MS):
        standing = [t for t in tops if t.ts_event <= at]
        if standing and standing[-1].bid_size is not None and standing[-1].ask_size is not None:
            bids, asks = standing[-1].bid_size, standing[-1].ask_size
            weighted += (bids - asks) / (bids + asks)
            weight += 1
    return weighted / weight if weight else None


@given(st.lists(_tops, min_size=1, max_size=4), st.integers(1, 7))
def test_instruments_do_not_mix_and_both_passes_take_turns(several: list[list[TopOfBook]], size: int) -> None:
    mixed = sorted(
        (replace(one, instrument_id=number) for number, tops in enumerate(several, 1) for one in tops),
        key=lambda one: one.ts_event,
    )
    found = QuoteSeconds()
    for start, way in zip(range(0, len(mixed), size), cycle(WAYS), strict=False):
        found._own_say = way
        found.add(columns(mixed[start : start + size]))
    found.close_until(Ns(T0 + 9 * SECOND))
    everything = found.changed()

    for number, tops in enumerate(several, 1):
        alone = told(*tops, until=T0 + 9 * SECOND)
        mine = {one.start: replace(one, instrument=1) for one in everything if one.instrument == number}
        assert mine == alone


def test_an_hour_at_once_outgrows_the_first_room() -> None:
    hour = [top(T0 + n * SECOND, "100", "101", 1 + n % 5, 2) for n in range(3_600)]
    found = told(*hour, until=T0 + 4_000 * SECOND)

    assert len(found) == 3_600
    assert all(one.quotes == 1 and one.imbalance is not None for one in found.values())
