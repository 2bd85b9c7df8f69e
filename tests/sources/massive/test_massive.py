"""Massive's source against its simulator: what is delayed says so, what is missing stays missing."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from app.domain.capture import Capture
from app.domain.errors import AuthFailed, BadPayload, MissingKey, NotEntitled, RateLimited
from app.domain.routing import SNAPSHOT, Channel, SourceId, delayed
from app.domain.second_opinion import FuturePrice, Opinion, PriceBars, ProxyChain
from app.domain.session import Calendar
from app.domain.settings import Settings
from app.domain.units import MINUTE, Ns, px
from app.engine.feeds import SourceContext
from app.sim import keys
from app.sim.faults import Faults
from app.sim.massive import Massive
from app.sim.massive_options import Plan
from app.sources.massive.fetch import MassiveFeed
from app.sources.massive.parse import read
from tests.sim.still_market import MONDAY, StillMarket
from tests.sources.conftest import HandClock

FUTURE = "NQ" + "M5"


@dataclass
class Desk:
    service: Massive
    feed: MassiveFeed
    clock: HandClock
    faults: Faults

    def read(self, channel: Channel, name: str) -> Opinion:
        answered = self.feed.fetch(channel, name)
        if answered.error is not None:
            raise answered.error
        return self.feed.parse(answered.capture)


Open = Callable[..., Desk]


@pytest.fixture
def open_desk(make_context: Callable[..., SourceContext]) -> Iterator[Open]:
    opened: list[Desk] = []

    def start(key: str = keys.MASSIVE, **options: Any) -> Desk:
        clock, faults, market = HandClock(MONDAY), Faults(), StillMarket()
        service = Massive(market, market, clock.now, faults, **options)
        service.start()
        settings = Settings(massive_per_minute=600)
        context = make_context("massive", clock, {"massive": service.address}, {"massive": key}, settings)
        opened.append(Desk(service, MassiveFeed(context, clock.wait), clock, faults))
        return opened[-1]

    yield start
    for desk in opened:
        desk.feed.close()
        desk.service.stop()


@pytest.fixture
def desk(open_desk: Open) -> Desk:
    return open_desk()


def stored(body: object, channel: Channel = Channel.OPT_CHAIN, key: str = "NDX") -> Capture:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Capture("c", SourceId("massive"), channel, key, "", MONDAY, 200, "application/json", {}, data)


def test_the_chain_of_the_nearest_expiry_is_read_over_all_its_pages(desk: Desk) -> None:
    chain = desk.read(Channel.PROXY_CHAIN, "NDX")
    assert isinstance(chain, ProxyChain)
    assert (chain.underlying, chain.expiry, chain.whole) == ("NDX", date(2025, 6, 9), True)
    assert len(chain.quotes) > 250
    assert {quote.expiry for quote in chain.quotes} == {chain.expiry}
    assert [reject.reason for reject in chain.rejects] == ["a contract of the kind 'other'"]
    assert {quote.bid is None for quote in chain.quotes} == {True, False}
    assert {quote.delta is None for quote in chain.quotes} == {True, False}
    assert chain.fidelity == SNAPSHOT
    assert chain.reasons == ()


def test_a_delayed_plan_is_carried_to_the_value(open_desk: Open) -> None:
    late = open_desk(plan=Plan(delayed=True))
    chain, price = late.read(Channel.PROXY_CHAIN, "NDX"), late.read(Channel.NQ_QUOTES, FUTURE)
    assert (chain.fidelity, price.fidelity) == (delayed(15), delayed(10))


def test_the_second_price_is_the_markets_own(desk: Desk) -> None:
    price = desk.read(Channel.NQ_QUOTES, FUTURE)
    assert isinstance(price, FuturePrice)
    assert (price.bid, price.ask, price.last) == (px(21_744.75), px(21_745.25), px(21_745))
    assert price.mid == px(21_745)
    assert price.quoted == MONDAY


def test_bars_come_oldest_first_and_say_how_late_they_are(desk: Desk) -> None:
    bars = desk.read(Channel.BARS, FUTURE)
    assert isinstance(bars, PriceBars)
    assert len(bars.bars) == 60
    assert [bar.start for bar in bars.bars] == sorted({bar.start for bar in bars.bars})
    assert bars.fidelity == SNAPSHOT
    later = replace(stored({"results": []}), fetched=Ns(MONDAY + 40 * MINUTE))
    rows = [{"ticker": FUTURE, "window_start": MONDAY - MINUTE, "open": 1, "high": 2, "low": 1, "close": 2}]
    late = read(replace(later, body=json.dumps({"results": rows}).encode()), Calendar())
    assert late.fidelity == delayed(40)


def test_a_plan_that_lacks_one_part_loses_that_part_only(open_desk: Open) -> None:
    poor = open_desk(plan=Plan(futures=False))
    with pytest.raises(NotEntitled, match="does not include"):
        poor.read(Channel.NQ_QUOTES, FUTURE)
    assert isinstance(poor.read(Channel.PROXY_CHAIN, "NDX"), ProxyChain)


def test_a_wrong_key_and_a_missing_one_are_told_apart(
    open_desk: Open, make_context: Callable[..., SourceContext]
) -> None:
    with pytest.raises(AuthFailed):
        open_desk(key="wrong").feed.test()
    clock = HandClock(MONDAY)
    feed = MassiveFeed(make_context("massive", clock, {"massive": "http://127.0.0.1:1"}), clock.wait)
    with pytest.raises(MissingKey):
        feed.test()
    feed.close()


def test_calls_are_spaced_as_the_plan_allows_and_a_refusal_is_waited_out(
    make_context: Callable[..., SourceContext],
) -> None:
    clock, faults, market = HandClock(MONDAY), Faults(), StillMarket()
    service = Massive(market, market, clock.now, faults, calls_a_minute=5)
    service.start()
    context = make_context("massive", clock, {"massive": service.address}, {"massive": keys.MASSIVE})
    feed = MassiveFeed(context, clock.wait)
    for _ in range(8):
        assert feed.fetch(Channel.NQ_QUOTES, FUTURE).error is None
    assert [round(wait) for wait in clock.waited[1:]] == [12] * 7
    faults.set("massive", "futures", "429")
    refused = feed.fetch(Channel.NQ_QUOTES, FUTURE).error
    assert isinstance(refused, RateLimited)
    assert refused.retry_after == 60
    assert feed.wait_s() == 60
    feed.close()
    service.stop()


def test_a_capture_holds_neither_key_nor_half_a_chain(desk: Desk) -> None:
    answered = desk.feed.fetch(Channel.PROXY_CHAIN, "NDX")
    assert keys.MASSIVE not in repr(answered.capture)
    assert len(json.loads(answered.capture.body)) == 2
    desk.faults.set("massive", "options", "500", times=2)
    assert desk.feed.fetch(Channel.PROXY_CHAIN, "NDX").error is not None


def test_no_contracts_is_no_chain(desk: Desk) -> None:
    chain = desk.read(Channel.PROXY_CHAIN, "NQ")
    assert isinstance(chain, ProxyChain)
    assert chain.reasons


@pytest.mark.parametrize(
    "body", [b"<html>", b"{", b"[]", b"{}", {"results": 5}, {"results": [{"details": {"ticker": "x"}}]}]
)
def test_what_is_no_answer_of_it_is_refused(body: object) -> None:
    with pytest.raises(BadPayload):
        read(stored(body), Calendar())


@pytest.mark.parametrize("broken", [{"strike_price": "many"}, {"strike_price": -5}, {"strike_price": None}])
def test_a_row_that_cannot_be_is_left_out_and_counted(broken: dict[str, object]) -> None:
    good = {"contract_type": "call", "expiration_date": "2025-06-13", "strike_price": 5, "ticker": "O:X"}
    chain = read(stored({"results": [{"details": good}, {"details": {**good, **broken}}]}), Calendar())
    assert isinstance(chain, ProxyChain)
    assert (len(chain.quotes), len(chain.rejects)) == (1, 1)
    assert chain.quotes[0].bid is None
