"""The Barchart site misbehaving on command, as the real one has been seen to."""

import json
from collections.abc import Callable

import pytest
import requests
from bs4 import BeautifulSoup

from app.domain.units import MINUTE, Ns
from app.sim.barchart import BarchartSite
from app.sim.clock import SimClock
from app.sim.faults import Faults
from tests.sim.conftest import Visitor

Open = Callable[..., BarchartSite]
Visit = Callable[[BarchartSite], Visitor]


def soup(answer: requests.Response) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "lxml")


@pytest.mark.parametrize(
    ("kind", "status"), [("401", 401), ("403", 403), ("419", 419), ("429", 429), ("500", 500), ("503", 503)]
)
def test_an_error_status_comes_once_when_told(
    faults: Faults, visitor: Visitor, kind: str, status: int
) -> None:
    faults.set("barchart", "api", kind)
    assert visitor.chain().status_code == status
    assert visitor.chain().status_code == 200


def test_a_rate_limit_may_or_may_not_say_when_to_come_back(faults: Faults, visitor: Visitor) -> None:
    faults.set("barchart", "api", "429", seconds=7)
    faults.set("barchart", "api", "429")
    assert visitor.chain().headers["Retry-After"] == "7"
    assert "Retry-After" not in visitor.chain().headers


@pytest.mark.parametrize("kind", ["refuse", "rst", "half_body", "fin"])
def test_a_cut_line_is_an_error_of_the_connection(faults: Faults, visitor: Visitor, kind: str) -> None:
    faults.set("barchart", "api", kind)
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        visitor.chain()
    assert visitor.chain().status_code == 200


@pytest.mark.parametrize("kind", ["truncated", "garbage", "html", "block_page"])
def test_an_answer_of_status_200_may_be_no_json(faults: Faults, visitor: Visitor, kind: str) -> None:
    faults.set("barchart", "api", kind)
    answer = visitor.chain()
    assert answer.status_code == 200
    with pytest.raises(ValueError, match=r".*"):
        json.loads(answer.content)


@pytest.mark.parametrize("kind", ["delay", "slow_body"])
def test_a_slow_answer_is_a_good_one(faults: Faults, visitor: Visitor, kind: str) -> None:
    faults.set("barchart", "api", kind, seconds=0.2)
    answer = visitor.chain()
    assert answer.json()["total"] == 8
    assert kind == "slow_body" or answer.elapsed.total_seconds() >= 0.2


def test_a_block_page_says_captcha(faults: Faults, visitor: Visitor) -> None:
    faults.set("barchart", "page", "block_page")
    faults.set("barchart", "page", "403")
    assert "captcha" in visitor.page().text
    refused = visitor.page()
    assert refused.status_code == 403
    assert "Access denied" in refused.text


def test_faulty_rows_look_well_at_first_sight(faults: Faults, visitor: Visitor) -> None:
    faults.set("barchart", "api", "stray_strike")
    assert "MC7M5|15873C" in visitor.rows()
    faults.set("barchart", "api", "crossed")
    crossed = [r for r in visitor.rows().values() if r["raw"]["bidPrice"] > r["raw"]["askPrice"]]
    assert len(crossed) == 1
    faults.set("barchart", "api", "all_na")
    assert {row["bidPrice"] for row in visitor.rows().values()} == {"N/A"}
    faults.set("barchart", "api", "empty")
    assert visitor.chain().json()["data"] == []
    faults.set("barchart", "api", "wrong_series")
    assert not any(symbol.startswith("MC7M5") for symbol in visitor.rows())
    faults.set("barchart", "api", "drift")
    assert "lastPrice" not in next(iter(visitor.rows().values()))
    assert len(visitor.rows()) == 8


def test_a_frozen_site_answers_as_of_the_same_moment(
    faults: Faults, visitor: Visitor, still_clock: SimClock
) -> None:
    def shown() -> list[int]:
        return [row["raw"]["tradeTime"] for row in visitor.api(symbols="NQM25", raw="1").json()["data"]]

    faults.set("barchart", "api", "frozen", times=2)
    first = shown()
    still_clock.advance(Ns(20 * MINUTE))
    assert shown() == first
    assert shown() > first


def test_a_login_can_expire_at_once(faults: Faults, visitor: Visitor) -> None:
    faults.set("barchart", "api", "expire_login")
    assert [visitor.chain().status_code for _ in range(2)] == [419, 419]
    visitor.page()
    assert visitor.chain().status_code == 200


def test_pages_can_drift_go_back_in_time_or_be_of_another_series(faults: Faults, visitor: Visitor) -> None:
    faults.set("barchart", "page", "drift")
    assert not soup(visitor.page()).select("[data-api-config], #bc-options-toolbar__dropdown-type")
    faults.set("barchart", "page", "legacy_page")
    cells = [cell.text for cell in soup(visitor.page()).select("table tbody tr span[data-ng-bind=cell]")]
    assert len(cells) == 8 * 12
    assert "10:02 ET" in cells
    faults.set("barchart", "page", "wrong_series")
    assert "options/MC7M25" not in str(soup(visitor.page()).select_one("link[rel=canonical]"))
