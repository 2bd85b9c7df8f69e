"""The bytes of the benchmarks are tapes: the official decoder reads all of them."""

from collections import Counter
from collections.abc import Callable

import databento_dbn
import numpy as np
import pytest
from numpy.typing import NDArray

from app.bench import streams
from app.bench.busy_market import BusyMarket, stamped
from app.domain.units import SECOND, Ns, ns_from_iso
from app.sim.clock import SimClock
from app.sim.market import Market

NOON = ns_from_iso("2026-11-18T18:00:00Z")
COUNT = 2_000


def decoded(data: bytes) -> list[object]:
    decoder = databento_dbn.DBNDecoder(has_metadata=False, input_version=3)
    decoder.write(data)
    return list(decoder.decode())


@pytest.mark.parametrize("make", [streams.mbo, streams.mixed, streams.ticks])
def test_the_official_decoder_reads_every_record(make: Callable[[int], NDArray[np.uint8]]) -> None:
    assert len(decoded(make(COUNT).tobytes())) == COUNT


def test_a_mixed_stream_holds_orders_quotes_and_trades() -> None:
    kinds = Counter(type(record).__name__ for record in decoded(streams.mixed(COUNT).tobytes()))
    assert kinds["MBOMsg"] > kinds["MBP1Msg"] > kinds["TradeMsg"] > 0


def test_the_same_question_gets_the_same_bytes() -> None:
    assert streams.mixed(COUNT).tobytes() == streams.mixed(COUNT).tobytes()


@pytest.fixture(scope="module")
def busy() -> BusyMarket:
    return BusyMarket(Market(1, SimClock(NOON, 0.0)))


def test_a_busy_market_names_and_trades_what_was_asked_for(busy: BusyMarket) -> None:
    ids = busy.ids(("NQ.FUT", "QNE.OPT", "NOBODY"))
    assert len(ids) > 5
    assert len(decoded(busy.named(ids))) == len(ids)
    trades = busy.trades(ids)
    assert set(np.unique(trades["instrument_id"]).tolist()) <= set(ids.tolist())
    assert int(trades["price"].min()) > 0


def test_stamps_are_written_and_records_come_round_again(busy: BusyMarket) -> None:
    drawn = busy.quotes(busy.ids(("NQ.FUT",)))
    at = np.arange(10) * SECOND + NOON
    made = stamped(drawn, len(drawn) - 3, at)
    assert made["ts_event"].tolist() == at.tolist()
    assert made["price"].tolist() == [*drawn["price"][-3:].tolist(), *drawn["price"][:7].tolist()]
    assert len(busy.past(Ns(NOON - 5 * SECOND), NOON, drawn)) == 100
