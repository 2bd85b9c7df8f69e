"""The JSON of `parse` and `fetch`, field by field."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from app.cli.chain_document import fetch_once, parse_file, quote_document
from app.domain.errors import ConfigError
from app.domain.routing import TICK, SourceId
from app.domain.session import Calendar
from app.domain.ticks import TopOfBook
from app.domain.units import Ns, ns_from_iso, px
from app.engine.feeds import SourceContext
from app.sim.barchart import BarchartSite
from app.sim.faults import Faults
from app.sources.barchart.fetch import BarchartFeed
from tests.sim.still_market import MONDAY, StillMarket
from tests.sources.barchart.answers import answer, row, settled
from tests.sources.conftest import HandClock, make_context

__all__ = ["make_context"]
NAME = "MC7M25_20250609T053218Z.json"


def stored(folder: Path, body: bytes, name: str = NAME) -> Path:
    path = folder / name
    path.write_bytes(body)
    return path


def test_a_chain_is_printed_with_every_field(tmp_path: Path) -> None:
    path = stored(tmp_path, answer(row("21500C"), settled("20640P")))
    document = parse_file("barchart", path, None, "MC7M25", Calendar())
    contracts = document.pop("contracts")
    quality = document.pop("quality")
    assert document == {
        "kind": "chain",
        "source": "barchart",
        "series": "MC7M25",
        "expiry": None,
        "expiry_from": None,
        "underlying": None,
        "received": "2025-06-09T05:32:18Z",
        "as_of": "2025-06-09T05:17:00Z",
        "delayed": True,
        "delay_minutes": 10,
        "fidelity": "DELAYED",
        "claimed_total": 2,
        "rejects": [],
    }
    assert contracts[0] == {
        "symbol": "MC7M5|21500C",
        "cme": "Q2AM5 C21500",
        "strike": 21500.0,
        "right": "C",
        "bid": 245.25,
        "ask": 249.5,
        "last": 246.0,
        "settlement": False,
        "open": 240.0,
        "high": 251.25,
        "low": 238.5,
        "change": 1.25,
        "volume": 12,
        "volume_date": "2025-06-09",
        "volume_prior_session": False,
        "open_interest": 40,
        "trade_time": "2025-06-09T05:17:00Z",
        "settlement_date": None,
        "crossed": False,
    }
    assert (contracts[1]["settlement"], contracts[1]["settlement_date"]) == (True, "2025-06-06")
    assert (quality["accepted"], quality["with_volume"], quality["two_sided"]) == (True, 0.5, 1.0)
    json.dumps(contracts)


def test_without_a_series_the_rows_say_which_it_is(tmp_path: Path) -> None:
    assert (
        parse_file("barchart", stored(tmp_path, answer(row())), None, None, Calendar())["series"] == "MC7M25"
    )
    assert parse_file("barchart", stored(tmp_path, answer()), None, None, Calendar())["series"] is None


def test_an_empty_answer_is_a_document_that_is_not_accepted(tmp_path: Path) -> None:
    document = parse_file("barchart", stored(tmp_path, answer()), None, "MC7M25", Calendar())
    assert (document["contracts"], document["quality"]["accepted"]) == ([], False)
    assert document["quality"]["reasons"]


def test_another_series_than_asked_for_is_not_accepted(tmp_path: Path) -> None:
    document = parse_file("barchart", stored(tmp_path, answer(row())), None, "MC8M25", Calendar())
    assert document["quality"]["reasons"] == ["Asked for Q3AM5, got Q2AM5."]


def test_receipt_is_what_is_given_else_the_names_stamp_else_the_files_time(tmp_path: Path) -> None:
    given = ns_from_iso("2025-06-09T06:00:00Z")
    assert (
        parse_file("barchart", stored(tmp_path, answer()), given, None, Calendar())["received"]
        == "2025-06-09T06:00:00Z"
    )
    plain = stored(tmp_path, answer(), "plain.json")
    os.utime(plain, ns=(0, ns_from_iso("2025-06-08T23:00:00Z")))
    assert parse_file("barchart", plain, None, None, Calendar())["received"] == "2025-06-08T23:00:00Z"
    odd = stored(tmp_path, answer(), "x_20259999T999999Z.json")
    os.utime(odd, ns=(0, given))
    assert parse_file("barchart", odd, None, None, Calendar())["received"] == "2025-06-09T06:00:00Z"


@pytest.mark.parametrize(
    "body", [b"", b'{"count":2,"total":5,"data":{"Call":[', b"<html>captcha</html>", b"DBN\x03"]
)
def test_what_is_no_answer_of_the_source_is_the_users_error(tmp_path: Path, body: bytes) -> None:
    with pytest.raises(ConfigError, match=NAME):
        parse_file("barchart", stored(tmp_path, body), None, None, Calendar())


def test_unknown_source_and_series_are_named(tmp_path: Path) -> None:
    path = stored(tmp_path, answer())
    with pytest.raises(ConfigError, match=r"no source 'elsewhere'; there are .*barchart"):
        parse_file("elsewhere", path, None, None, Calendar())
    with pytest.raises(ConfigError, match="no option series"):
        parse_file("barchart", path, None, "Week 2", Calendar())


def test_a_quote_without_a_side_prints_null() -> None:
    top = TopOfBook(1, Ns(0), Ns(0), px(21745), None, 3, None)
    assert quote_document(SourceId("x"), "NQM5", top, None, None, TICK) == {
        "kind": "quote",
        "source": "x",
        "contract": "NQM5",
        "bid": 21745.0,
        "ask": None,
        "last": None,
        "bid_size": 3,
        "ask_size": None,
        "time": None,
        "fidelity": "TICK",
        "delayed": False,
    }


def test_a_fetch_takes_the_nearest_listed_series_and_its_page(
    make_context: Callable[..., SourceContext],
) -> None:
    clock = HandClock(MONDAY)
    site = BarchartSite(StillMarket(), clock.now, Faults())
    site.start()
    feed = BarchartFeed(make_context("barchart", clock, {"barchart": site.address}), clock.wait)
    try:
        document, refused = fetch_once(feed, None, clock, Calendar())
        assert refused is None
        assert (document["series"], document["expiry"], document["expiry_from"]) == (
            "MC7M25",
            "2025-06-09",
            "page",
        )
        assert document["underlying"] == {"contract": "NQM5", "price": 21745.0}
        empty, refused = fetch_once(feed, "MC6M25", clock, Calendar())
        assert empty["contracts"] == []
        assert refused is not None
        assert "MC7M25 (Week 2: Jun 2025)" in refused
    finally:
        feed.close()
        site.stop()
