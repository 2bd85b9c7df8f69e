"""Records of the simulated live gateway: live, replayed, as a snapshot, and without hole or double."""

import databento as db
import numpy as np
import pytest

from app.domain.units import DAY, HOUR, MINUTE, SECOND, Ns
from app.sim.clock import SimClock
from app.sim.databento_live import LiveGateway
from app.sim.feed import Feed
from app.sim.market import Market
from tests.sim.databento_clients import close_reason, content, live_client
from tests.sim.databento_live.streams import GLBX, NOW, TICKS, acknowledged, expected


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
