"""Tradovate over plain HTTP and an independent WebSocket client."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
import requests
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from app.domain.units import MINUTE, SECOND, Ns
from app.sim import keys
from app.sim.clock import SimClock
from app.sim.faults import Faults
from app.sim.tradovate import Tradovate
from tests.sim.still_market import StillMarket
from tests.waiting import PATIENCE, wait

LOGIN: Final = {
    "name": keys.TRADOVATE_USER,
    "password": keys.TRADOVATE_PASSWORD,
    "appId": keys.TRADOVATE_APP,
    "appVersion": "1.0",
    "cid": int(keys.TRADOVATE_CLIENT),
    "sec": keys.TRADOVATE_SECRET,
    "deviceId": "00000000-0000-0000-0000-000000000001",
}


@dataclass
class Line:
    """One socket: what has come is kept until somebody looks for it."""

    socket: ClientConnection
    sent: int = 0
    waiting: list[dict[str, Any]] = field(default_factory=list)

    def ask(self, endpoint: str, body: object = "") -> dict[str, Any]:
        self.sent += 1
        text = body if isinstance(body, str) else json.dumps(body)
        self.socket.send(f"{endpoint}\n{self.sent}\n\n{text}")
        return self.find(lambda message: message.get("i") == self.sent)

    def find(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for message in self.waiting:
                if wanted(message):
                    self.waiting.remove(message)
                    return message
            frame = str(self.socket.recv(timeout=PATIENCE))
            if frame.startswith("a"):
                self.waiting += json.loads(frame[1:])
        raise AssertionError("it never came")

    def quotes(self, wanted: Callable[[dict[str, Any]], bool]) -> list[dict[str, Any]]:
        """All of the next message in which the entries of one fit."""

        def fits(message: dict[str, Any]) -> bool:
            return any(wanted(quote["entries"]) for quote in message.get("d", {}).get("quotes", ()))

        found: list[dict[str, Any]] = self.find(fits)["d"]["quotes"]
        return found


Call = Callable[[Tradovate], Line]


@pytest.fixture
def open_tradovate(faults: Faults, still_clock: SimClock) -> Iterator[Callable[..., Tradovate]]:
    opened: list[Tradovate] = []

    def start(**options: Any) -> Tradovate:
        opened.append(Tradovate(StillMarket(), still_clock.now, faults, **options))
        opened[-1].start()
        return opened[-1]

    yield start
    for service in opened:
        service.stop()


@pytest.fixture
def tradovate(open_tradovate: Callable[..., Tradovate]) -> Tradovate:
    return open_tradovate()


@pytest.fixture
def call() -> Iterator[Call]:
    """Opens sockets that are closed at the end."""
    with ExitStack() as opened:

        def connected(service: Tradovate) -> Line:
            url = f"{service.address.replace('http', 'ws')}/v1/websocket"
            socket = opened.enter_context(
                connect(url, open_timeout=PATIENCE, close_timeout=1, ping_interval=None)
            )
            assert socket.recv(timeout=PATIENCE) == "o"
            return Line(socket)

        yield connected


def log_in(service: Tradovate, **other: Any) -> dict[str, Any]:
    url = f"{service.address}/v1/auth/accesstokenrequest"
    answer = requests.post(url, json={**LOGIN, **other}, timeout=5)
    assert answer.status_code == 200
    said: dict[str, Any] = answer.json()
    return said


def rest(service: Tradovate, path: str, token: str, **query: str) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"}
    return requests.get(f"{service.address}/v1/{path}", params=query, headers=headers, timeout=5)


@pytest.fixture
def line(tradovate: Tradovate, call: Call) -> Line:
    opened = call(tradovate)
    assert opened.ask("authorize", log_in(tradovate)["mdAccessToken"])["s"] == 200
    return opened


def test_a_login_gives_two_tokens_for_eighty_minutes(tradovate: Tradovate) -> None:
    said = log_in(tradovate)
    assert said["accessToken"] != said["mdAccessToken"]
    assert said["expirationTime"] == "2025-06-09T15:50:00.000Z"
    assert rest(tradovate, "contract/find", said["accessToken"], name="NQM5").status_code == 200
    assert rest(tradovate, "contract/find", said["mdAccessToken"], name="NQM5").status_code == 401


@pytest.mark.parametrize("wrong", [{"password": "x"}, {"name": "x"}, {"cid": 1}, {"sec": None}])
def test_a_wrong_login_says_so_with_status_200(tradovate: Tradovate, wrong: dict[str, Any]) -> None:
    assert log_in(tradovate, **wrong) == {"errorText": "Incorrect username or password. Please try again."}


def test_a_penalty_ticket_opens_the_door_once_its_time_is_over(
    tradovate: Tradovate, faults: Faults, still_clock: SimClock
) -> None:
    faults.set("tradovate", "login", "time_penalty", seconds=15)
    penalty = log_in(tradovate)
    assert (penalty["p-time"], penalty["p-captcha"]) == (15, False)
    assert "errorText" in log_in(tradovate, **{"p-ticket": penalty["p-ticket"]})
    still_clock.advance(Ns(15 * SECOND))
    assert "accessToken" in log_in(tradovate, **{"p-ticket": penalty["p-ticket"]})


def test_a_captcha_is_for_a_person(tradovate: Tradovate, faults: Faults) -> None:
    faults.set("tradovate", "login", "captcha")
    assert log_in(tradovate)["p-captcha"] is True


def test_tokens_expire_and_are_renewed(tradovate: Tradovate, still_clock: SimClock) -> None:
    first = log_in(tradovate)["accessToken"]
    still_clock.advance(Ns(70 * MINUTE))
    second = rest(tradovate, "auth/renewaccesstoken", first).json()["accessToken"]
    still_clock.advance(Ns(20 * MINUTE))
    assert rest(tradovate, "product/find", first, name="NQ").status_code == 401
    assert rest(tradovate, "product/find", second, name="NQ").status_code == 200
    still_clock.advance(Ns(70 * MINUTE))
    assert rest(tradovate, "auth/renewaccesstoken", second).status_code == 401


def test_contracts_and_products_are_single_objects(tradovate: Tradovate) -> None:
    token = log_in(tradovate)["accessToken"]
    contract = rest(tradovate, "contract/find", token, name="NQM5").json()
    assert contract["name"] == "NQM5"
    assert rest(tradovate, "contract/item", token, id=str(contract["id"])).json() == contract
    assert rest(tradovate, "contract/find", token, name="NQM99").status_code == 404
    assert [c["name"] for c in rest(tradovate, "contract/suggest", token, t="NQ").json()] == ["NQM5", "NQU5"]
    product = rest(tradovate, "product/find", token, name="NQ").json()
    assert (product["tickSize"], product["valuePerPoint"]) == (0.25, 20.0)


def test_over_the_limit_comes_without_a_body(tradovate: Tradovate, faults: Faults) -> None:
    faults.set("tradovate", "rest", "429")
    answer = rest(tradovate, "product/find", log_in(tradovate)["accessToken"], name="NQ")
    assert (answer.status_code, answer.content) == (429, b"")


def test_a_socket_wants_the_market_data_token(tradovate: Tradovate, call: Call) -> None:
    line = call(tradovate)
    assert line.ask("md/subscribeQuote", {"symbol": "NQM5"})["s"] == 401
    assert line.ask("authorize", "nobody")["s"] == 401
    assert line.ask("authorize", log_in(tradovate)["mdAccessToken"]) == {"s": 200, "i": 3}


def test_a_quote_comes_whole_first_and_then_in_parts(line: Line, still_clock: SimClock) -> None:
    assert line.ask("md/subscribeQuote", {"symbol": "NQM5"}) == {"s": 200, "i": 2, "d": {}}
    (first,) = line.quotes(lambda entries: "Bid" in entries)
    assert first["entries"]["Bid"] == {"price": 21_744.75, "size": 2}
    assert first["entries"]["SettlementPrice"] == {"price": 21_789.5}
    assert first["timestamp"].endswith("Z")
    volume = first["entries"]["TotalTradeVolume"]["size"]
    still_clock.advance(Ns(SECOND))
    trades = line.quotes(lambda entries: "Trade" in entries)
    assert [trade["entries"] for trade in trades] == [
        {"Trade": {"price": 21_745.0, "size": 1}, "TotalTradeVolume": {"size": volume + 1}},
        {"Trade": {"price": 21_745.25, "size": 1}, "TotalTradeVolume": {"size": volume + 2}},
    ]
    assert {trade["contractId"] for trade in trades} == {first["contractId"]}


def test_depth_comes_as_levels(line: Line, still_clock: SimClock) -> None:
    assert line.ask("md/subscribeDOM", {"symbol": "NQM5"})["s"] == 200
    still_clock.advance(Ns(SECOND))
    book = line.find(lambda message: "doms" in message.get("d", {}))["d"]["doms"][0]
    assert (book["bids"][0], book["offers"][0]) == (
        {"price": 21_744.75, "size": 2},
        {"price": 21_745.25, "size": 3},
    )


def test_a_chart_ends_its_history_with_a_mark(line: Line) -> None:
    described = {"underlyingType": "MinuteBar", "elementSize": 5, "elementSizeUnit": "UnderlyingUnits"}
    body = {"symbol": "NQM5", "chartDescription": described, "timeRange": {"asMuchAsElements": 3}}
    name = line.ask("md/getChart", body)["d"]["historicalId"]
    history = line.find(lambda message: message.get("e") == "chart")["d"]["charts"][0]
    assert history["id"] == name
    assert [bar["timestamp"] for bar in history["bars"]] == [
        "2025-06-09T14:15:00.000Z",
        "2025-06-09T14:20:00.000Z",
        "2025-06-09T14:25:00.000Z",
    ]
    bar = history["bars"][0]
    assert (bar["upVolume"], bar["downVolume"], bar["high"]) == (300, 300, 21_745.25)
    assert line.find(lambda message: message.get("e") == "chart")["d"]["charts"] == [
        {"id": name, "eoh": True}
    ]


def test_an_unknown_symbol_is_inaccessible(line: Line, faults: Faults) -> None:
    assert line.ask("md/subscribeQuote", {"symbol": "ESM5"})["d"]["errorText"] == "Symbol is inaccessible"
    faults.set("tradovate", "request", "inaccessible")
    assert line.ask("md/subscribeQuote", {"symbol": "NQM5"})["d"]["errorCode"] == "UnknownSymbol"


def test_what_cannot_be_read_is_refused_and_the_line_lives_on(line: Line) -> None:
    assert line.ask("md/subscribeQuote", "{")["s"] == 400
    assert line.ask("md/getChart", {"symbol": "NQM5", "chartDescription": 7})["s"] == 400
    assert line.ask("md/nothing", {})["s"] == 404
    assert line.ask("md/subscribeQuote", {"symbol": "NQM5"})["s"] == 200


def test_a_limit_on_the_socket_names_the_request(line: Line, faults: Faults) -> None:
    faults.set("tradovate", "request", "429")
    assert line.ask("md/subscribeQuote", {"symbol": "NQM5"}) == {"s": 429, "i": 2}


def test_heartbeats_go_on_while_quotes_are_mute(
    open_tradovate: Callable[..., Tradovate], call: Call, faults: Faults, still_clock: SimClock
) -> None:
    service = open_tradovate(heartbeat=0.1)
    line = call(service)
    line.ask("authorize", log_in(service)["mdAccessToken"])
    line.ask("md/subscribeQuote", {"symbol": "NQM5"})
    faults.set("tradovate", "stream", "mute")
    wait(lambda: not faults.active())
    still_clock.advance(Ns(10 * SECOND))
    assert {line.socket.recv(timeout=PATIENCE) for _ in range(3)} == {"h"}


def test_a_socket_is_closed_with_a_frame_or_without(tradovate: Tradovate, call: Call, faults: Faults) -> None:
    polite = call(tradovate)
    faults.set("tradovate", "stream", "fin")
    assert polite.socket.recv(timeout=PATIENCE) == 'c[3000,"Go away!"]'
    faults.set("tradovate", "socket", "503")
    with pytest.raises(InvalidStatus, match="503"):
        call(tradovate)


def test_one_connection_too_many_closes_the_oldest(
    open_tradovate: Callable[..., Tradovate], call: Call
) -> None:
    service = open_tradovate(most_connections=1)
    oldest = call(service)
    newest = call(service)
    assert oldest.socket.recv(timeout=PATIENCE) == 'c[1000,"Normal closure"]'
    assert newest.ask("authorize", log_in(service)["mdAccessToken"])["s"] == 200
