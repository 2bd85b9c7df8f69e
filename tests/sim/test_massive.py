"""Massive as its own official client meets it, unmodified, and as a plain one sees its refusals."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pytest
import requests
from massive import RESTClient, WebSocketClient
from massive.exceptions import AuthError, BadResponse

from app.domain.units import MINUTE, SECOND, Ns
from app.sim import keys
from app.sim.clock import SimClock
from app.sim.faults import Faults
from app.sim.massive import Massive
from app.sim.massive_options import Plan
from tests.sim.still_market import MONDAY, StillMarket

Open = Callable[..., Massive]


@pytest.fixture
def open_massive(faults: Faults, still_clock: SimClock) -> Iterator[Open]:
    opened: list[Massive] = []

    def start(**options: Any) -> Massive:
        market = StillMarket()
        opened.append(Massive(market, market, still_clock.now, faults, **options))
        opened[-1].start()
        return opened[-1]

    yield start
    for service in opened:
        service.stop()


@pytest.fixture
def massive(open_massive: Open) -> Massive:
    return open_massive()


@pytest.fixture
def clients() -> Iterator[Callable[[Massive], RESTClient]]:
    made: list[RESTClient] = []

    def connect(service: Massive, key: str = keys.MASSIVE) -> RESTClient:
        made.append(RESTClient(api_key=key, base=service.address, retries=0))
        return made[-1]

    yield connect
    for client in made:
        client.client.clear()


@pytest.fixture
def client(massive: Massive, clients: Callable[[Massive], RESTClient]) -> RESTClient:
    return clients(massive)


def get(service: Massive, path: str, key: str | None = keys.MASSIVE, **query: str) -> requests.Response:
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    return requests.get(service.address + path, params=query, headers=headers, timeout=5)


def test_the_official_client_pages_through_a_whole_chain(client: RESTClient) -> None:
    chain = list(client.list_snapshot_options_chain("NDX", params={"limit": 250, "contract_type": "call"}))
    tickers = [contract.details.ticker for contract in chain]
    assert len(chain) > 500
    assert tickers == sorted(set(tickers))
    assert all(ticker.startswith("O:NDX") for ticker in tickers)
    assert {contract.details.exercise_style for contract in chain} == {"european"}


def test_some_contracts_come_without_greeks_quote_or_trade(client: RESTClient) -> None:
    chain = list(client.list_snapshot_options_chain("NDX", params={"limit": 250}))
    with_iv = [contract for contract in chain if contract.implied_volatility is not None]
    assert 0 < len(with_iv) < len(chain)
    assert all(0.05 < contract.implied_volatility < 2.5 for contract in with_iv)
    assert {contract.last_quote is None for contract in chain} == {True, False}
    assert {contract.last_trade is None for contract in chain} == {True, False}
    assert [contract.details.contract_type for contract in chain].count("other") == 1


def test_ranges_narrow_the_chain(client: RESTClient) -> None:
    params = {"expiration_date": "2025-06-13", "strike_price.gte": 21_500, "strike_price.lte": 21_600}
    found = client.list_snapshot_options_chain("NDX", params={**params, "limit": 250})
    strikes = [(c.details.contract_type, c.details.strike_price) for c in found]
    assert len(strikes) == 2 * 5
    assert {strike for _, strike in strikes} == {21_500, 21_525, 21_550, 21_575, 21_600}


def test_the_fund_has_a_chain_of_its_own_size_and_style(client: RESTClient) -> None:
    chain = list(client.list_snapshot_options_chain("QQQ", params={"limit": 250}))
    assert {c.details.ticker[:5] for c in chain} == {"O:QQQ"}
    assert {c.details.exercise_style for c in chain} == {"american"}
    assert {c.underlying_asset.ticker for c in chain} == {"QQQ"}
    assert {c.underlying_asset.price for c in chain} == {round(21_700.5 / 41, 2)}
    strikes = sorted({c.details.strike_price for c in chain})
    assert {after - before for before, after in pairwise(strikes)} == {1}
    assert strikes[0] < 21_700.5 / 41 < strikes[-1]
    near = [c for c in chain if c.details.strike_price == 529 and c.details.contract_type == "call"]
    assert all(0.0 < c.greeks.delta < 1.0 for c in near)
    assert client.get_options_contract(near[0].details.ticker).exercise_style == "american"


def test_there_are_no_options_of_the_future(massive: Massive, client: RESTClient) -> None:
    assert list(client.list_snapshot_options_chain("NQ")) == []
    said = get(massive, "/v3/snapshot/options/NQM25").json()
    assert (said["status"], said["results"]) == ("OK", [])


def test_the_next_page_has_no_key_in_its_address(massive: Massive) -> None:
    said = get(massive, "/v3/snapshot/options/NDX", limit="3").json()
    assert len(said["results"]) == 3
    assert keys.MASSIVE not in said["next_url"]
    assert requests.get(said["next_url"], timeout=5).status_code == 401
    following = requests.get(f"{said['next_url']}&apiKey={keys.MASSIVE}", timeout=5).json()
    assert len(following["results"]) == 3
    assert following["results"][0]["details"] != said["results"][0]["details"]


@pytest.mark.parametrize("limit", ["0", "251", "many"])
def test_a_page_has_at_most_250_contracts(massive: Massive, limit: str) -> None:
    assert get(massive, "/v3/snapshot/options/NDX", limit=limit).status_code == 400


def test_references_and_single_contracts_are_found(client: RESTClient) -> None:
    listed = list(client.list_options_contracts("NDX", expiration_date="2025-06-13", limit=1000))
    one = client.get_options_contract(listed[0].ticker)
    assert one.strike_price == listed[0].strike_price
    shown = client.get_snapshot_option("NDX", listed[0].ticker)
    assert shown.details.ticker == listed[0].ticker


def test_futures_come_as_bars_contracts_and_snapshot(client: RESTClient, still_clock: SimClock) -> None:
    still_clock.advance(Ns(3 * MINUTE))
    bars = list(client.list_futures_aggregates("NQM5", resolution="1min", window_start_gte=str(MONDAY)))
    assert [bar.window_start for bar in bars] == [MONDAY + n * MINUTE for n in (2, 1, 0)]
    assert (bars[0].open, bars[0].high, bars[0].volume, bars[0].transactions) == (21_745, 21_745.25, 120, 120)
    assert [c.ticker for c in client.list_futures_contracts(product_code="NQ")] == ["NQM5", "NQU5"]
    assert next(iter(client.list_futures_products())).product_code == "NQ"
    snapshot = next(iter(client.get_futures_snapshot(ticker="NQM5")))
    assert snapshot.last_quote.bid == 21_744.75
    assert snapshot.session.previous_settlement == 21_789.5


def test_the_index_has_a_snapshot(client: RESTClient) -> None:
    assert next(iter(client.get_snapshot_indices(["I:NDX"]))).value == 21_700.5


def test_a_delayed_plan_says_so_and_is_fifteen_minutes_late(
    open_massive: Open, clients: Callable[[Massive], RESTClient]
) -> None:
    client = clients(open_massive(plan=Plan(delayed=True, trades=False)))
    contract = next(c for c in client.list_snapshot_options_chain("NDX") if c.last_quote is not None)
    assert contract.last_quote.timeframe == "DELAYED"
    assert contract.last_quote.last_updated == MONDAY - 15 * MINUTE
    assert contract.last_trade is None


def test_keys_are_checked(massive: Massive, clients: Callable[..., RESTClient]) -> None:
    path = "/futures/v1/products"
    assert get(massive, path, key=None).json()["error"] == "API Key was not provided"
    assert get(massive, path, key="nobody").json()["error"] == "Unknown API Key"
    assert requests.get(f"{massive.address}{path}?apiKey={keys.MASSIVE}", timeout=5).status_code == 200
    with pytest.raises(BadResponse):
        clients(massive, "nobody").get_options_contract("O:NDX250613C21500000")


def test_a_plan_that_is_too_low_is_refused_by_group(open_massive: Open) -> None:
    service = open_massive(plan=Plan(options=False))
    assert get(service, "/v3/snapshot/options/NDX").status_code == 403
    assert "not entitled" in get(service, "/v3/snapshot/options/NDX").json()["message"]
    assert get(service, "/futures/v1/products").status_code == 200


def test_the_free_plan_has_five_calls_a_minute(open_massive: Open, still_clock: SimClock) -> None:
    service = open_massive(calls_a_minute=5)
    statuses = [get(service, "/futures/v1/products").status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    assert "maximum requests per minute" in get(service, "/futures/v1/products").json()["error"]
    still_clock.advance(Ns(61 * SECOND))
    assert get(service, "/futures/v1/products").status_code == 200


def streaming(service: Massive, key: str = keys.MASSIVE, topics: str = "T.NQM5,AM.NQM5") -> WebSocketClient:
    where = service.address.removeprefix("http://")
    return WebSocketClient(
        api_key=key,
        feed=where,
        market="futures",
        secure=False,
        subscriptions=topics.split(","),
        max_reconnects=0,
    )


async def test_the_official_client_streams_trades_and_bars(massive: Massive, still_clock: SimClock) -> None:
    client, heard = streaming(massive), list[Any]()

    async def keep(messages: Any) -> None:
        heard.extend(messages)

    task = asyncio.create_task(client.connect(keep))
    while not heard:
        still_clock.advance(Ns(SECOND))
        await asyncio.sleep(0.01)
    while not any(message.event_type == "AM" for message in heard):
        still_clock.advance(Ns(SECOND))
        await asyncio.sleep(0.01)
    await client.close()
    await task
    trades = [message for message in heard if message.event_type == "T"]
    assert {(trade.symbol, trade.price, trade.size) for trade in trades} == {
        ("NQM5", 21_745.0, 1),
        ("NQM5", 21_745.25, 1),
    }
    bar = next(message for message in heard if message.event_type == "AM")
    assert (bar.start_timestamp, bar.volume) == (MONDAY // 1_000_000, 120)


async def test_a_stream_refuses_a_wrong_key(massive: Massive) -> None:
    async def keep(messages: Any) -> None:
        raise AssertionError(messages)

    client = streaming(massive, "nobody")
    with pytest.raises(AuthError, match="authentication failed"):
        await client.connect(keep)
    await client.close()


def test_faults_strike_one_group(massive: Massive, faults: Faults) -> None:
    faults.set("massive", "options", "no_entitlement")
    faults.set("massive", "futures", "truncated")
    faults.set("massive", "options", "empty")
    assert get(massive, "/v3/snapshot/options/NDX").status_code == 403
    assert get(massive, "/v3/snapshot/options/NDX").json()["results"] == []
    cut = get(massive, "/futures/v1/contracts")
    with pytest.raises(requests.JSONDecodeError):
        cut.json()
