"""Every top of a stream in order, from records of quotes and from books of orders."""

import databento_dbn as dbn
import pytest

from app.domain import tape_reference
from app.domain.tape import Tape, Walk
from app.domain.ticks import TickBatch
from app.domain.units import Ns
from tests.domain import dbn_bytes as made
from tests.domain.dbn_bytes import T0


def taken(tape: Tape) -> TickBatch:
    return tape.take(Ns(T0 + 1))


@pytest.fixture(params=["plain", "compiled"])
def walk(request: pytest.FixtureRequest, compiled_walk: Walk) -> Walk:
    return tape_reference.walk if request.param == "plain" else compiled_walk


def test_every_top_is_handed_over_in_order_where_it_is_asked_for(walk: Walk) -> None:
    many = 3_000
    tape = Tape(walk=walk, every_top=True)
    tape.feed(b"".join(made.mbp(1 + n % 2, T0 + n, bid=n, ask=n + 1, sizes=(n, 7)) for n in range(many)))
    tape.feed(made.bbo(3, dbn.UNDEF_TIMESTAMP, recv=T0 + 5))
    batch = taken(tape)

    assert batch.every_top is not None
    assert [top.bid for top in batch.every_top] == [*range(many), 1]
    assert [top.bid_size for top in batch.every_top][:many] == list(range(many))
    assert [top.instrument_id for top in batch.every_top] == [1, 2] * (many // 2) + [3]
    assert batch.every_top.ts_event.tolist() == [*range(T0, T0 + many), T0 + 5]
    assert [top.bid for top in batch.tops] == [many - 2, many - 1, 1]
    assert taken(Tape(walk=walk)).every_top is None


def test_orders_also_speak_for_every_top_of_their_instrument(walk: Walk) -> None:
    tape = Tape(walk=walk, books=True, every_top=True)
    clear = made.mbo(action="R", side="N", price=dbn.UNDEF_PRICE, size=0, flags=128)
    order = made.mbo(action="A", side="B", order=1, price=55, size=2, flags=128)
    tape.feed(made.mbp(1, bid=50, ask=60) + made.mbp(2, bid=70, ask=80) + clear + order)
    batch = taken(tape)

    assert batch.every_top is not None
    assert [(top.instrument_id, top.bid) for top in batch.every_top] == [(2, 70), (1, 55)]
