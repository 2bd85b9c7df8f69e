"""The Barchart site from outside: what a visitor gets, and every habit and fault of the real one."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import requests
from bs4 import BeautifulSoup

from app.domain.contract import Right
from app.domain.units import MINUTE, Ns, ns_from_iso
from app.sim import keys
from app.sim.barchart import BarchartSite
from app.sim.clock import SimClock
from app.sim.faults import Faults
from tests.sim.conftest import Visitor
from tests.sim.still_market import StillMarket, leg

Open = Callable[..., BarchartSite]
Visit = Callable[[BarchartSite], Visitor]


def soup(answer: requests.Response) -> BeautifulSoup:
    return BeautifulSoup(answer.text, "lxml")


def test_a_page_view_sets_the_cookies_of_a_session(site: BarchartSite, visit: Visit) -> None:
    visitor = visit(site)
    first = visitor.page("/futures/quotes/NQM25")
    jar = {cookie.name: cookie for cookie in visitor.session.cookies}
    assert set(jar) == {"XSRF-TOKEN", "laravel_session", "laravel_token", "market", "bcFreeUserPageView"}
    assert jar["XSRF-TOKEN"].value is not None
    assert jar["XSRF-TOKEN"].value.endswith("%3D")
    assert 300 < len(jar["XSRF-TOKEN"].value) < 400
    assert jar["market"].expires is None
    assert "HttpOnly" in first.headers["Set-Cookie"]
    assert jar["bcFreeUserPageView"].value == "1"
    visitor.page()
    assert visitor.session.cookies["bcFreeUserPageView"] == "2"


def test_the_chain_comes_only_to_who_returns_the_token(site: BarchartSite, visitor: Visitor) -> None:
    assert visitor.chain().status_code == 200
    assert visitor.api("wrong", list="futures.options", symbol="MC7M25").status_code == 419
    assert visitor.api("", list="futures.options", symbol="MC7M25").status_code == 419
    stranger = requests.get(f"{site.address}/proxies/core-api/v1/quotes/get", timeout=5)
    assert stranger.status_code == 419
    assert "error" in stranger.json()


@pytest.mark.parametrize("status", [401, 403, 419])
def test_the_status_of_a_refusal_can_be_chosen(open_site: Open, visit: Visit, status: int) -> None:
    visitor = visit(open_site(refuse_with=status))
    visitor.page()
    assert visitor.api("wrong").status_code == status


def test_cookies_die_after_two_hours_and_a_page_view_renews_them(
    site: BarchartSite, visitor: Visitor, still_clock: SimClock
) -> None:
    still_clock.advance(Ns(119 * MINUTE))
    assert visitor.chain().status_code == 200
    still_clock.advance(Ns(2 * MINUTE))
    assert visitor.chain().status_code == 419
    visitor.page()
    assert visitor.chain().status_code == 200


def test_the_reply_counts_groups_and_contracts(visitor: Visitor) -> None:
    said = visitor.chain().json()
    assert (said["count"], said["total"]) == (2, 8)
    assert list(said["data"]) == ["Call", "Put"]
    for group in said["data"].values():
        strikes = [row["raw"]["strike"] for row in group]
        assert strikes == sorted(strikes)
        assert all(set(row["raw"]) == set(row) - {"raw"} and len(row["raw"]) == 17 for row in group)
    assert said["meta"]["field"]["shortName"]["openInterest"] == "Open Int"
    assert said["meta"]["field"]["type"]["tradeTime"] == "time"


def test_a_live_row_reads_as_on_the_site(visitor: Visitor) -> None:
    assert visitor.rows()["MC7M5|21500C"] == {
        "strike": "21,500.00C",
        "openPrice": "239.75",
        "highPrice": "246.00",
        "lowPrice": "239.75",
        "lastPrice": "246.00",
        "priceChange": "-36.75",
        "bidPrice": "245.25",
        "askPrice": "249.50",
        "volume": "1,069",
        "openInterest": "1,204",
        "premium": "4,920.00",
        "tradeTime": "09:02 CT",
        "longSymbol": "MC7M5|21500C",
        "optionType": "Call",
        "symbol": "MC7M5|21500C",
        "symbolCode": "FUTOPT",
        "symbolType": 12,
        "raw": {
            "strike": 21500,
            "openPrice": 239.75,
            "highPrice": 246,
            "lowPrice": 239.75,
            "lastPrice": 246,
            "priceChange": -36.75,
            "bidPrice": 245.25,
            "askPrice": 249.5,
            "volume": 1069,
            "openInterest": 1204,
            "premium": 4920,
            "tradeTime": 1749477753,
            "longSymbol": "MC7M5|21500C",
            "optionType": "Call",
            "symbol": "MC7M5|21500C",
            "symbolCode": "FUTOPT",
            "symbolType": 12,
        },
    }


def test_an_untraded_row_shows_its_settlement_and_nothing_as_zero(visitor: Visitor) -> None:
    row = visitor.rows()["MC7M5|25000C"]
    assert row["lastPrice"] == "0.05s"
    assert (row["openPrice"], row["raw"]["openPrice"]) == ("N/A", 0)
    assert (row["bidPrice"], row["raw"]["bidPrice"], row["askPrice"]) == ("N/A", 0, "0.45")
    assert (row["volume"], row["raw"]["volume"]) == ("N/A", None)
    assert (row["openInterest"], row["raw"]["openInterest"]) == ("N/A", None)
    assert (row["priceChange"], row["raw"]["priceChange"]) == ("unch", 0)
    assert row["tradeTime"] == "06/06/25"


def test_volume_of_the_day_before_stands_under_that_day(visitor: Visitor) -> None:
    row = visitor.rows()["MC7M5|21725C"]
    assert row["lastPrice"].endswith("s")
    assert (row["volume"], row["tradeTime"]) == ("104", "06/06/25")


def test_a_change_without_a_base_is_missing_in_text_and_zero_in_raw(visitor: Visitor) -> None:
    row = visitor.rows()["MC7M5|21725P"]
    assert (row["priceChange"], row["raw"]["priceChange"]) == ("N/A", 0)


def test_the_lowest_call_settles_without_its_letter(visitor: Visitor) -> None:
    row = visitor.rows()["MC7M5|15000C"]
    assert (row["lastPrice"], row["raw"]["lastPrice"]) == ("6,787.00", 6787)
    assert (row["openPrice"], row["volume"]) == ("N/A", "N/A")
    assert row["premium"] == "135,740.00"


def test_the_lowest_call_of_some_chains_shows_the_clock_of_a_batch_refresh(visitor: Visitor) -> None:
    keys_listed = re.findall(r"options/([A-Z0-9]+)", visitor.page().text)
    lowest = [rows[0] for key in keys_listed if (rows := list(visitor.rows(key).values()))]
    refreshed = [row for row in lowest if row["tradeTime"] == "06:50 CT"]
    assert refreshed
    assert len(refreshed) < len(lowest)
    assert all(row["volume"] == "N/A" and not row["lastPrice"].endswith("s") for row in refreshed)


def test_a_trade_at_midnight_is_shown_as_a_date_with_a_true_epoch(visitor: Visitor) -> None:
    row = visitor.rows()["MC7M5|21500P"]
    assert (row["tradeTime"], row["lastPrice"], row["volume"]) == ("06/09/25", "18.00", "62")
    assert row["raw"]["tradeTime"] == ns_from_iso("2025-06-09T05:00:23Z") // 10**9


def test_the_epoch_beside_a_date_is_irregular(open_site: Open, visit: Visit) -> None:
    market = StillMarket([leg(strike, Right.PUT) for strike in range(20_000, 21_000, 10)])
    visitor = visit(open_site(truth=market))
    visitor.page()
    stamps = {
        row["raw"]["tradeTime"] % 86_400 for row in visitor.rows().values() if row["tradeTime"] == "06/06/25"
    }
    assert {0, 5 * 3_600} <= stamps


def test_one_and_two_digits_of_the_year_find_the_same_series(visitor: Visitor) -> None:
    assert visitor.rows("MC7M5") == visitor.rows("MC7M25") != {}


@pytest.mark.parametrize("symbol", ["MC6M25", "MC7M24", "ZZ1M25", "MC10M25", "", "NQZ25"])
def test_an_unknown_or_expired_series_is_an_empty_list(visitor: Visitor, symbol: str) -> None:
    answer = visitor.chain(symbol)
    said = answer.json()
    assert answer.status_code == 200
    assert (said["count"], said["total"], said["data"]) == (0, 0, [])
    assert said["meta"]["field"]["type"]["strike"] == "strikePrice"


def test_after_expiry_no_quote_and_no_live_trade_is_left(open_site: Open, visit: Visit) -> None:
    visitor = visit(open_site(ns_from_iso("2025-06-09T20:20:00Z")))
    visitor.page()
    rows = list(visitor.rows().values())
    assert all((row["bidPrice"], row["askPrice"]) == ("N/A", "N/A") for row in rows)
    assert {row["tradeTime"] for row in rows} == {"06/09/25"}


def test_only_what_is_asked_for_is_answered(visitor: Visitor) -> None:
    said = visitor.chain(fields="strike,lastPrice,symbol", raw="", groupBy="strikePrice", meta="").json()
    assert list(said["data"])[:2] == ["15,000.00", "21,500.00"]
    assert {len(legs) for legs in said["data"].values()} == {2}
    assert set(said["data"]["15,000.00"][0]) == {"strike", "lastPrice", "symbol"}
    assert said["meta"] == {}


def test_plain_quotes_are_a_list(visitor: Visitor) -> None:
    said = visitor.api(symbols="NQM25,NQU25", fields="symbol,lastPrice,tradeTime", raw="1").json()
    assert [row["symbol"] for row in said["data"]] == ["NQM25", "NQU25"]
    assert said["data"][0]["raw"]["lastPrice"] == 21745
    months = visitor.api(list="futures.contractInRoot", root="NQ").json()["data"]
    assert [row["contractSymbol"] for row in months] == ["NQM25", "NQU25", "NQZ25", "NQH26"]


def test_the_page_has_no_row_but_everything_around_the_chain(visitor: Visitor) -> None:
    answer = visitor.page()
    page = soup(answer)
    assert 100_000 < len(answer.content) < 1_000_000
    assert page.find("table") is None
    assert page.select("bc-data-grid")
    assert page.select_one("link[rel=canonical]")["href"].endswith("/futures/quotes/NQM25/options/MC7M25")  # type: ignore[index,union-attr]
    assert page.title is not None
    assert page.title.text == "Nasdaq 100 E-Mini Jun '25 Futures Options Prices - Barchart.com"
    assert page.select_one("meta[name=csrf-token]")
    strong = [tag.text for tag in page.select(".bc-options-toolbar__second-row strong")]
    assert strong == ["0 Days", "06/09/25", "$20"]
    assert re.search(r"0 Days to expiration on 06/09/25", page.get_text())
    assert "exp-06/09/25" in str(page.select_one("[data-bc-download-button]"))


def test_the_drop_downs_list_families_and_series_with_their_futures(visitor: Visitor) -> None:
    page = soup(visitor.page())
    families = page.select("#bc-options-toolbar__dropdown-type option")
    assert [tag.text for tag in families] == [
        "Monthly Options",
        "EOM Options",
        "Friday Weekly Options",
        "Monday Weekly Options",
        "Tuesday Weekly Options",
        "Wednesday Weekly Options",
        "Thursday Weekly Options",
    ]
    assert [tag.text for tag in families if tag.has_attr("selected")] == ["Monday Weekly Options"]
    assert families[0]["value"] == "/futures/quotes/NQM25/options"
    assert families[1]["value"] == "/futures/quotes/NQU25/options/MQ6M25"
    months = page.select("#bc-options-toolbar__dropdown-month option")
    assert [(tag.text, tag["value"]) for tag in months] == [
        ("Week 2: Jun 2025", "/futures/quotes/NQM25/options/MC7M25"),
        ("Week 3: Jun 2025", "/futures/quotes/NQU25/options/MC8M25"),
        ("Week 4: Jun 2025", "/futures/quotes/NQU25/options/MC9M25"),
    ]


def test_the_page_names_the_call_that_its_grid_makes(visitor: Visitor) -> None:
    wrapper = soup(visitor.page()).select_one("div.bc-datatable-middleware-wrapper[data-api-config]")
    assert wrapper is not None
    api = json.loads(str(wrapper["data-api-config"]))["api"]
    assert (api["symbol"], api["list"], api["method"]) == ("MC7M25", "futures.options", "quotes")
    del api["method"]
    assert visitor.api(**api).json()["total"] == 8
    options = json.loads(str(wrapper["data-options"]))
    assert options["itm"] == {"compareWith": "strike", "lastPrice": 21745, "dailyLastPrice": 21789.5}


def test_the_page_quotes_the_future_in_three_places(visitor: Visitor) -> None:
    page = soup(visitor.page())
    inits = [str(tag["data-ng-init"]) for tag in page.select('.page-title[data-ng-init^="init({"]')]
    quote = json.loads(inits[0].removeprefix("init(").removesuffix(")"))
    assert (quote["symbol"], quote["symbolRoot"], quote["lastPrice"]) == ("NQM25", "NQ", "21,745.00")
    assert "\\u0027" in inits[0]
    assert len(page.select("[data-ng-init]")) >= 3
    config: dict[str, Any] = json.loads(page.select_one("script#bc-dynamic-config").text)  # type: ignore[union-attr]
    assert config["optionContract"] == "MC7M25"
    assert config["currentSymbol"]["raw"]["lastPrice"] == 21745
    assert config["user"] == {"market": "usd", "data": None}


def test_the_totals_of_the_page_are_the_sums_of_the_chain(visitor: Visitor) -> None:
    page = soup(visitor.page())
    lines = [" ".join(t.text.split()) for t in page.select(".bc-futures-options-quotes-totals__data-row")]
    rows = list(visitor.rows().values())
    calls = sum(row["raw"]["openInterest"] or 0 for row in rows if row["optionType"] == "Call")
    premium = sum(row["raw"]["premium"] for row in rows if row["optionType"] == "Put")
    assert f"Call Open Interest Total {calls:,}" in lines
    assert f"Put Premium Total ${premium:,.2f}" in lines
    assert len(lines) == 6


def test_the_quarterly_has_no_series_in_its_path(visitor: Visitor) -> None:
    page = soup(visitor.page("/futures/quotes/NQM25/options"))
    assert page.select("#bc-options-toolbar__dropdown-type option[selected]")[0].text == "Monthly Options"
    assert visitor.rows("NQM25")["NQM5|15000C"]["raw"]["strike"] == 15000


def test_a_series_that_is_not_listed_gets_the_page_of_those_that_are(visitor: Visitor) -> None:
    text = soup(visitor.page("/futures/quotes/NQM25/options/MC6M25")).get_text()
    assert "No options were found for MC6M25" in text
    assert "Week 2: Jun 2025: MC7M25" in text


def test_the_front_future_has_an_alias_and_rolls_on_monday_of_the_third_week(
    open_site: Open, visit: Visit
) -> None:
    visitor = visit(open_site(ns_from_iso("2025-06-16T14:30:00Z")))
    assert "(NQU25)" in visitor.page("/futures/quotes/NQ*0").text
    assert visitor.page("/futures/quotes/XYZ").status_code == 404


def test_after_the_close_the_header_names_the_day(open_site: Open, visit: Visit) -> None:
    text = visit(open_site(ns_from_iso("2025-06-09T21:30:00Z"))).page("/futures/quotes/NQM25").text
    assert "Monday June 9th" in text


def test_the_login_form_lets_in_who_brings_its_token(visitor: Visitor) -> None:
    field = soup(visitor.page("/login")).select_one("input[name=_token]")
    form = {"email": keys.BARCHART_EMAIL, "password": keys.BARCHART_PASSWORD, "_token": str(field["value"])}  # type: ignore[index]
    wrong = visitor.session.post(f"{visitor.site}/login", data=form | {"password": "no"}, timeout=5)
    assert wrong.url.endswith("/login")
    right = visitor.session.post(f"{visitor.site}/login", data=form, timeout=5)
    assert not right.url.endswith("/login")
    assert f'"email":"{keys.BARCHART_EMAIL}"' in visitor.page().text


def test_two_sites_of_one_seed_say_the_same(open_site: Open, visit: Visit) -> None:
    first, second = visit(open_site(seed=7)), visit(open_site(seed=7))
    assert first.page().content == second.page().content
    assert first.chain().content == second.chain().content


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


def test_a_stopped_site_refuses_and_comes_back_at_its_address(site: BarchartSite, visitor: Visitor) -> None:
    before = site.address
    site.stop()
    with pytest.raises(requests.ConnectionError):
        visitor.page()
    site.start()
    assert site.address == before
    assert visitor.chain().status_code == 200
