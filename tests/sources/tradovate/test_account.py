"""The login: one for all, renewed in time, and every pause that Tradovate asks for is kept."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from app.domain.errors import AuthFailed, Blocked, MissingKey, RateLimited
from app.domain.units import MINUTE
from app.elsewhere import simulated_keys
from app.engine.feeds import SourceContext
from app.sim.faults import Faults
from app.sim.tradovate import Tradovate
from app.sources.tradovate.account import Account, account_of
from app.sources.tradovate.frames import Kind, read_frame, request
from app.system.keepsakes import Keepsakes
from tests.sim.still_market import MONDAY, StillMarket
from tests.sources.conftest import HandClock


@dataclass
class Desk:
    service: Tradovate
    account: Account
    clock: HandClock
    faults: Faults
    context: SourceContext


@pytest.fixture
def desk(make_context: Callable[..., SourceContext]) -> Iterator[Desk]:
    clock, faults = HandClock(MONDAY), Faults()
    service = Tradovate(StillMarket(), clock.now, faults)
    service.start()
    context = make_context("tradovate", clock, {"tradovate": service.address}, simulated_keys())
    yield Desk(service, account_of(context), clock, faults, context)
    service.stop()


def test_all_connections_share_one_login(desk: Desk) -> None:
    assert account_of(desk.context) is desk.account
    assert desk.account.tokens() == desk.account.tokens()


def test_it_is_renewed_a_quarter_of_an_hour_before_its_end(desk: Desk) -> None:
    first = desk.account.tokens()
    desk.clock.advance(64 * 60)
    assert not desk.account.is_due()
    desk.clock.advance(2 * 60)
    assert desk.account.is_due()
    desk.account.renew()
    assert desk.account.tokens() != first
    assert not desk.account.is_due()


def test_a_login_that_is_over_is_made_anew(desk: Desk) -> None:
    first = desk.account.tokens()
    desk.clock.advance(81 * 60)
    assert desk.account.tokens().until > first.until + 80 * MINUTE


def test_a_penalty_is_waited_out_and_answered_with_its_ticket(desk: Desk) -> None:
    desk.faults.set("tradovate", "login", "time_penalty", seconds=15)
    with pytest.raises(RateLimited) as held:
        desk.account.tokens()
    assert held.value.retry_after == 15
    desk.clock.advance(14)
    with pytest.raises(RateLimited):
        desk.account.tokens()
    desk.clock.advance(2)
    assert desk.account.tokens().access


def test_a_captcha_is_for_the_user_and_nothing_is_sent_for_an_hour(desk: Desk) -> None:
    desk.faults.set("tradovate", "login", "captcha")
    for _ in range(2):
        with pytest.raises(Blocked, match="person"):
            desk.account.tokens()
    desk.clock.advance(3_601)
    assert desk.account.tokens().access


@pytest.mark.parametrize("status", ["423", "429"])
def test_over_the_limit_means_an_hour(desk: Desk, status: str) -> None:
    desk.faults.set("tradovate", "login", status)
    with pytest.raises(RateLimited) as held:
        desk.account.tokens()
    assert held.value.retry_after == 3_600
    assert desk.account.quiet_s() == 3_600


def test_a_wrong_password_is_not_sent_again_by_the_next_connection(desk: Desk) -> None:
    desk.faults.set("tradovate", "login", "auth_failed")
    for _ in range(2):
        with pytest.raises(AuthFailed, match="Incorrect"):
            desk.account.tokens()
    desk.clock.advance(11)
    assert desk.account.tokens().access


def test_without_all_of_its_keys_it_says_which_are_missing(desk: Desk) -> None:
    poor = {name: value for name, value in simulated_keys().items() if name != "tradovate_client"}
    with pytest.raises(MissingKey, match="client id"):
        Account(replace(desk.context, secret=poor.get)).tokens()


def test_a_name_that_is_not_known_has_no_number(desk: Desk) -> None:
    assert desk.account.contract("NQ" + "Z9") is None
    assert isinstance(desk.account.contract("NQ" + "M5"), int)


def test_market_data_of_the_real_vendor_comes_from_a_host_of_its_own(desk: Desk) -> None:
    real = replace(desk.context, addresses={"tradovate": "https://live.tradovateapi.com"})
    assert Account(real).stream == "wss://md.tradovateapi.com/v1/websocket"
    assert desk.account.stream.startswith("ws://127.0.0.1:")


def test_the_machine_keeps_the_number_it_is_known_by(tmp_path: Path) -> None:
    make = lambda: str(uuid.uuid4())  # noqa: E731
    assert Keepsakes(tmp_path)("device", make) == Keepsakes(tmp_path)("device", make)


def test_frames_are_read_and_written_as_documented() -> None:
    assert read_frame("o").kind is Kind.OPEN
    assert read_frame('c[3000,"Go away!"]').reason == "Go away!"
    assert read_frame('a[{"s":200,"i":1},{"e":"md"}]').messages == ({"s": 200, "i": 1}, {"e": "md"})
    assert request("md/subscribeQuote", 2, {"symbol": "X"}) == 'md/subscribeQuote\n2\n\n{"symbol": "X"}'
