"""The simulated live gateway, met by the official client: what it subscribes to, gets, and sees go wrong."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import databento as db
import numpy as np
import pytest

from app.domain.contract import Series
from app.domain.units import DAY, HOUR, MINUTE, SECOND, Ns, ns_from_iso
from app.sim import keys
from app.sim.clock import SimClock
from app.sim.databento_live import LiveGateway
from app.sim.faults import Faults
from app.sim.feed import Feed
from app.sim.live_control import expected_response
from app.sim.market import Market
from tests.sim.databento_clients import PATIENCE, Collected, close_reason, content, live_client

NOW = ns_from_iso("2026-06-10T15:00:00Z")
GLBX = "GLBX.MDP3"
SOURCE = "databento_live"
TICKS = (db.TradeMsg, db.MBOMsg, db.MBP1Msg, db.MBP10Msg)


@pytest.fixture
def clock() -> SimClock:
    return SimClock(NOW, speed=0)


@pytest.fixture
def market(clock: SimClock) -> Market:
    return Market(7, clock)


@pytest.fixture
def gateway(market: Market, faults: Faults) -> Iterator[LiveGateway]:
    gateway = LiveGateway(market, faults)
    gateway.start()
    yield gateway
    started = time.monotonic()
    gateway.stop()
    assert time.monotonic() - started < 1.0


def expected(market: Market, schema: str, symbols: list[str], start: int, end: int) -> list[bytes]:
    ids = np.array([market.universes.of(market.day(NOW)).ids[symbol] for symbol in symbols])
    found = [b for b in Feed(market).batches(schema, ids, start, end) if len(b.due)]
    records = np.concatenate([b.records for b in found])
    return content(records[np.argsort(np.concatenate([b.due for b in found]), kind="stable")])


def acknowledged(collected: Collected, subscriptions: int) -> None:
    collected.wait(lambda: sum("succeeded" in text for text, _ in collected.said()) == subscriptions)


def wait_until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true() and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    assert true()


@pytest.mark.expected_log("CRAM authentication error")
def test_a_wrong_key_is_refused_in_the_vendors_words(gateway: LiveGateway) -> None:
    with (
        live_client(gateway, key="db-ThisKeyIsOfTheRightLength0000") as (client, _),
        pytest.raises(db.BentoError, match=r"Authentication failed\."),
    ):
        client.subscribe(GLBX, "trades", "NQM6")


def test_the_published_test_vector_of_the_challenge_holds() -> None:
    assert expected_response("HCxTgxMcqglVMTMeaDZ2ICmcnrW8j92e", "my-api-key-12345") == (
        "a6c5c23e06854dc0310e11ce6d3081509e415a5a37a323bb94bc90f64c9214d4-12345"
    )


@pytest.mark.parametrize("schema", ["trades", "mbp-1", "mbo", "mbp-10", "tbbo"])
def test_records_equal_the_market_without_hole_or_double(
    gateway: LiveGateway, market: Market, clock: SimClock, schema: str
) -> None:
    symbols = ["NQM6", "NQU6", "Q2CM6 C23000", "Q2CM6 P22950"]
    end = NOW + 25 * SECOND
    wanted = expected(market, schema, symbols, NOW + 1, end)
    with live_client(gateway) as (client, collected):
        client.subscribe(GLBX, schema, symbols)
        client.start()
        acknowledged(collected, 1)
        for seconds in (3, 9, 13, 5):
            clock.advance(Ns(seconds * SECOND))
        collected.wait(lambda: any(r.ts_event >= end for r in collected.of(TICKS)))
        received = [r for r in collected.of(TICKS) if r.ts_event < end]

    assert content(received) == wanted
    assert len(wanted) > 5


def test_a_parent_of_futures_brings_all_months_and_spreads_with_their_names(
    gateway: LiveGateway, clock: SimClock
) -> None:
    with live_client(gateway) as (client, collected):
        client.subscribe(GLBX, "trades", "NQ.FUT", stype_in="parent")
        client.start()
        acknowledged(collected, 1)
        clock.advance(Ns(2 * MINUTE))
        collected.wait(lambda: len({r.instrument_id for r in collected.of(db.TradeMsg)}) >= 3)
        mapped = collected.of(db.SymbolMappingMsg)
        names = {r.instrument_id: r.stype_out_symbol for r in mapped}
        known = dict(client.symbology_map)

    assert {"NQM6", "NQU6", "NQM6-NQU6"} <= set(names.values())
    assert {r.stype_in_symbol for r in mapped} == {"NQ.FUT"}
    assert known == names
    assert {r.instrument_id for r in collected.of(db.TradeMsg)} <= set(names)


def test_parents_of_options_bring_definitions_and_statistics_at_once(
    gateway: LiveGateway, market: Market
) -> None:
    with live_client(gateway) as (client, collected):
        client.subscribe(GLBX, "definition", ["Q2C.OPT", "NQ.OPT"], stype_in="parent", start=0)
        client.subscribe(GLBX, "statistics", ["Q2C.OPT"], stype_in="parent", start=0)
        client.start()
        collected.wait(lambda: ("Finished statistics replay", 3) in collected.said())
    definitions, statistics = collected.of(db.InstrumentDefMsg), collected.of(db.StatMsg)
    legs = {leg.contract.raw: leg for leg in market.legs(Series("Q2C", 2026, 6), NOW)}
    by_name = {d.raw_symbol: d for d in definitions if d.asset == "Q2C"}
    interest = {s.instrument_id: s.quantity for s in statistics if s.stat_type == db.StatType.OPEN_INTEREST}

    assert {d.asset for d in definitions} == {"Q2C", "NQ"}
    assert set(legs) < set(by_name)
    for raw, leg in legs.items():
        said = by_name[raw]
        assert said.strike_price == leg.contract.strike
        assert str(said.instrument_class) == leg.contract.right.value
        assert said.underlying == "NQM6"
        assert said.unit_of_measure_qty == 20 * 10**9
        assert interest.get(said.instrument_id, 0) == leg.open_interest
    assert {d.user_defined_instrument for d in definitions if d.raw_symbol not in legs} <= {"Y", "N"}
    assert any(d.user_defined_instrument == "Y" for d in definitions)


@pytest.mark.expected_log("symbol_resolution_failed", "gateway error: None")
def test_symbols_that_are_nothing_are_named_and_the_rest_streams(
    gateway: LiveGateway, clock: SimClock
) -> None:
    with live_client(gateway) as (client, collected):
        client.subscribe(GLBX, "trades", ["NQM6", "ESM6", "NQM6 C99"])
        client.subscribe(GLBX, "trades", ["QN5.OPT"], stype_in="parent")
        client.subscribe(GLBX, "trades", ["NQ.c.1"], stype_in="continuous")
        client.start()
        acknowledged(collected, 3)
        clock.advance(Ns(30 * SECOND))
        collected.wait(lambda: len(collected.of(db.TradeMsg)) > 10)
    errors = collected.of(db.ErrorMsg)

    assert [int(e.code) for e in errors] == [4, 4, 4]
    assert [symbol in e.err for symbol, e in zip(("ESM6", "NQM6 C99", "QN5.OPT"), errors, strict=True)]
    assert {r.stype_out_symbol for r in collected.of(db.SymbolMappingMsg)} == {"NQM6", "NQU6"}


def test_more_symbols_than_a_line_holds_arrive_in_parts(gateway: LiveGateway, market: Market) -> None:
    table = market.options.table(market.day(NOW))
    symbols = [table.contract(row).raw for row in range(1_300)]
    with live_client(gateway) as (client, collected):
        client.subscribe(GLBX, "trades", symbols)
        client.start()
        acknowledged(collected, 1)
        collected.wait(lambda: len(collected.of(db.SymbolMappingMsg)) == 1_300)

    assert {r.stype_out_symbol for r in collected.of(db.SymbolMappingMsg)} == set(symbols)


def test_a_replay_reaches_the_present_without_a_seam(
    gateway: LiveGateway, market: Market, clock: SimClock
) -> None:
    start, end = NOW - 20 * MINUTE, NOW + 15 * SECOND
    wanted = expected(market, "trades", ["NQM6"], start, end)
    with live_client(gateway) as (client, collected):
        client.subscribe(GLBX, "trades", "NQM6", start=start)
        client.subscribe(GLBX, "mbp-1", "NQM6")
        client.start()
        collected.wait(lambda: ("Finished trades replay", 3) in collected.said())
        before = len(collected.of(db.TradeMsg))
        clock.advance(Ns(20 * SECOND))
        collected.wait(lambda: any(r.ts_event >= end for r in collected.of(TICKS)))
    trades = [r for r in collected.of(db.TradeMsg) if r.ts_event < end]
    quotes = collected.of(db.MBP1Msg)

    assert content(trades) == wanted
    assert 0 < before < len(wanted)
    assert min(r.ts_event for r in quotes) > NOW
    assert content([q for q in quotes if q.ts_event < end]) == expected(
        market, "mbp-1", ["NQM6"], NOW + 1, end
    )


def test_a_late_subscription_joins_and_disturbs_nobody(
    gateway: LiveGateway, market: Market, clock: SimClock
) -> None:
    end = NOW + 40 * SECOND
    with live_client(gateway) as (client, collected):
        client.subscribe(GLBX, "trades", "NQM6")
        client.start()
        acknowledged(collected, 1)
        clock.advance(Ns(13 * SECOND))
        collected.wait(lambda: any(r.ts_event > NOW + 9 * SECOND for r in collected.of(db.TradeMsg)))
        client.subscribe(GLBX, "mbp-1", "NQM6")
        acknowledged(collected, 2)
        joined = clock.now()
        for _ in range(4):
            clock.advance(Ns(8 * SECOND))
        collected.wait(lambda: any(r.ts_event >= end for r in collected.of(db.MBP1Msg)))
    trades = [r for r in collected.of(db.TradeMsg) if r.ts_event < end]
    quotes = [r for r in collected.of(db.MBP1Msg) if r.ts_event < end]

    assert content(trades) == expected(market, "trades", ["NQM6"], NOW + 1, end)
    assert content(quotes) == expected(market, "mbp-1", ["NQM6"], joined + 1, end)


@pytest.mark.expected_log("replay_data_aged_out", "gateway error: None")
def test_a_replay_older_than_a_day_is_refused(gateway: LiveGateway) -> None:
    with live_client(gateway) as (client, collected):
        client.subscribe(GLBX, "trades", "NQM6", start=NOW - DAY - HOUR)
        client.start()
        reason = close_reason(client)

    assert "no longer available" in str(reason)
    assert [int(e.code) for e in collected.of(db.ErrorMsg)] == [8]


def test_a_snapshot_begins_the_book_and_orders_follow(
    gateway: LiveGateway, market: Market, clock: SimClock
) -> None:
    ids = np.array([market.universes.of(market.day(NOW)).ids["NQM6"]])
    with live_client(gateway) as (client, collected):
        client.subscribe(GLBX, "mbo", "NQM6", snapshot=True)
        client.start()
        acknowledged(collected, 1)
        clock.advance(Ns(12 * SECOND))
        collected.wait(lambda: any(r.ts_event > NOW + 10 * SECOND for r in collected.of(db.MBOMsg)))
    orders = collected.of(db.MBOMsg)
    snapshot = [r for r in orders if int(r.flags) & 32]
    after = [r for r in orders if not int(r.flags) & 32]

    assert content(snapshot) == content(Feed(market).snapshot(ids, NOW))
    assert content(after) == expected(market, "mbo", ["NQM6"], NOW + 1, after[-1].ts_event + 1)[: len(after)]


def test_the_time_of_sending_is_in_every_record_when_asked_for(gateway: LiveGateway, clock: SimClock) -> None:
    with live_client(gateway, ts_out=True) as (client, collected):
        client.subscribe(GLBX, "trades", "NQM6")
        client.start()
        acknowledged(collected, 1)
        clock.advance(Ns(20 * SECOND))
        collected.wait(lambda: bool(collected.of(db.TradeMsg)))

    # a mapping is turned into a new record by the client, which keeps its own time
    assert {r.ts_out for r in collected.of(db.TradeMsg)} == {NOW + 20 * SECOND}


def test_a_compressed_session_carries_the_same_records(
    gateway: LiveGateway, market: Market, clock: SimClock
) -> None:
    with live_client(gateway, compression=db.Compression.ZSTD) as (client, collected):
        client.subscribe(GLBX, "trades", "NQM6")
        client.start()
        acknowledged(collected, 1)
        clock.advance(Ns(20 * SECOND))
        collected.wait(lambda: len(collected.of(db.TradeMsg)) > 20)

    received = content(collected.of(db.TradeMsg))
    assert received == expected(market, "trades", ["NQM6"], NOW, NOW + 30 * SECOND)[: len(received)]


def test_status_comes_when_the_market_closes(gateway: LiveGateway, clock: SimClock) -> None:
    clock.advance(Ns(5 * HOUR + 59 * MINUTE))
    with live_client(gateway) as (client, collected):
        client.subscribe(GLBX, "status", "NQM6")
        client.start()
        acknowledged(collected, 1)
        clock.advance(Ns(2 * MINUTE))
        collected.wait(lambda: bool(collected.of(db.StatusMsg)))
    (said,) = collected.of(db.StatusMsg)

    assert said.action == db.StatusAction.CLOSE
    assert not said.is_trading


@pytest.mark.expected_log("invalid_subscription", "gateway error: None")
def test_a_schema_without_entitlement_is_refused(gateway: LiveGateway) -> None:
    gateway.house.refused = frozenset({"mbo"})
    with live_client(gateway) as (client, collected):
        client.subscribe(GLBX, "mbo", "NQM6")
        client.start()
        reason = close_reason(client)

    assert isinstance(reason, db.BentoError)
    assert "Not authorized for mbo schema" in str(reason)
    assert [int(e.code) for e in collected.of(db.ErrorMsg)] == [5]


@pytest.mark.expected_log("CRAM authentication error")
def test_the_eleventh_session_is_refused_and_there_is_room_again_later(gateway: LiveGateway) -> None:
    gateway.house.open_at_once = 1
    with live_client(gateway) as (first, _):
        first.subscribe(GLBX, "trades", "NQM6")
        with live_client(gateway) as (second, _), pytest.raises(db.BentoError, match="connection limit"):
            second.subscribe(GLBX, "trades", "NQM6")
    wait_until(lambda: not gateway.house.logged_in)
    with live_client(gateway) as (third, collected):
        third.subscribe(GLBX, "trades", "NQM6")
        third.start()
        acknowledged(collected, 1)


def test_connections_faster_than_five_a_second_are_closed_at_once(gateway: LiveGateway) -> None:
    gateway.house.limit_rate = True
    greetings = []
    for _ in range(7):
        with socket.create_connection(("127.0.0.1", gateway.port), timeout=PATIENCE) as line:
            greetings.append(line.recv(64))

    assert [bool(greeting) for greeting in greetings] == [True] * 5 + [False] * 2


def test_a_stopped_gateway_refuses_and_comes_back_at_the_same_port(
    gateway: LiveGateway, clock: SimClock
) -> None:
    with live_client(gateway) as (client, collected):
        client.subscribe(GLBX, "trades", "NQM6")
        client.start()
        acknowledged(collected, 1)
        gateway.stop()
        close_reason(client)
    with live_client(gateway) as (client, _), pytest.raises(db.BentoError, match="Connect call failed"):
        client.subscribe(GLBX, "trades", "NQM6")
    gateway.start()
    with live_client(gateway) as (client, collected):
        client.subscribe(GLBX, "trades", "NQM6")
        client.start()
        acknowledged(collected, 1)


def streaming(client: db.Live, collected: Collected, clock: SimClock, schema: str = "trades") -> None:
    client.subscribe(GLBX, schema, "NQM6")
    client.start()
    acknowledged(collected, 1)
    clock.advance(Ns(20 * SECOND))
    collected.wait(lambda: len(collected.of(TICKS)) > 5)


@pytest.mark.expected_log("gateway error code", "gateway error: None")
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("auth_failed", "Authentication failed"),
        ("key_deactivated", "deactivated"),
        ("connection_limit", "connection limit"),
        ("internal_error", "Internal error"),
        ("invalid_subscription", "Invalid subscription"),
    ],
)
def test_a_fatal_error_record_ends_the_session_with_its_text(
    gateway: LiveGateway, faults: Faults, clock: SimClock, kind: str, words: str
) -> None:
    with live_client(gateway) as (client, collected):
        streaming(client, collected, clock)
        faults.set(SOURCE, "stream", kind)
        reason = close_reason(client)

    assert isinstance(reason, db.BentoError)
    assert words in str(reason)
    assert len(collected.of(db.ErrorMsg)) == 1


@pytest.mark.parametrize("kind", ["fin", "half_record"])
def test_a_clean_end_looks_like_nothing_happened(
    gateway: LiveGateway, faults: Faults, clock: SimClock, kind: str
) -> None:
    with live_client(gateway) as (client, collected):
        streaming(client, collected, clock)
        faults.set(SOURCE, "stream/trades", kind)

        assert close_reason(client) is None


@pytest.mark.expected_log("Connection reset by peer")
def test_a_reset_is_an_error(gateway: LiveGateway, faults: Faults, clock: SimClock) -> None:
    with live_client(gateway) as (client, collected):
        streaming(client, collected, clock)
        faults.set(SOURCE, "stream", "rst")
        reason = close_reason(client)

    assert isinstance(reason, db.BentoError)
    assert "reset" in str(reason)


@pytest.mark.expected_log("error decoding DBN record", "buffer_updated() call failed")
def test_garbage_closes_the_session_as_if_it_ended_cleanly(
    gateway: LiveGateway, faults: Faults, clock: SimClock
) -> None:
    with live_client(gateway) as (client, collected):
        streaming(client, collected, clock)
        faults.set(SOURCE, "stream", "garbage")

        assert close_reason(client) is None


@pytest.mark.expected_log("CRAM authentication error")
def test_login_faults_reach_the_client(gateway: LiveGateway, faults: Faults) -> None:
    for kind, words in (("auth_failed", "Authentication failed"), ("no_entitlement", "license is required")):
        faults.set(SOURCE, "auth", kind)
        with live_client(gateway) as (client, _), pytest.raises(db.BentoError, match=words):
            client.subscribe(GLBX, "trades", "NQM6")
    with live_client(gateway) as (client, collected):
        client.subscribe(GLBX, "trades", "NQM6")
        client.start()
        acknowledged(collected, 1)


def test_a_mute_holds_records_back_while_the_session_lives(
    gateway: LiveGateway, faults: Faults, clock: SimClock, market: Market
) -> None:
    with live_client(gateway, heartbeat_interval_s=5) as (client, collected):
        streaming(client, collected, clock)
        faults.set(SOURCE, "stream", "mute")
        wait_until(lambda: not faults.active())
        before = len(collected.of(TICKS))
        clock.advance(Ns(MINUTE))
        collected.wait(lambda: any(r.is_heartbeat() for r in collected.of(db.SystemMsg)))

        assert len(collected.of(TICKS)) == before
        assert client.is_connected()


@pytest.mark.expected_log("skipped_records", "gateway error: None")
@pytest.mark.parametrize(
    ("kind", "schema"), [("skip", "trades"), ("skip", "mbo"), ("skipped_records", "mbp-1")]
)
def test_records_left_out_are_missing_and_the_vendor_says_so(
    gateway: LiveGateway, faults: Faults, clock: SimClock, market: Market, kind: str, schema: str
) -> None:
    with live_client(gateway) as (client, collected):
        streaming(client, collected, clock, schema)
        faults.set(SOURCE, "stream", kind, seconds=10)
        wait_until(lambda: not faults.active())
        clock.advance(Ns(15 * SECOND))
        collected.wait(lambda: any(r.ts_event > NOW + 32 * SECOND for r in collected.of(TICKS)))
    end = NOW + 35 * SECOND
    received = content([r for r in collected.of(TICKS) if r.ts_event < end])
    wanted = expected(market, schema, ["NQM6"], NOW + 1, end)
    missing = [w for w in wanted[: wanted.index(received[-1])] if w not in set(received)]

    assert [r for r in wanted if r in set(received)] == received
    assert len(missing) > 20
    assert [int(e.code) for e in collected.of(db.ErrorMsg)] == [7]


@pytest.mark.expected_log("skipped_records", "gateway error: None")
def test_trades_are_never_left_out_for_a_slow_reader(
    gateway: LiveGateway, faults: Faults, clock: SimClock, market: Market
) -> None:
    with live_client(gateway) as (client, collected):
        streaming(client, collected, clock)
        faults.set(SOURCE, "stream", "skipped_records", seconds=5)
        wait_until(lambda: not faults.active())
        clock.advance(Ns(15 * SECOND))
        collected.wait(lambda: bool(collected.of(db.ErrorMsg)))
        collected.wait(lambda: any(r.ts_event > NOW + 30 * SECOND for r in collected.of(TICKS)))
    received = content(collected.of(TICKS))

    assert received == expected(market, "trades", ["NQM6"], NOW + 1, NOW + MINUTE)[: len(received)]


@pytest.mark.expected_log("invalid_subscription", "gateway error: None")
def test_a_kind_of_symbol_nobody_resolves_is_refused(gateway: LiveGateway) -> None:
    with live_client(gateway) as (client, _):
        client.subscribe(GLBX, "trades", "NQM6", stype_in="smart")
        client.start()

        assert "Unsupported stype_in" in str(close_reason(client))


def test_wrong_clocks_and_wrong_order_change_records_and_lose_none(
    gateway: LiveGateway, faults: Faults, clock: SimClock, market: Market
) -> None:
    with live_client(gateway) as (client, collected):
        client.subscribe(GLBX, "trades", "NQM6")
        client.start()
        acknowledged(collected, 1)
        faults.set(SOURCE, "stream", "clock_skew", seconds=30)
        faults.set(SOURCE, "stream", "out_of_order")
        wait_until(lambda: not faults.active())
        clock.advance(Ns(9 * SECOND))
        collected.wait(lambda: bool(collected.of(db.TradeMsg)))
        clock.advance(Ns(11 * SECOND))
        collected.wait(lambda: any(r.ts_event > NOW + 15 * SECOND for r in collected.of(db.TradeMsg)))
    trades = collected.of(db.TradeMsg)
    times = [r.ts_event for r in trades]
    truth = market.prints(market.front(NOW), Ns(NOW + 1), Ns(max(times) + 1))

    assert sorted(times) == truth.ts_event.tolist()
    assert times != sorted(times)
    assert all(30 * SECOND < r.ts_recv - r.ts_event < 31 * SECOND for r in trades)


@pytest.mark.expected_log("buffer_updated() call failed", "expected length of at least 56 bytes")
def test_a_contradicting_header_reaches_the_decoder(
    gateway: LiveGateway, faults: Faults, clock: SimClock
) -> None:
    """The official client panics at it, which is no ordinary exception."""
    with live_client(gateway) as (client, collected):
        streaming(client, collected, clock)
        faults.set(SOURCE, "stream", "bad_length")
        reason = close_reason(client)

    assert type(reason).__name__ == "PanicException"


@pytest.mark.parametrize(
    ("behaviour", "words"), [("skip", b"records after slow reading"), ("warn", b"Slow reading detected")]
)
def test_a_client_that_does_not_read_loses_quotes_or_is_warned(
    gateway: LiveGateway, clock: SimClock, behaviour: str, words: bytes
) -> None:
    """By hand, because the official client always reads."""
    with (
        socket.create_connection(("127.0.0.1", gateway.port), timeout=PATIENCE) as line,
        line.makefile("rb") as said,
    ):
        said.readline()
        challenge = said.readline().decode().strip().removeprefix("cram=")
        reply = expected_response(challenge, keys.DATABENTO)
        login = (
            f"auth={reply}|dataset={GLBX}|encoding=dbn|ts_out=0|slow_reader_behavior={behaviour}|client=me\n"
        )
        line.sendall(login.encode())
        assert said.readline().startswith(b"success=1|session_id=simulated-")
        line.sendall(b"symbols=NQM6|id=1|is_last=1|stype_in=raw_symbol|schema=mbp-10\nstart_session\n")
        heard = bytearray(said.read(128 + 320 + 176))  # metadata, acknowledgement, mapping
        clock.advance(Ns(6 * MINUTE))
        wait_until(lambda: gateway.house.slow_readers > 0)
        deadline = time.monotonic() + PATIENCE
        while words not in heard and time.monotonic() < deadline:
            heard += said.read1(1_000_000)

    assert words in heard
