"""A book carried over a gap by a replay equals the one begun anew, or the difference is counted."""

from collections.abc import Callable

import pytest

from app.domain.books import Books
from app.domain.errors import Unavailable
from app.domain.tape import Tape
from app.domain.units import Ns
from app.engine.feeds import SourceContext
from app.sources.databento.past_orders import PastOrders
from app.system.clock import RealClock
from tests.sources.databento.gateway import KEY, NQ, Gateway, Talk, order, playing

BEFORE = order("R", 0, side="N") + order("A", 1, 100.0, 5, at=2) + order("A", 2, 101.0, 4, "A", at=3)
MISSED = (
    order("C", 1, 100.0, 5, at=4) + order("A", 3, 99.5, 7, at=5) + order("M", 2, 101.0, 3, "A", at=6),
    order("A", 4, 101.5, 2, "A", at=7),
)


def _books(*records: bytes) -> Books:
    tape = Tape(books=True)
    for one in records:
        tape.feed(one)
    assert tape.books is not None
    return tape.books


def _context(make_context: Callable[..., SourceContext], gateway: Gateway) -> SourceContext:
    return make_context("databento", RealClock(), {"databento_live": gateway.address}, {"databento": KEY})


@pytest.fixture
def compare(make_context: Callable[..., SourceContext]) -> Callable[[Books, Books], tuple[int, int]]:
    def run(carried: Books, now: Books) -> tuple[int, int]:
        # the replay begins with what is known already
        gateway = Gateway(playing(BEFORE[-56:], *MISSED))
        try:
            context = _context(make_context, gateway)
            found = PastOrders(context).compare(("NQZ6",), Ns(3), carried, now, (NQ,))
            (asked,) = [line for line in gateway.talks[0].lines if line.startswith("schema=")]
            assert "schema=mbo" in asked
            assert "start=3" in asked
            assert "snapshot=0" in asked
        finally:
            gateway.stop()
        return found.levels, found.differing

    return run


def test_the_same_book_by_both_ways(compare: Callable[[Books, Books], tuple[int, int]]) -> None:
    assert compare(_books(BEFORE), _books(BEFORE, *MISSED)) == (3, 0)


def test_each_level_that_differs_is_counted(compare: Callable[[Books, Books], tuple[int, int]]) -> None:
    larger = MISSED[0].replace(order("A", 3, 99.5, 7, at=5), order("A", 3, 99.5, 8, at=5))
    other = _books(BEFORE, larger, MISSED[1])
    assert compare(_books(BEFORE), other) == (3, 1)


def test_books_that_never_meet_are_no_answer(
    compare: Callable[[Books, Books], tuple[int, int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.sources.databento.past_orders._ALIGNED_WITHIN_S", 0.3)
    with pytest.raises(Unavailable, match="never stood at the same event"):
        compare(_books(BEFORE), _books(BEFORE, order("A", 9, 98.0, 1, at=50)))


def test_a_replay_that_breaks_off_is_no_answer(make_context: Callable[..., SourceContext]) -> None:
    def play(talk: Talk) -> None:
        talk.begin()
        talk.send(MISSED[0])

    gateway = Gateway(play)
    context = _context(make_context, gateway)
    with pytest.raises(Unavailable, match="broke off"):
        PastOrders(context).compare(("NQZ6",), Ns(3), _books(BEFORE), _books(BEFORE, *MISSED), (NQ,))
    gateway.stop()
