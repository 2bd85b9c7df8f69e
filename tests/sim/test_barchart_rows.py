"""Chains of the Barchart site: every kind of row, and what is not answered."""

import re
from collections.abc import Callable

import pytest

from app.domain.contract import Right
from app.domain.units import ns_from_iso
from app.sim.barchart import BarchartSite
from tests.sim.conftest import Visitor
from tests.sim.still_market import StillMarket, leg

Open = Callable[..., BarchartSite]
Visit = Callable[[BarchartSite], Visitor]


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


def test_after_expiry_no_quote_is_left_and_all_is_settled(open_site: Open, visit: Visit) -> None:
    visitor = visit(open_site(ns_from_iso("2025-06-09T21:20:00Z")))
    visitor.page()
    rows = list(visitor.rows().values())
    assert len(rows) == 8
    assert all((row["bidPrice"], row["askPrice"]) == ("N/A", "N/A") for row in rows)
    assert {row["tradeTime"] for row in rows if row["optionType"] == "Call"} == {"06/09/25"}
    assert {row["tradeTime"] for row in rows if row["optionType"] == "Put"} == {"06/06/25", "06/09/25"}
    settled = [row for row in rows if row["lastPrice"].endswith("s")]
    assert len(settled) == 7  # all but the lowest call


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
    assert [row["contractSymbol"] for row in months] == ["NQM25", "NQU25"]
