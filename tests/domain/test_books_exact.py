"""Every order book equals the plain one, whatever comes, in whatever pieces, by whichever pass."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from databento_dbn import MBOMsg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain import books_state
from app.domain.book import ASK, BID
from app.domain.books import PLAIN, Passes
from app.domain.ticks import TopOfBook
from app.domain.units import POINT, UNDEF_PRICE
from tests.domain.order_books import (
    END,
    STEPS,
    TICK,
    Step,
    bytes_of,
    check,
    clear,
    event,
    expected,
    kept,
    levels,
    seen,
    taken,
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, max_size=200), st.lists(st.integers(0, 200 * 56), max_size=4), st.data())
def test_every_book_equals_the_plain_one_in_whatever_pieces_it_comes(
    compiled: Passes, steps: Sequence[Step], cuts: list[int], data: st.DataObject
) -> None:
    """The passes take turns over the same memory."""
    stream = bytes_of(steps)
    tape, books = kept(PLAIN)
    for start, end in pairwise(sorted({0, *(cut for cut in cuts if cut < len(stream)), len(stream)})):
        books._own_passes = data.draw(st.sampled_from([PLAIN, compiled]))
        tape.feed(stream[start:end])
        taken(tape)

    check(books, steps)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, max_size=150))
def test_the_last_top_told_is_that_of_the_book(compiled: Passes, steps: Sequence[Step]) -> None:
    tape, books = kept(compiled)
    told: dict[int, TopOfBook] = {}
    for step in steps:
        tape.feed(bytes_of([step]))
        told |= {top.instrument_id: top for top in taken(tape).tops}
    for instrument in expected(steps):
        view = books.view(instrument, 1)
        if view is None or not view.synced:
            continue
        top = told.get(instrument)
        if top is None:
            assert (len(view.bids), len(view.asks)) == (0, 0)
            continue
        bid, ask = (side.price.tolist() for side in (view.bids, view.asks))
        assert ([top.bid] if bid else [], [top.ask] if ask else []) == (bid, ask)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, max_size=150), st.booleans())
def test_every_top_is_written_down_as_if_one_had_looked_after_each_record(
    compiled: Passes, steps: Sequence[Step], plainly: bool
) -> None:
    looking, at_once = kept(compiled)[0], kept(PLAIN if plainly else compiled, every_top=True)[0]
    seen_tops: list[TopOfBook] = []
    for step in steps:
        looking.feed(bytes_of([step]))
        seen_tops += taken(looking).tops
    at_once.feed(bytes_of(steps))
    batch = taken(at_once)

    assert batch.every_top is not None
    assert list(batch.every_top) == seen_tops
    assert batch.tops is not None
    again = taken(at_once).every_top
    assert again is not None
    assert len(again) == 0


def lively(count: int, seed: int, prices: int, step: int) -> list[Step]:
    """A long life of one book around a price that wanders off, with orders far from it."""
    chance = np.random.default_rng(seed)
    middle = 20_000 * POINT + (chance.integers(-1, 2, count).cumsum() * step)
    away = np.where(chance.random(count) < 0.05, chance.integers(0, 50 * prices, count), 0)
    away += chance.integers(1, prices, count)
    steps: list[Step] = [("R", "N", 0, UNDEF_PRICE, 0, END, 1)]
    for n in range(count):
        side = "BA"[int(chance.integers(0, 2))]
        price = int(middle[n]) + int(away[n]) * (TICK if side == "A" else -TICK)
        action, order = "AAACCM"[int(chance.integers(0, 6))], int(chance.integers(1, 900))
        steps.append((action, side, order, price, int(chance.integers(1, 9)), END, 1))
    return steps


@pytest.mark.parametrize(("prices", "step"), [(20, 0), (20, 40 * TICK), (300, TICK), (40, TICK // 5)])
def test_a_book_stays_exact_while_its_ladder_is_fitted_again(
    compiled: Passes, prices: int, step: int
) -> None:
    steps = lively(12_000, 7, prices, step)
    tape, books = kept(compiled)
    edge = 0
    for start in range(0, len(steps), 3_000):
        edge = start + 3_000
        tape.feed(bytes_of(steps[start:edge]))
        check(books, steps[:edge])
    head = books._state.head(1)

    assert head[books_state.WIDTH] >= 64


def test_orders_outgrow_their_first_memory(compiled: Passes) -> None:
    number = np.arange(60_000)
    adds = np.frombuffer(clear() + event("A", ASK, 1, 0, 1) * len(number), np.dtype(list(MBOMsg._dtypes)))
    adds = adds.copy()
    adds["order_id"][1:], adds["side"][1:] = number + 1, np.where(number % 2, b"B", b"A")
    adds["price"][1:] = np.where(number % 2, -number, number) * 5
    cancels = adds[1::3].copy()
    cancels["action"] = b"C"
    tape, books = kept(compiled)
    tape.feed(adds.tobytes() + cancels.tobytes())
    view = seen(books, most=100_000)

    assert (view.resting, view.unknown) == (40_000, 0)
    left = number[number % 3 != 0]
    assert view.asks.price.tolist() == (left[left % 2 == 0] * 5).tolist()
    assert view.bids.price.tolist() == (left[left % 2 == 1] * -5).tolist()
    tape.feed(clear() + adds[1:].tobytes())
    assert seen(books, most=1).resting == 60_000
    assert len(books._state.orders) == books_state.ORDER_WIDTH * 2**17


def test_many_books_do_not_mix(compiled: Passes) -> None:
    many = 700
    tape, books = kept(compiled)
    tape.feed(
        b"".join(clear(n * 977) + event("A", BID, 5, n + 1, 1, instrument=n * 977) for n in range(many))
    )

    assert books.instruments() == tuple(n * 977 for n in range(many))
    assert [levels(seen(books, n * 977).bids) for n in range(many)] == [((n + 1, 1, 1),) for n in range(many)]
    assert sorted(top.bid or 0 for top in taken(tape).tops) == list(range(1, many + 1))
