"""The live feed through the official client, by the tap and by the plain path, against a scripted gateway."""

import socket
import time
from dataclasses import replace

import pytest

from app.domain.errors import (
    ConfigError,
    Unavailable,
)
from app.domain.ticks import BUY, SELL, InstrumentMapped
from app.domain.units import Ns, px
from app.engine.feeds import TickWant
from app.sources.databento.live import DatabentoFeed
from tests.sources.databento.conftest import WANT, Start, drained, until
from tests.sources.databento.gateway import NQ, Talk, header, heartbeat, mapping, playing, quote, stay, trade


def test_trades_and_names_arrive_as_sent(start: Start, tapped: bool) -> None:
    feed, _ = start(playing(mapping(), trade(21745.25, 3, "B", 10), trade(21745.0, 2, "A", 20)), tapped)
    feed.open(WANT)
    batches = drained(feed, 3)
    trades = [batch.trades for batch in batches if len(batch.trades)]
    assert [int(p) for t in trades for p in t.price] == [px("21745.25"), px(21745)]
    assert [int(s) for t in trades for s in t.side] == [BUY, SELL]
    assert [int(s) for t in trades for s in t.size] == [3, 2]
    assert {int(i) for t in trades for i in t.instrument_id} == {NQ}
    named = [rare for batch in batches for rare in batch.rare if isinstance(rare, InstrumentMapped)]
    assert [(one.instrument_id, one.raw_symbol) for one in named] == [(NQ, "NQZ6")]
    assert feed.closed_by() is None
    assert feed.last_sign() is not None


def test_a_name_that_is_known_is_not_told_again(start: Start, tapped: bool) -> None:
    feed, _ = start(playing(mapping(), mapping("NQH7", NQ + 1), trade(), trade()), tapped)
    feed.open(replace(WANT, named={NQ: "NQZ6", NQ + 1: "NQM7"}))
    batches = drained(feed, 4)
    named = [rare for batch in batches for rare in batch.rare if isinstance(rare, InstrumentMapped)]
    assert [(one.instrument_id, one.raw_symbol) for one in named] == [(NQ + 1, "NQH7")]
    assert sum(len(batch.trades) for batch in batches) == 2


@pytest.mark.parametrize("version", [1, 2, 3])
def test_every_version_of_the_stream_is_read(start: Start, version: int) -> None:
    feed, _ = start(playing(trade(), trade(), version=version))
    feed.open(WANT)
    assert sum(len(batch.trades) for batch in drained(feed, 2)) == 2


def test_a_trade_told_twice_counts_once(start: Start, tapped: bool) -> None:
    """Quotes repeat each trade; the trades' own stream is what is counted."""
    stream = (trade(at=10), quote(21745, 21745.25, at=10, action="T"), quote(21745, 21745.5, at=11))
    feed, _ = start(playing(*stream), tapped)
    feed.open(WANT)
    batches = drained(feed, 3)
    assert sum(len(batch.trades) for batch in batches) == 1
    assert not any(batch.trades.price.flags.writeable for batch in batches)
    top = [top for batch in batches for top in batch.tops][-1]
    assert (top.bid, top.ask, top.ask_size) == (px(21745), px("21745.5"), 6)


def test_every_quote_of_the_futures_is_handed_over(start: Start, tapped: bool) -> None:
    quotes = [quote(21745, 21745.25 + n / 4, at=10 + n) for n in range(5)]
    for futures, expected in ((("NQZ6",), [px(f"{21745.25 + n / 4}") for n in range(5)]), ((), None)):
        feed, _ = start(playing(*quotes), tapped)
        feed.open(TickWant(futures=futures, option_quote_symbols=("QNE",), trades=False, schema="mbp-1"))
        batches = drained(feed, 5)
        every = [batch.every_top for batch in batches if batch.every_top is not None]
        assert ([int(ask) for columns in every for ask in columns.ask] or None) == expected


def test_bytes_may_come_in_any_pieces(start: Start) -> None:
    stream = header() + mapping() + trade() + trade()

    def play(talk: Talk) -> None:
        talk.login()
        while not talk.line().startswith("start_session"):
            continue
        talk.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(0, len(stream), 37):
            talk.send(stream[at : at + 37])
            time.sleep(0.001)
        stay(talk)

    feed, _ = start(play)
    feed.open(WANT)
    assert sum(len(batch.trades) for batch in drained(feed, 3)) == 2


def test_subscriptions_name_schema_symbols_and_start(start: Start) -> None:
    feed, gateway = start(playing())
    feed.open(WANT)
    asked = [dict(part.split("=", 1) for part in line.split("|")) for line in gateway.talks[0].lines[1:-1]]
    told = [(a["schema"], a["stype_in"], a["symbols"], a.get("start")) for a in asked]
    assert told == [
        ("definition", "raw_symbol", "NQZ6", "0"),
        ("definition", "parent", "NQ.OPT,Q3D.OPT", "0"),
        ("statistics", "raw_symbol", "NQZ6", "0"),
        ("statistics", "parent", "NQ.OPT,Q3D.OPT", "0"),
        ("status", "raw_symbol", "NQZ6", "5"),
        ("trades", "raw_symbol", "NQZ6", "5"),
        ("trades", "parent", "NQ.OPT,Q3D.OPT", "5"),
        ("mbp-1", "raw_symbol", "NQZ6", None),
    ]
    login = dict(part.split("=", 1) for part in gateway.talks[0].lines[0].split("|"))
    assert (login["dataset"], login["heartbeat_interval_s"]) == ("GLBX.MDP3", "5")


def test_quotes_alone_ask_for_nothing_else(start: Start) -> None:
    feed, gateway = start(playing())
    feed.open(TickWant(option_quote_symbols=("Q3DX6 C25000", "Q3DX6 P25000"), trades=False))
    asked = gateway.talks[0].lines[1:-1]
    assert len(asked) == 1
    assert "schema=mbp-1|stype_in=raw_symbol|symbols=Q3DX6 C25000,Q3DX6 P25000|" in asked[0]


def test_heartbeats_are_signs_of_life(start: Start, tapped: bool) -> None:
    def play(talk: Talk) -> None:
        talk.begin()
        for _ in range(4):
            talk.send(heartbeat())
            time.sleep(0.03)
        stay(talk)

    feed, _ = start(play, tapped)
    feed.open(WANT)
    drained(feed, 1)
    first = feed.last_sign()
    assert first is not None
    until(lambda: (feed.last_sign() or Ns(0)) > first)


def test_closing_frees_the_socket_without_waiting(start: Start, tapped: bool) -> None:
    feed, gateway = start(playing(trade()), tapped)
    feed.open(WANT)
    began = time.monotonic()
    feed.close()
    feed.close()
    assert time.monotonic() - began < 5
    until(gateway.left.is_set, "the socket stayed open")


def test_closing_a_feed_that_never_opened_is_harmless(start: Start) -> None:
    feed, gateway = start(playing())
    feed.close()
    with pytest.raises(Unavailable):
        feed.open(WANT)
    assert not gateway.talks


def test_an_address_that_is_none_is_the_users_error(start: Start) -> None:
    feed, _ = start(playing())
    object.__setattr__(feed._context, "addresses", {"databento_live": "nowhere"})
    with pytest.raises(ConfigError, match="host:port"):
        feed.open(WANT)


def test_the_drain_of_a_fresh_feed_is_empty(start: Start) -> None:
    feed, _ = start(playing())
    batch = feed.drain()
    assert (batch.records, len(batch.trades), len(batch.tops), batch.rare) == (0, 0, 0, ())
    assert (feed.closed_by(), feed.last_sign()) == (None, None)
    assert isinstance(feed, DatabentoFeed)
