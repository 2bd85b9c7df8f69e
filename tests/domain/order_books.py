"""Order books kept along a tape, and the plain ones that they must equal."""

from collections.abc import Sequence

from hypothesis import strategies as st

from app.domain.book import ASK, BID, OrderBook
from app.domain.books import Books, BookView, Passes, Side
from app.domain.tape import Tape
from app.domain.ticks import TickBatch
from app.domain.units import POINT, UNDEF_PRICE, Ns
from tests.domain import dbn_bytes as made
from tests.domain.dbn_bytes import T0

END = 128
TICK = POINT // 4
Level = tuple[int, int, int]


def kept(passes: Passes, *, every_top: bool = False) -> tuple[Tape, Books]:
    tape = Tape(books=True, every_top=every_top)
    assert tape.books is not None
    tape.books._own_passes = passes
    return tape, tape.books


def event(action: str, side: str, order: int, price: int, size: int, flags: int = END, **more: int) -> bytes:
    return made.mbo(action=action, side=side, order=order, price=price, size=size, flags=flags, **more)


def clear(instrument: int = 1, flags: int = END) -> bytes:
    return event("R", "N", 0, UNDEF_PRICE, 0, flags, instrument=instrument)


def levels(side: Side) -> tuple[Level, ...]:
    return tuple(zip(side.price.tolist(), side.size.tolist(), side.orders.tolist(), strict=True))


def seen(books: Books, instrument: int = 1, most: int = 1_000) -> BookView:
    view = books.view(instrument, most)
    assert view is not None
    return view


def taken(tape: Tape) -> TickBatch:
    return tape.take(Ns(T0))


_prices = st.integers(-60, 60).map(lambda n: n * TICK)
_wild = st.integers(-(2**63), 2**63 - 1) | st.integers(-(10**6), 10**6) | st.just(UNDEF_PRICE)
STEPS = st.tuples(
    st.sampled_from("AAAACCMMTF" * 6 + "R"),
    st.sampled_from("BBBAAAN"),
    st.integers(1, 40) | st.integers(2**62, 2**64 - 1),
    _prices | _prices | _prices | _wild,
    st.integers(0, 9) | st.just(2**32 - 1),
    st.sampled_from([0, END, END]),
    st.integers(1, 3),
)
Step = tuple[str, str, int, int, int, int, int]


def bytes_of(steps: Sequence[Step]) -> bytes:
    return b"".join(event(*step[:-1], instrument=step[-1]) for step in steps)


def expected(steps: Sequence[Step]) -> dict[int, OrderBook]:
    books: dict[int, OrderBook] = {}
    for action, side, order, price, size, _, instrument in steps:
        books.setdefault(instrument, OrderBook()).apply(action, side, order, price, size)
    return books


def check(books: Books, steps: Sequence[Step]) -> None:
    truth = expected(steps)
    assert books.instruments() == tuple(sorted(truth))
    for instrument, book in truth.items():
        ended = [step[5] for step in steps if step[-1] == instrument][-1] == END
        view = books.view(instrument, 1_000)
        assert (view is not None) == ended
        if view is None:
            continue
        for side, found in ((BID, view.bids), (ASK, view.asks)):
            assert levels(found) == tuple((o.price, o.size, o.orders) for o in book.levels(side))
        assert (view.resting, view.unknown, view.ignored) == (len(book), book.unknown, book.ignored)
        assert view.synced == book.is_synced
