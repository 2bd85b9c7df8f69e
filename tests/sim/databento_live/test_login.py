"""Who is let in at the simulated live gateway, how many at once, and how fast."""

import socket

import databento as db
import pytest

from app.sim.clock import SimClock
from app.sim.databento_live import LiveGateway
from app.sim.faults import Faults
from app.sim.live_control import expected_response
from tests.sim.databento_clients import STRANGERS_KEY, close_reason, live_client
from tests.sim.databento_live.streams import (
    GLBX,
    SOURCE,
    acknowledged,
)
from tests.waiting import PATIENCE, wait


@pytest.mark.expected_log("CRAM authentication error")
def test_a_wrong_key_is_refused_in_the_vendors_words(gateway: LiveGateway) -> None:
    with (
        live_client(gateway, key=STRANGERS_KEY) as (client, _),
        pytest.raises(db.BentoError, match=r"Authentication failed\."),
    ):
        client.subscribe(GLBX, "trades", "NQM6")


def test_the_published_test_vector_of_the_challenge_holds() -> None:
    assert expected_response("HCxTgxMcqglVMTMeaDZ2ICmcnrW8j92e", "my-api-key-12345") == (
        "a6c5c23e06854dc0310e11ce6d3081509e415a5a37a323bb94bc90f64c9214d4-12345"
    )


@pytest.mark.expected_log("CRAM authentication error")
def test_the_eleventh_session_is_refused_and_there_is_room_again_later(gateway: LiveGateway) -> None:
    gateway.house.open_at_once = 1
    with live_client(gateway) as (first, _):
        first.subscribe(GLBX, "trades", "NQM6")
        with live_client(gateway) as (second, _), pytest.raises(db.BentoError, match="connection limit"):
            second.subscribe(GLBX, "trades", "NQM6")
    wait(lambda: not gateway.house.logged_in)
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
