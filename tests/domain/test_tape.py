import subprocess
import sys
import threading
from collections.abc import Sequence

import databento_dbn as dbn
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain import tape as tape_module
from app.domain import tape_reference
from app.domain.tape import Tape, TapeError, Walk
from app.domain.ticks import BUY, NO_SIDE, SELL, InstrumentMapped, TickBatch, VendorNotice
from app.domain.units import Ns
from tests.domain import dbn_bytes as made
from tests.domain.dbn_bytes import T0

NOW = Ns(T0 + 1)


def taken(tape: Tape) -> TickBatch:
    return tape.take(NOW)


def facts(batch: TickBatch) -> tuple[object, ...]:
    """A batch as plain values, because columns do not compare as one."""
    trades = batch.trades
    columns = (trades.instrument_id, trades.ts_event, trades.ts_recv, trades.price, trades.size)
    return (
        *(column.tolist() for column in (*columns, trades.side, trades.sequence)),
        tuple(batch.tops),
        batch.rare,
        batch.records,
        batch.quotes,
        batch.last_ts_recv,
    )


@pytest.fixture(params=["plain", "compiled"])
def walk(request: pytest.FixtureRequest, compiled_walk: Walk) -> Walk:
    return tape_reference.walk if request.param == "plain" else compiled_walk


def test_a_trade_comes_out_with_its_side_in_traders_words(walk: Walk) -> None:
    tape = Tape(walk=walk)
    seen = tape.feed(
        made.trade(7, T0, side="B", price=10, size=3, sequence=5)
        + made.trade(7, T0 + 1, side="A")
        + made.trade(7, T0 + 2, side="N")
    )
    trades = taken(tape).trades

    assert seen == 3
    assert trades.side.tolist() == [BUY, SELL, NO_SIDE]
    assert (trades.instrument_id[0], trades.ts_event[0], trades.ts_recv[0]) == (7, T0, T0 + 100)
    assert (trades.price[0], trades.size[0], trades.sequence[0]) == (10, 3, 5)
    assert not trades.price.flags.writeable


def test_only_the_aggressors_record_of_an_order_feed_is_a_trade(walk: Walk) -> None:
    tape = Tape(walk=walk)
    tape.feed(b"".join(made.mbo(action=action, size=9) for action in "ACMRTFN"))
    batch = taken(tape)

    assert len(batch.trades) == 1
    assert batch.trades.size.tolist() == [9]
    assert (batch.records, batch.quotes) == (7, 0)
    assert tape.by_type == {"mbo": 7}


@pytest.mark.parametrize("depth", [1, 10])
def test_a_book_record_tells_the_top_and_its_trade(walk: Walk, depth: int) -> None:
    tape = Tape(walk=walk)
    tape.feed(made.mbp(3, T0, action="A", bid=1, ask=2, depth=depth))
    tape.feed(made.mbp(3, T0 + 9, action="T", side="A", size=4, bid=1, ask=None, depth=depth))
    batch = taken(tape)

    assert batch.trades.size.tolist() == [4]
    (top,) = batch.tops
    assert (top.instrument_id, top.ts_event, top.ts_recv) == (3, T0 + 9, T0 + 109)
    assert (top.bid, top.bid_size, top.ask, top.ask_size) == (1, 3, None, None)
    assert batch.quotes == 2


def test_a_sampled_quote_is_as_old_as_its_sample_not_as_its_last_trade(walk: Walk) -> None:
    tape = Tape(walk=walk)
    tape.feed(made.bbo(3, dbn.UNDEF_TIMESTAMP, recv=T0 + 5))
    (top,) = taken(tape).tops

    assert (top.ts_event, top.ts_recv, top.bid, top.ask) == (T0 + 5, T0 + 5, 1, 2)


def test_a_taken_top_comes_again_only_after_a_new_quote(walk: Walk) -> None:
    tape = Tape(walk=walk)
    tape.feed(made.mbp(1) + made.mbp(2))
    first = taken(tape)
    tape.feed(made.mbp(2, T0 + 1))
    second, third = taken(tape), taken(tape)

    assert [top.instrument_id for top in first.tops] == [1, 2]
    assert [top.instrument_id for top in second.tops] == [2]
    assert (len(third.tops), third.records, third.bytes_seen) == (0, 0, 0)


def test_many_instruments_keep_their_own_tops(walk: Walk) -> None:
    many = 9_000
    tape = Tape(walk=walk)
    tape.feed(b"".join(made.mbp(42_000_000 + 4_096 * n, bid=n, ask=n + 1) for n in range(many)))
    tops = taken(tape).tops

    assert [top.bid for top in tops] == list(range(many))
    assert [top.instrument_id for top in tops] == [42_000_000 + 4_096 * n for n in range(many)]


def test_a_trade_without_price_size_or_time_is_counted_and_kept_out(walk: Walk) -> None:
    tape = Tape(walk=walk)
    tape.feed(
        made.trade(price=dbn.UNDEF_PRICE)
        + made.trade(size=dbn.UNDEF_ORDER_SIZE)
        + made.mbo(ts=dbn.UNDEF_TIMESTAMP, recv=T0)
        + made.trade(size=2)
    )

    assert taken(tape).trades.size.tolist() == [2]
    assert tape.incomplete == 3


def test_records_without_a_use_are_counted_and_stepped_over(walk: Walk) -> None:
    tape = Tape(walk=walk)
    tape.feed(made.unknown(77, 20) + made.ohlcv() + made.unknown(77, 24) + made.trade(size=6))

    assert tape.by_type == {"rtype 77": 2, "ohlcv-1s": 1, "trades": 1}
    assert tape.unknown == 2
    assert taken(tape).trades.size.tolist() == [6]


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (b"\0\0" + bytes(40), "less than its own header"),
        (made.unknown(77, 12) + bytes(30), "less than its own header"),
        (bytes([13]) + made.trade()[1:] + bytes(8), "claims 52 bytes, but a trades has 48"),
        (made.statistic(version=1), "claims 64 bytes, but a statistics has 80"),
    ],
)
def test_a_header_that_cannot_be_is_named_with_its_place(walk: Walk, record: bytes, why: str) -> None:
    tape = Tape(walk=walk)
    with pytest.raises(TapeError, match=why) as error:
        tape.feed(made.trade(size=5) + record + made.trade(size=6))

    assert error.value.offset == 48
    assert taken(tape).trades.size.tolist() == [5]
    with pytest.raises(TapeError):
        tape.feed(made.trade())


def test_send_times_behind_the_records_are_stepped_over(walk: Walk) -> None:
    tape = Tape(ts_out=True, walk=walk)
    tape.feed(made.with_ts_out(made.trade(size=5)) + made.with_ts_out(made.system("Heartbeat")))
    batch = taken(tape)

    assert batch.trades.size.tolist() == [5]
    (notice,) = batch.rare
    assert isinstance(notice, VendorNotice)
    assert notice.text == "Heartbeat"
    with pytest.raises(TapeError):
        Tape(walk=walk).feed(made.with_ts_out(made.trade()))


@pytest.mark.parametrize("version", [1, 2, 3])
def test_rare_records_are_walked_by_the_length_of_their_version(walk: Walk, version: int) -> None:
    tape = Tape(version, walk=walk)
    tape.feed(made.mapping(5, "NQM5", "NQ.FUT", version=version) + made.trade(5, size=8))
    batch = taken(tape)

    assert batch.rare == (InstrumentMapped(5, "NQM5", "NQ.FUT"),)
    assert batch.trades.size.tolist() == [8]


def test_a_partial_record_waits_for_its_rest(walk: Walk) -> None:
    tape = Tape(walk=walk)
    record = made.mbo(size=3)

    assert tape.feed(record[:1]) == 0
    assert tape.feed(record[1:50]) == 0
    assert (tape.pending, tape.offset) == (50, 0)
    assert tape.feed(record[50:]) == 1
    assert (tape.pending, tape.offset) == (0, 56)
    assert taken(tape).bytes_seen == 56


def test_bytes_may_be_read_straight_into_the_tape(walk: Walk) -> None:
    tape = Tape(walk=walk)
    record = made.trade(size=3)
    tape.space()[:30] = record[:30]
    assert tape.fed(30) == 0
    tape.space()[:18] = record[30:]
    assert tape.fed(18) == 1
    assert taken(tape).trades.size.tolist() == [3]


def test_one_thread_may_take_while_another_feeds(walk: Walk) -> None:
    tape = Tape(walk=walk, guard=threading.Lock())
    data = b"".join(made.trade(sequence=n) for n in range(20_000))
    feeder = threading.Thread(
        target=lambda: [tape.feed(data[i : i + 4_801]) for i in range(0, len(data), 4_801)]
    )
    feeder.start()
    seen: list[int] = []
    while feeder.is_alive():
        seen += taken(tape).trades.sequence.tolist()
    feeder.join()
    seen += taken(tape).trades.sequence.tolist()

    assert seen == list(range(20_000))


_ids = st.integers(1, 6) | st.integers(0, 2**32 - 1)
_times = st.integers(T0, T0 + 10**9)
_prices = st.integers(-(2**62), 2**62) | st.just(dbn.UNDEF_PRICE)
_lots = st.integers(0, 2**32 - 1)
_side = st.sampled_from("ABN")
_orders = st.sampled_from("ACMRTFN")
_moves = st.sampled_from("ACT")
_records = st.one_of(
    st.builds(made.mbo, _ids, _times, action=_orders, side=_side, price=_prices, size=_lots),
    st.builds(made.trade, _ids, _times, side=_side, price=_prices, size=_lots),
    st.builds(made.mbp, _ids, _times, action=_moves, side=_side, price=_prices, bid=_prices),
    st.builds(made.mbp, _ids, _times, action=_moves, depth=st.just(10), ask=_prices),
    st.builds(made.bbo, _ids, _times, recv=_times),
    st.builds(made.mapping, _ids, st.text("ABC", max_size=8), st.just("NQ.OPT")),
    st.builds(made.statistic, _ids, quantity=st.integers(0, 2**40)),
    st.builds(made.status, _ids, _times),
    st.builds(made.unknown, st.sampled_from([2, 77, 255]), st.integers(4, 255).map(lambda n: 4 * n)),
    st.just(made.ohlcv()),
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_records, max_size=60), st.data())
def test_compiled_and_plain_agree_on_any_records_in_any_pieces(
    compiled_walk: Walk, records: Sequence[bytes], data: st.DataObject
) -> None:
    stream = b"".join(records)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    whole, pieces = Tape(walk=tape_reference.walk), Tape(walk=compiled_walk)
    whole.feed(stream)
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        pieces.feed(np.frombuffer(stream, np.uint8)[start:end])

    assert whole.by_type == pieces.by_type
    assert whole.incomplete == pieces.incomplete
    assert facts(taken(whole)) == facts(taken(pieces))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_records, max_size=12), st.data())
def test_damage_is_one_error_at_the_same_place_for_both(
    compiled_walk: Walk, records: Sequence[bytes], data: st.DataObject
) -> None:
    stream = bytearray(b"".join(records))
    for place in data.draw(st.lists(st.integers(0, max(0, len(stream) - 1)), max_size=4)):
        if stream:
            stream[place] ^= 1 << data.draw(st.integers(0, 7))
    ends: list[tuple[int | None, tuple[object, ...]]] = []
    for walk in (tape_reference.walk, compiled_walk):
        tape = Tape(walk=walk)
        try:
            tape.feed(bytes(stream))
            ends.append((None, facts(taken(tape))))
        except TapeError as error:
            ends.append((error.offset, facts(taken(tape))))

    assert ends[0] == ends[1]


def test_a_stream_goes_on_with_the_compiled_pass_as_soon_as_it_is_ready(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tape_module, "_walk", tape_reference.walk)
    records = [made.mbp(n % 5, T0 + n, action="AT"[n % 2], bid=n) for n in range(200)]
    whole, changed = Tape(walk=tape_reference.walk), Tape()
    whole.feed(b"".join(records))
    changed.feed(b"".join(records[:99]))
    assert not tape_module.is_warm()
    tape_module.warm_up()
    changed.feed(b"".join(records[99:]))

    assert tape_module.is_warm()
    assert facts(taken(whole)) == facts(taken(changed))


def test_reading_tapes_does_not_load_the_compiler() -> None:
    asked = "import sys, app.domain.tape, app.domain.book_pass; sys.exit('numba' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", asked], timeout=30, check=False).returncode == 0
