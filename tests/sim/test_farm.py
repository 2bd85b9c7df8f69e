"""All simulators of one market: they agree with each other and the truth, die, revive, and leave nothing."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import requests

from app.domain.errors import ConfigError
from app.domain.market_state import MarketState
from app.domain.session import Calendar
from app.domain.symbols import parse_barchart_leg
from app.domain.units import MINUTE, SECOND, Ns, iso, moment, ns_from_iso, points
from app.sim.child import FarmChild
from app.sim.farm import Farm, usual_start
from tests.sim.conftest import Visitor
from tests.waiting import wait

THURSDAY: Final = ns_from_iso("2026-11-19T16:30:00Z")
ROOT: Final = Path(__file__).resolve().parents[2]
SOON: Final = 5.0  # five times the second in which it has to be over
PARENT: Final = """
import subprocess, sys, time
print(subprocess.Popen([sys.executable, "-m", "app.sim", "--json"], stdin=subprocess.PIPE).pid, flush=True)
time.sleep(60)
"""


@pytest.fixture
def farm() -> Iterator[Farm]:
    with Farm(seed=5, start=THURSDAY) as running:
        yield running


@pytest.fixture
def command(farm: Farm) -> Callable[..., requests.Response]:
    def send(method: str, path: str, **said: Any) -> requests.Response:
        return requests.request(method, farm.addresses()["control"] + path, timeout=5, **said)

    return send


Command = Callable[..., requests.Response]


def visitor_of(
    farm: Farm, session: requests.Session, first: str = "/futures/quotes/NQZ26/options"
) -> Visitor:
    visitor = Visitor(farm.addresses()["barchart"], session)
    visitor.page(first)
    return visitor


def is_gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_every_simulator_has_an_address_of_its_own(farm: Farm) -> None:
    addresses = farm.addresses()
    vendors = {"databento_live", "databento_hist", "barchart", "massive", "tradovate"}
    assert set(addresses) == {*vendors, "control"}
    assert len(set(addresses.values())) == len(addresses)
    assert all("127.0.0.1:" in address for address in addresses.values())


@pytest.mark.parametrize("at", ["2026-11-21T17:00:00Z", "2026-11-23T13:00:00Z", "2026-11-26T20:00:00Z"])
def test_by_default_it_is_a_trading_morning_whatever_day_it_is(at: str) -> None:
    calendar, now = Calendar(), ns_from_iso(at)
    start = usual_start(calendar, now)
    assert start <= now
    assert calendar.at(start).state is MarketState.RTH
    assert calendar.is_trading_day(moment(start).date())


def test_the_page_agrees_with_the_trades_of_the_market() -> None:
    with Farm(seed=5, start=THURSDAY, speed=0) as farm, requests.Session() as session:
        rows = visitor_of(farm, session).rows("MM8X26")
        as_of = farm.barchart.listing().as_of
        opened, _ = farm.market.calendar.session(farm.market.day(as_of))
        truth = farm.truth(opened, Ns(as_of + 1))
    live = [row for row in rows.values() if row["tradeTime"].endswith("CT") and row["raw"]["volume"]]
    assert len(live) > 100
    for row in live:
        traded = truth[parse_barchart_leg(row["symbol"], moment(THURSDAY).date()).raw]
        shown = [row["raw"][name] for name in ("volume", "lastPrice", "highPrice", "lowPrice")]
        assert shown == [traded.volume, points(traded.close), points(traded.high), points(traded.low)]


def test_parity_of_the_chain_gives_the_future_of_the_page(farm: Farm) -> None:
    with requests.Session() as session:
        visitor = visitor_of(farm, session)
        rows = visitor.rows("MM8X26")
        future = visitor.api(symbols="NQZ26", raw="1").json()["data"][0]["raw"]["lastPrice"]
    near = round(future / 100) * 100
    for strike in (near - 100, near, near + 100):
        call, put = (rows[f"MM8X6|{strike}{right}"]["raw"] for right in "CP")
        call_mid, put_mid = ((leg["bidPrice"] + leg["askPrice"]) / 2 for leg in (call, put))
        assert strike + call_mid - put_mid == pytest.approx(future, abs=0.001 * future)


def test_the_page_is_ten_to_fifteen_minutes_late(farm: Farm) -> None:
    with requests.Session() as session:
        rows = visitor_of(farm, session).rows("MM8X26").values()
    newest = max(row["raw"]["tradeTime"] for row in rows if row["tradeTime"].endswith("CT")) * SECOND
    assert 10 * MINUTE < farm.clock.now() - newest < 15 * MINUTE


@pytest.mark.parametrize("at", ["2026-11-22T23:30:00Z", "2026-12-14T15:30:00Z", "2026-12-13T23:40:00Z"])
def test_every_series_offered_has_its_page_and_its_chain(at: str) -> None:
    """On a Sunday evening, in the week of the roll, and in the hour it begins."""
    with Farm(seed=5, start=ns_from_iso(at)) as farm, requests.Session() as session:
        visitor = visitor_of(farm, session, "/futures/quotes/NQ*0/options")
        offered = farm.barchart.listing().offered()
        assert len(offered) > 12
        for choice in offered[::7]:
            page = visitor.page(choice.path)
            assert page.status_code == 200
            assert f"&quot;symbol&quot;:&quot;{choice.key}&quot;,&quot;list&quot;" in page.text
            assert visitor.chain(choice.key).json()["total"] > 50


def test_two_farms_of_one_seed_show_one_market(farm: Farm) -> None:
    with Farm(seed=5, start=THURSDAY) as twin, Farm(seed=6, start=THURSDAY) as stranger:
        window = Ns(THURSDAY - MINUTE), THURSDAY
        assert farm.truth(*window) == twin.truth(*window) != stranger.truth(*window)


def test_a_market_that_is_known_goes_on_by_the_clock_of_its_next_farm(farm: Farm) -> None:
    later = Ns(THURSDAY + 10 * MINUTE)
    with Farm(start=later, speed=0, known=farm.market) as heir, Farm(seed=5, start=later, speed=0) as twin:
        assert heir.market.now() == later > farm.market.now()
        window = Ns(later - MINUTE), later
        assert heir.truth(*window) == twin.truth(*window)


def test_the_truth_of_windows_adds_up(farm: Farm, command: Command) -> None:
    window = {"from": iso(Ns(THURSDAY - 90 * SECOND)), "to": str(THURSDAY), "window_s": "30"}
    said = command("GET", "/truth", params=window).json()
    future = next(row for row in said["instruments"] if row["symbol"] == "NQZ6")
    bars = [bar for bar in said["bars"] if bar["symbol"] == "NQZ6"]
    assert [bar["start_ns"] for bar in bars] == [THURSDAY - n * SECOND for n in (90, 60, 30)]
    for name in ("bought", "sold", "unknown", "trades"):
        assert sum(bar[name] for bar in bars) == future[name]
    assert (future["open"], future["close"]) == (bars[0]["open"], bars[-1]["close"])
    assert future["high"] == max(bar["high"] for bar in bars)


def test_the_control_port_tells_addresses_and_clock(farm: Farm, command: Command) -> None:
    assert command("GET", "/addresses").json() == farm.addresses()
    assert command("GET", "/clock").json()["start_ns"] == THURSDAY


def test_a_fault_is_set_listed_and_cleared_by_command(farm: Farm, command: Command) -> None:
    said = {"source": "barchart", "route": "api", "kind": "429", "times": 2, "seconds": 9}
    assert command("POST", "/fault", json=said).status_code == 200
    assert command("GET", "/faults").json()["faults"] == [said]
    with requests.Session() as session:
        visitor = visitor_of(farm, session)
        assert visitor.chain("MM8X26").headers["Retry-After"] == "9"
        command("POST", "/clear", json={"source": "barchart"})
        assert visitor.chain("MM8X26").status_code == 200
    assert command("POST", "/fault", json={"source": "barchart", "kind": "reset"}).status_code == 200
    assert command("POST", "/clear").json() == {"cleared": True}
    assert farm.faults.active() == ()


@pytest.mark.parametrize(
    ("method", "path", "said", "status"),
    [
        ("POST", "/fault", {"json": {"source": "nobody", "kind": "429"}}, 400),
        ("POST", "/fault", {"json": {"source": "barchart", "kind": "earthquake"}}, 400),
        ("POST", "/fault", {"json": {"source": "barchart", "kind": "429", "times": 0}}, 400),
        ("POST", "/fault", {"data": "{"}, 400),
        ("POST", "/kill", {}, 400),
        ("GET", "/truth", {}, 400),
        ("GET", "/truth", {"params": {"from": "2", "to": "1"}}, 400),
        ("GET", "/truth", {"params": {"from": "yesterday", "to": "1"}}, 400),
        ("GET", "/truth", {"params": {"from": "1", "to": "2", "window_s": "0"}}, 400),
        ("GET", "/nothing", {}, 404),
    ],
)
def test_a_command_without_sense_is_refused_with_a_sentence(
    command: Command, method: str, path: str, said: dict[str, Any], status: int
) -> None:
    answer = command(method, path, **said)
    assert answer.status_code == status
    assert answer.json()["error"]


def test_who_is_killed_refuses_and_comes_back_at_the_same_port(farm: Farm, command: Command) -> None:
    before = farm.addresses()
    for name in set(before) - {"control"}:
        assert command("POST", "/kill", json={"source": name}).json() == {"done": [name]}
        farm.kill(name)
    with requests.Session() as session:
        visitor = Visitor(before["barchart"], session)
        with pytest.raises(requests.ConnectionError):
            visitor.page("/futures/quotes/NQZ26")
        for name in set(before) - {"control"}:
            assert command("POST", "/revive", json={"source": name}).status_code == 200
        assert visitor.page("/futures/quotes/NQZ26").status_code == 200
    assert farm.addresses() == before


def test_a_child_serves_and_leaves_no_process() -> None:
    child = FarmChild(seed=5, start=THURSDAY)
    said = child.start()
    pid = child.pid
    assert pid is not None
    assert child.clock_origin is not None
    assert child.clock_origin.start_ns == said["clock"]["start_ns"] == THURSDAY
    answer = requests.get(child.addresses["control"] + "/addresses", timeout=5)
    assert answer.json() == child.addresses
    child.stop()
    assert is_gone(pid)
    assert not child.is_alive
    child.stop()


def test_a_child_that_cannot_start_says_why_in_one_sentence() -> None:
    child = FarmChild(seed=5, start=THURSDAY, activity=-1)
    with pytest.raises(ConfigError, match="ended while they were starting") as caught:
        child.start()
    assert "active" in caught.value.detail
    assert not child.is_alive


def test_a_child_that_takes_too_long_is_ended() -> None:
    child = FarmChild(seed=5, start=THURSDAY, patience=0.01)
    with pytest.raises(ConfigError, match=r"did not start within 0\.01 seconds"):
        child.start()
    assert not child.is_alive


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks the kernel's table of processes")
@pytest.mark.parametrize("end", ["parent", "term"])
def test_simulators_end_within_a_second_with_their_parent_or_on_command(end: str) -> None:
    code = (
        "import subprocess, sys, time; print(subprocess.Popen([sys.executable, '-m', 'app.sim', '--json'], "
    )
    code += "stdin=subprocess.PIPE).pid, flush=True); time.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert "barchart" in json.loads(parent.stdout.readline())
        began = time.monotonic()
        if end == "parent":
            parent.kill()
        else:
            os.kill(pid, signal.SIGTERM)
        wait(lambda: _has_ended(pid))
        assert time.monotonic() - began < SOON
        parent.kill()


def _has_ended(pid: int) -> bool:
    """Gone, or waiting for a parent that does not look."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
