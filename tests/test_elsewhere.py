"""Whose addresses are asked, whose clock is shown, and whose keys are used."""

import json
from pathlib import Path

import pytest

from app.domain.errors import ConfigError
from app.domain.settings import Settings
from app.domain.units import HOUR, SECOND
from app.elsewhere import Elsewhere, WindowClock, chosen_addresses, from_map, read_url_map
from app.system.clock import RealClock


def written(folder: Path, content: str) -> Path:
    file = folder / "map.json"
    file.write_text(content, encoding="utf-8")
    return file


def test_without_a_map_the_real_vendors_are_asked_by_the_real_clock() -> None:
    nowhere = read_url_map(None)
    assert not nowhere.simulated
    assert nowhere.addresses == {}
    assert isinstance(nowhere.clock, RealClock)


@pytest.mark.parametrize("address", ["127.0.0.1:13000", "http://localhost:8080/v0", "http://[::1]:80"])
def test_addresses_of_this_machine_are_simulators(address: str) -> None:
    assert Elsewhere({"barchart": address}).simulated


@pytest.mark.parametrize("address", ["proxy.example:80", "https://10.0.0.7/x", "http://127.0.0.1.example"])
def test_other_addresses_are_not(address: str) -> None:
    assert not Elsewhere({"barchart": address}).simulated


def test_one_real_address_is_enough_to_be_no_demo() -> None:
    assert not Elsewhere({"barchart": "http://127.0.0.1:1", "massive": "https://vendor.example"}).simulated


def test_a_simulator_says_its_time() -> None:
    long_ago = RealClock().now() - 1000 * HOUR
    clock = {"start_ns": long_ago, "wall_ns": RealClock().now(), "speed": 1.0}
    found = from_map(
        {"barchart": "http://127.0.0.1:1", "control": "http://127.0.0.1:2", "clock": clock}, "map"
    )
    assert dict(found.addresses) == {"barchart": "http://127.0.0.1:1"}
    assert 0 <= found.clock.now() - long_ago < 5 * SECOND


def test_a_real_vendor_cannot_have_a_simulated_clock() -> None:
    clock = {"start_ns": 0, "wall_ns": 0, "speed": 1.0}
    found = from_map({"barchart": "https://vendor.example", "clock": clock}, "map")
    assert isinstance(found.clock, RealClock)


@pytest.mark.parametrize(
    "content", ["", "[]", "not json", "{}", '{"barchart": 7}', '{"barchart": ""}', '{"other": "http://x"}']
)
def test_a_map_that_names_nothing_is_one_sentence(content: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"map\.json"):
        read_url_map(written(tmp_path, content))


def test_a_clock_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    said = {"barchart": "http://127.0.0.1:1", "clock": {"start_ns": "soon"}}
    with pytest.raises(ConfigError, match="clock"):
        read_url_map(written(tmp_path, json.dumps(said)))


def test_the_window_follows_the_market_once_it_has_said_its_time() -> None:
    clock = WindowClock()
    before = clock.now()
    clock.follow(from_map({"barchart": "http://127.0.0.1:1", "clock": _frozen(5)}, "map").clock)
    assert clock.now() == 5
    assert before > 5


def _frozen(at: int) -> dict[str, object]:
    return {"start_ns": at, "wall_ns": RealClock().now(), "speed": 0.0}


@pytest.mark.parametrize(
    "address", ["http://elsewhere.test", "elsewhere.test", "https://", "https://me:pw@a.test"]
)
def test_a_vendors_other_address_must_be_encrypted_and_plain(address: str) -> None:
    found, fault = chosen_addresses(Settings(massive_address=address))
    assert found == {}
    assert "massive_address" in fault


def test_a_vendors_other_address_is_taken_as_it_is_and_none_is_the_usual_one() -> None:
    assert chosen_addresses(Settings()) == ({}, "")
    chosen = chosen_addresses(Settings(massive_address=" https://api.elsewhere.test/ "))
    assert chosen == ({"massive": "https://api.elsewhere.test"}, "")
