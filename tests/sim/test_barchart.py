"""The Barchart site from outside: cookies, pages, lists of series, login."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
import requests
from bs4 import BeautifulSoup

from app.domain.units import MINUTE, Ns, ns_from_iso
from app.sim import keys
from app.sim.barchart import BarchartSite
from app.sim.clock import SimClock
from tests.sim.conftest import Visitor

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


def test_a_stopped_site_refuses_and_comes_back_at_its_address(site: BarchartSite, visitor: Visitor) -> None:
    before = site.address
    site.stop()
    with pytest.raises(requests.ConnectionError):
        visitor.page()
    site.start()
    assert site.address == before
    assert visitor.chain().status_code == 200
