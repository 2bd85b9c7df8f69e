"""What a vendor refuses is stepped down from, told in his words, remembered, and asked again on demand."""

from pathlib import Path

import pytest

from app.domain.errors import NotEntitled
from app.domain.health import ChannelHealth, Link
from app.domain.routing import TICK, Channel, Offer
from app.domain.updates import HealthChanged, Notice
from app.engine.feeds import Ladder, Rung
from tests.engine.bench import Bench, tick_source, until
from tests.engine.clocks import ManualClock
from tests.engine.gateway import Gateway, Trade

_QUOTES = Ladder(
    rungs=(Rung("orders", "single orders"), Rung("depth", "the depth"), Rung("tops", "the quotes")),
)
_TRADES = Ladder(
    rungs=(Rung("trades", "trades"),), beside=(Rung("status", "halts"), Rung("facts", "expiries"))
)


def _bench(folder: Path, gateway: Gateway, clock: ManualClock) -> Bench:
    offers = tuple(Offer(c, TICK) for c in (Channel.NQ_TRADES, Channel.NQ_QUOTES))
    ladders = {Channel.NQ_QUOTES: _QUOTES, Channel.NQ_TRADES: _TRADES}
    return Bench(folder, clock, sources=(tick_source(gateway.make, offers=offers, ladders=ladders),))


def _health(bench: Bench, channel: Channel) -> ChannelHealth:
    told = bench.screen.one(HealthChanged)
    assert told is not None
    return next(c for c in told.health.channels if c.channel is channel)


def _said(bench: Bench, channel: Channel) -> str:
    return next((n.sentence for n in bench.screen.now(Notice) if n.topic.endswith(channel.value)), "")


async def test_a_refused_schema_is_replaced_by_the_next_one_and_the_trader_is_told(
    tmp_path: Path, gateway: Gateway, clock: ManualClock
) -> None:
    bench = _bench(tmp_path, gateway, clock)
    gateway.refused = {"orders": "Not authorized for orders schema"}
    async with bench.running():
        await until(lambda: len(gateway.living()) == 2)
        assert [want.schema for want in gateway.wants if want.quotes] == ["orders", "depth"]
        gateway.quote(21_500, 21_500.25)
        await until(lambda: _health(bench, Channel.NQ_QUOTES).schema == "depth")
        health = _health(bench, Channel.NQ_QUOTES)
        assert health.link is Link.UP
        assert "“Not authorized for orders schema (orders)”" in health.note
        assert "single orders" in health.note
        assert health.reconnects_today == 0
        said = _said(bench, Channel.NQ_QUOTES)
        assert "refuses orders for quotes of the futures (“Not authorized for orders schema" in said
        assert "depth is used instead." in said
        assert "Not known without it: single orders." in said


async def test_a_refusal_is_remembered_until_the_user_asks_again(
    tmp_path: Path, gateway: Gateway, clock: ManualClock
) -> None:
    bench = _bench(tmp_path, gateway, clock)
    gateway.refused = {"orders": "no", "depth": "no"}
    async with bench.running():
        await until(lambda: len(gateway.living()) == 2)
    gateway.wants.clear()
    bench = _bench(tmp_path, gateway, clock)
    gateway.refused = {}
    async with bench.running() as engine:
        await until(lambda: len(gateway.living()) == 2)
        assert [want.schema for want in gateway.wants if want.quotes] == ["tops"]
        assert "depth refused" in _health(bench, Channel.NQ_QUOTES).note
        assert await engine.schemas.retry() == "Ticks is asked again for what was refused."
        await until(lambda: [w.schema for w in gateway.wants if w.quotes] == ["tops", "orders"])
        await until(lambda: _health(bench, Channel.NQ_QUOTES).note == "")
        assert _said(bench, Channel.NQ_QUOTES) == ""
        assert await engine.schemas.retry() == "Nothing was refused: everything that is asked for is given."


async def test_a_schema_that_is_taken_away_in_mid_session_is_stepped_down_from(
    tmp_path: Path, gateway: Gateway, clock: ManualClock
) -> None:
    bench = _bench(tmp_path, gateway, clock)
    async with bench.running():
        await until(lambda: len(gateway.living()) == 2)
        gateway.cut(NotEntitled("no", words="orders is not part of your plan any more"), trades=False)
        await until(lambda: [w.schema for w in gateway.wants if w.quotes] == ["orders", "depth"])
        await until(lambda: len(gateway.living()) == 2)
        assert _health(bench, Channel.NQ_TRADES).reconnects_today == 0


@pytest.mark.expected_log("not entitled")
async def test_without_any_schema_the_channel_stops_and_asks_and_the_rest_goes_on(
    tmp_path: Path, gateway: Gateway, clock: ManualClock
) -> None:
    bench = _bench(tmp_path, gateway, clock)
    gateway.refused = dict.fromkeys(("orders", "depth", "tops"), "no")
    async with bench.running() as engine:
        await until(
            lambda: (
                bench.screen.one(HealthChanged)
                and _health(bench, Channel.NQ_QUOTES).link is Link.NOT_ENTITLED
            )
        )
        said = _said(bench, Channel.NQ_QUOTES)
        assert "nothing else to ask for in place of quotes of the futures" in said
        gateway.trade(Trade(clock.now()))
        await until(lambda: _health(bench, Channel.NQ_TRADES).last_receipt)
        gateway.refused = {}
        await engine.schemas.retry(bench.sources[0].id)
        await until(lambda: _health(bench, Channel.NQ_QUOTES).link is Link.UP)
        assert gateway.wants[-1].schema == "orders"


async def test_what_comes_beside_the_trades_can_be_refused_without_losing_them(
    tmp_path: Path, gateway: Gateway, clock: ManualClock
) -> None:
    bench = _bench(tmp_path, gateway, clock)
    gateway.refused = {"facts": "Not authorized for facts schema"}
    async with bench.running():
        await until(lambda: len(gateway.living()) == 2)
        assert [set(w.without) for w in gateway.wants if w.trades] == [set(), {"facts"}]
        assert "expiries" in _health(bench, Channel.NQ_TRADES).note


@pytest.mark.expected_log("not entitled")
async def test_a_dataset_that_is_not_given_stops_both_connections_and_says_what_to_do(
    tmp_path: Path, gateway: Gateway, clock: ManualClock
) -> None:
    bench = _bench(tmp_path, gateway, clock)
    refusal = NotEntitled("Subscribe to it.", words="no licence", everything=True)
    gateway.refusals = [refusal, refusal]
    async with bench.running():
        await until(
            lambda: (
                bench.screen.one(HealthChanged)
                and all(
                    _health(bench, c).link is Link.NOT_ENTITLED
                    for c in (Channel.NQ_TRADES, Channel.NQ_QUOTES)
                )
            )
        )
        assert _said(bench, Channel.NQ_TRADES) == "Subscribe to it."
        assert len(gateway.wants) == 2
