"""Answers that were asked for without raw numbers, as the page itself asks: read from their text."""

import json
from codecs import BOM_UTF8
from typing import Any

import pytest

from app.domain.answer import answer_of
from app.domain.chain import Chain
from app.domain.provenance import FieldStatus, trace
from app.domain.session import Calendar
from app.sources.barchart.parse_api import parse_chain
from tests.sources.barchart.answers import answer, capture, row, settled

CALENDAR = Calendar()


def read(*rows: dict[str, Any]) -> Chain:
    return parse_chain(capture(answer(*rows)), None, CALENDAR)


def plain(**text: Any) -> dict[str, Any]:
    one = row("21500C", **text)
    del one["raw"]
    return one


def test_an_answer_without_numbers_is_read_from_its_text() -> None:
    rows = [
        row("21500C"), row("21500P", tradeTime="20:46 CT"), row("21510C", tradeTime="06/09/25"),
        settled("15000C", "6,787.00"), settled("20640P", "0.45s", priceChange="unch"),
    ]  # fmt: skip
    seconds = {"21500P": 1_749_433_560, "21510C": 1_749_445_200}
    for one in rows:
        one["raw"]["tradeTime"] = seconds.get(one["symbol"][6:], one["raw"]["tradeTime"])
    whole = read(*rows)
    for one in rows:
        del one["raw"]
    text = read(*rows)
    assert text.rejects == ()
    assert text.quotes == whole.quotes
    # a byte order mark in front, as some editors write
    assert parse_chain(capture(BOM_UTF8 + answer(*rows)), None, CALENDAR).quotes == whole.quotes


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ({"bidPrice": "12-4"}, "number cannot be read"),
        ({"bidPrice": "NaN"}, "number cannot be read"),
        ({"tradeTime": "00:40 CT"}, "trade outside the session"),
        ({"tradeTime": "06/05/25"}, "trade outside the session"),
    ],
)
def test_text_that_is_no_number_or_no_time_of_the_session_is_left_out(text: dict[str, str], why: str) -> None:
    assert [one.reason for one in read(plain(**text)).rejects] == [f"unreadable row: {why}"]


def test_its_fields_stand_where_the_text_stands() -> None:
    body = answer(plain())
    fields = trace(answer_of(body), read(plain())).fields("MC7M5|21500C")
    bid = next(field for field in fields if field.name == "bid")
    assert (bid.locator, bid.value, bid.status) == ("$.data.Call[0].bidPrice", "245.25", FieldStatus.OK)


def test_what_is_no_row_at_all_is_left_out() -> None:
    body = json.dumps({"total": 3, "data": {"Call": ["x", 1.5, None]}}).encode()
    rejects = parse_chain(capture(body), None, CALENDAR).rejects
    assert [one.reason for one in rejects] == [
        "unreadable row: it is text where an object is due",
        "unreadable row: it is a number where an object is due",
        "unreadable row: it is null where an object is due",
    ]
