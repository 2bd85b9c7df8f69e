"""What the official client sees when the simulated live gateway goes wrong on command."""

import socket
import threading
import time

import databento as db
import pytest

from app.domain.units import MINUTE, SECOND, Ns
from app.sim import keys
from app.sim.clock import SimClock
from app.sim.databento_live import LiveGateway
from app.sim.faults import Faults
from app.sim.live_control import expected_response
from app.sim.market import Market
from tests.sim.databento_clients import Collected, close_reason, content, live_client
from tests.sim.databento_live.streams import (
    GLBX,
    NOW,
    SOURCE,
    TICKS,
    acknowledged,
    expected,
    streaming,
)
from tests.waiting import PATIENCE, wait


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


def arrived(collected: Collected) -> int:
    """Ticks, once those that were on their way are here."""
    counts: list[int] = [-1]
    while counts[-1] != (now := len(collected.of(TICKS))):
        counts.append(now)
        threading.Event().wait(0.2)
    return counts[-1]


@pytest.mark.expected_log("error decoding DBN record", "buffer_updated() call failed")
def test_garbage_closes_the_session_as_if_it_ended_cleanly(
    gateway: LiveGateway, faults: Faults, clock: SimClock
) -> None:
    with live_client(gateway) as (client, collected):
        streaming(client, collected, clock)
        faults.set(SOURCE, "stream", "garbage")

        assert close_reason(client) is None


def test_a_mute_holds_records_back_while_the_session_lives(
    gateway: LiveGateway, faults: Faults, clock: SimClock, market: Market
) -> None:
    with live_client(gateway, heartbeat_interval_s=5) as (client, collected):
        streaming(client, collected, clock)
        faults.set(SOURCE, "stream", "mute")
        wait(lambda: not faults.active())
        before = arrived(collected)
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
        wait(lambda: not faults.active())
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
        wait(lambda: not faults.active())
        clock.advance(Ns(15 * SECOND))
        collected.wait(lambda: bool(collected.of(db.ErrorMsg)))
        collected.wait(lambda: any(r.ts_event > NOW + 30 * SECOND for r in collected.of(TICKS)))
    received = content(collected.of(TICKS))

    assert received == expected(market, "trades", ["NQM6"], NOW + 1, NOW + MINUTE)[: len(received)]


def test_wrong_clocks_and_wrong_order_change_records_and_lose_none(
    gateway: LiveGateway, faults: Faults, clock: SimClock, market: Market
) -> None:
    with live_client(gateway) as (client, collected):
        client.subscribe(GLBX, "trades", "NQM6")
        client.start()
        acknowledged(collected, 1)
        faults.set(SOURCE, "stream", "clock_skew", seconds=30)
        faults.set(SOURCE, "stream", "out_of_order")
        wait(lambda: not faults.active())
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
        wait(lambda: gateway.house.slow_readers > 0)
        deadline = time.monotonic() + PATIENCE
        while words not in heard and time.monotonic() < deadline:
            heard += said.read1(1_000_000)

    assert words in heard
