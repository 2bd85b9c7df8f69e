"""Rows of Barchart's answer and what they mean."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.chain import Chain, ChainPage, ExpirySaidBy, Quote, Underlying
from app.domain.contract import Right, Series
from app.domain.errors import BadPayload
from app.domain.routing import SourceId
from app.domain.session import Calendar
from app.domain.units import iso, ns_from_iso, px
from app.sources.barchart.parse_api import parse_chain
from tests.sources.barchart.answers import FETCHED, answer, capture, row, settled

CALENDAR = Calendar()
Q2A = Series("Q2A", 2025, 6)


def read(*rows: dict[str, Any], **more: Any) -> Chain:
    return parse_chain(capture(answer(*rows), **more), None, CALENDAR)


def only(*rows: dict[str, Any]) -> Quote:
    chain = read(*rows)
    assert not chain.rejects
    return chain.quotes[0]


def why(*rows: dict[str, Any]) -> list[str]:
    return [reject.reason for reject in read(*rows).rejects]


def test_a_trade_of_this_session_is_read_whole() -> None:
    quote = only(row("21500C"))
    assert (quote.contract.series, quote.contract.strike, quote.contract.right) == (
        Q2A,
        px(21500),
        Right.CALL,
    )
    assert (quote.bid, quote.ask, quote.last) == (px("245.25"), px("249.50"), px(246))
    assert (quote.open, quote.high, quote.low, quote.change) == (
        px(240),
        px("251.25"),
        px("238.5"),
        px("1.25"),
    )
    assert (quote.volume, quote.volume_is_prior_session, quote.open_interest) == (12, False, 40)
    assert quote.trade_time == ns_from_iso("2025-06-09T05:17:00Z")
    assert (quote.is_settlement, quote.settlement_date) == (False, None)


def test_a_settlement_keeps_the_volume_of_its_day_apart() -> None:
    quote = only(
        settled(
            "21530C",
            "282.75s",
            highPrice="352.00",
            lowPrice="140.75",
            volume="16",
            raw={"highPrice": 352, "lowPrice": 140.75, "volume": 16},
        )
    )
    assert (quote.is_settlement, quote.settlement_date, quote.trade_time) == (True, date(2025, 6, 6), None)
    assert (quote.volume, quote.volume_is_prior_session, quote.volume_date) == (16, True, date(2025, 6, 6))
    assert (quote.open, quote.high, quote.low) == (None, px(352), px("140.75"))
    assert quote.open_interest is None


def test_an_untraded_row_has_no_range_and_an_absent_bid_is_no_zero() -> None:
    quote = only(settled("20640P", bidPrice="N/A", askPrice="0.80", raw={"bidPrice": 0, "askPrice": 0.8}))
    assert (quote.bid, quote.ask, quote.last) == (None, px("0.8"), px("0.45"))
    assert (quote.open, quote.high, quote.low, quote.volume, quote.open_interest) == (None,) * 5


def test_a_trade_at_midnight_shown_as_a_date_is_a_trade() -> None:
    quote = only(row("21500P", tradeTime="06/09/25", raw={"tradeTime": 1_749_445_223}))
    assert not quote.is_settlement
    assert quote.trade_time is not None
    assert iso(quote.trade_time) == "2025-06-09T05:00:23Z"


def test_the_lowest_call_settled_without_its_letter() -> None:
    quote = only(settled("15000C", "6,787.00"))
    assert (quote.is_settlement, quote.last) == (True, px(6787))


def test_a_settlement_refreshed_by_clock_takes_the_chains_commonest_date() -> None:
    quote = only(settled("15000C", "6,787.00", day="06:50 CT"), settled("15500C"), settled("16000C"))
    assert (quote.trade_time, quote.settlement_date) == (None, date(2025, 6, 6))


def test_a_clock_of_the_evening_before_belongs_to_this_session() -> None:
    quote = only(row(tradeTime="20:03 CT", volume="N/A", raw={"tradeTime": 1_749_430_980, "volume": None}))
    assert quote.trade_time == ns_from_iso("2025-06-09T01:03:00Z")
    assert (quote.volume, quote.volume_date) == (None, None)


def test_volume_of_a_trade_before_this_session_is_not_this_sessions() -> None:
    quote = only(row(tradeTime="13:53 CT", raw={"tradeTime": 1_749_236_000}))
    assert (quote.volume_date, quote.volume_is_prior_session) == (date(2025, 6, 6), True)


@pytest.mark.parametrize(
    ("text", "change"),
    [("unch", 0), ("N/A", None), ("+1,098.00", px(1098)), ("-9.25", px("-9.25"))],
)
def test_change_comes_from_the_text(text: str, change: int | None) -> None:
    assert only(row(priceChange=text, raw={"priceChange": 0})).change == change


def test_a_said_zero_stays_a_zero() -> None:
    quote = only(row(volume="0", openInterest="0", raw={"volume": 0, "openInterest": 0}))
    assert (quote.volume, quote.open_interest) == (0, 0)


def test_a_crossed_quote_is_kept_and_flagged() -> None:
    assert only(row(bidPrice="250.00", raw={"bidPrice": 250})).crossed


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (row("15873C"), "strike off the grid"),
        (row("21500C", strike="21,510.00C"), "strike contradicted"),
        (row("21500C", raw={"strike": 21510}), "strike contradicted"),
        (row("21500C", strike="21,500.00P"), "call or put contradicted"),
        (row("21500C", optionType="Put"), "call or put contradicted"),
        (row("21500C", root="ESM5"), "symbol is no NQ option"),
        (row("21500C", root="XX7M5"), "symbol is no NQ option"),
        (row(raw={"bidPrice": -1}), "negative price"),
        (row(raw={"lastPrice": 1e12}), "number out of range"),
        (row(raw={"volume": 1.5}), "not a number of contracts"),
        (row(raw={"tradeTime": None}), "trade without a time"),
        (row(tradeTime="13/45/25"), "date cannot be read"),
        (row(priceChange="up"), "number cannot be read"),
    ],
)
def test_a_row_that_contradicts_itself_is_left_out_with_its_reason(bad: dict[str, Any], reason: str) -> None:
    chain = read(row("21600C"), bad)
    assert [reject.reason for reject in chain.rejects] == [reason]
    assert [reject.symbol for reject in chain.rejects] == [bad["symbol"]]
    assert len(chain.quotes) == 1


def test_a_row_with_a_field_missing_or_of_another_type_is_left_out() -> None:
    renamed = row("21500C")
    renamed["last"] = renamed.pop("lastPrice")
    assert why(renamed) == ["unreadable row: lastPrice is missing"]
    assert why(row(raw={"bidPrice": "245.25"})) == [
        "unreadable row: raw.bidPrice is text where a number is due"
    ]


def test_a_row_in_the_wrong_group_or_listed_twice_or_of_another_series_is_left_out() -> None:
    body = json.dumps({"total": 1, "data": {"Put": [row("21500C")]}}).encode()
    assert parse_chain(capture(body), None, CALENDAR).rejects[0].reason == "row in the wrong group"
    assert why(row("21500C"), row("21500C")) == ["listed twice"]
    assert why(row("21500C"), row("21510C"), row("21500C", root="MC8M5")) == ["row of another series"]


def test_an_answer_without_groups_is_read_too() -> None:
    body = json.dumps({"count": 2, "total": 2, "data": [row("21500C"), row("21500P")]}).encode()
    assert len(parse_chain(capture(body), None, CALENDAR).quotes) == 2


def test_an_expired_series_gives_an_empty_chain() -> None:
    chain = read()
    assert (chain.quotes, chain.claimed_total, chain.series) == ((), 0, Q2A)
    assert iso(chain.as_of) == "2025-06-09T05:22:18Z"


def test_the_chain_is_as_old_as_its_newest_trade() -> None:
    chain = read(row("21500C"), row("21510C", raw={"tradeTime": 1_749_446_000}))
    assert iso(chain.as_of) == "2025-06-09T05:17:00Z"
    assert (chain.delayed, chain.fidelity.minutes, chain.received) == (True, 10, FETCHED)
    assert (chain.vendor_series, chain.claimed_total) == ("MC7M25", 2)


def test_one_digit_years_name_the_same_series() -> None:
    assert read(row("21500C"), key="MC7M5").vendor_series == "MC7M25"


def page(series: str | None) -> ChainPage:
    future = Underlying("NQM25", px(21745))
    return ChainPage(
        SourceId("barchart"), series, date(2025, 6, 9), 1, 20.0, future, None, (), (), {}, None, None
    )


def test_expiry_and_underlying_come_from_the_page_of_the_same_series() -> None:
    chain = parse_chain(capture(answer(row("21500C"))), page("MC7M25"), CALENDAR)
    assert (chain.expiry, chain.expiry_said_by) == (date(2025, 6, 9), ExpirySaidBy.PAGE)
    assert chain.underlying == Underlying("NQM25", px(21745))
    assert chain.quotes[0].contract.expiry == date(2025, 6, 9)


@pytest.mark.parametrize("other", ["MC8M25", None])
def test_another_pages_expiry_is_not_taken(other: str | None) -> None:
    chain = parse_chain(capture(answer(row("21500C"))), page(other), CALENDAR)
    assert (chain.expiry, chain.expiry_said_by, chain.underlying) == (None, None, None)


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'{"error":{"code":419}}', b'{"data":3}', b"\xff\xfe", b"<html></html>"],
)
def test_what_is_no_answer_is_a_bad_payload_that_names_its_capture(body: bytes) -> None:
    with pytest.raises(BadPayload) as caught:
        parse_chain(capture(body), None, CALENDAR)
    assert caught.value.capture_id == "a capture"


ORIGINAL = answer(row("21500C"), row("21510C"), settled("20640P"), settled("15000C", "6,787.00"))
NONSENSE: st.SearchStrategy[object] = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just([]) | st.just({})
)


def survives(body: bytes) -> None:
    try:
        chain = parse_chain(capture(body), None, CALENDAR)
    except BadPayload:
        return
    assert isinstance(chain, Chain)
    assert all(quote.contract.strike % px(5) == 0 for quote in chain.quotes)


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_a_field_turned_into_nonsense_gives_a_chain_or_a_bad_payload(data: st.DataObject) -> None:
    body = json.loads(ORIGINAL)
    group = data.draw(st.sampled_from(["Call", "Put"]))
    victim = data.draw(st.sampled_from(body["data"][group]))
    place = data.draw(st.sampled_from([victim, victim["raw"], body]))
    place[data.draw(st.sampled_from(sorted(place)))] = data.draw(NONSENSE)
    survives(json.dumps(body).encode())


def _cut(body: bytes, at: int, byte: int) -> bytes:
    return body[:at]


def _swap(body: bytes, at: int, byte: int) -> bytes:
    return body[:at] + bytes([byte]) + body[at + 1 :]


def _double(body: bytes, at: int, byte: int) -> bytes:
    return body[:at] + body[at // 2 :]


@given(st.sampled_from([_cut, _swap, _double]), st.integers(0, len(ORIGINAL) - 1), st.integers(0, 255))
@settings(max_examples=250, deadline=None)
def test_damaged_bytes_give_a_chain_or_a_bad_payload(
    damage: Callable[[bytes, int, int], bytes], at: int, byte: int
) -> None:
    survives(damage(ORIGINAL, at, byte))


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda one: one.pop("openPrice"), "unreadable row: openPrice is missing"),
        (lambda one: one["raw"].pop("askPrice"), "unreadable row: askPrice is missing among its numbers"),
        (lambda one: one.update(bidPrice=None), "unreadable row: bidPrice is null where text is due"),
        (
            lambda one: one["raw"].update(strike="21500"),
            "unreadable row: raw.strike is text where a number is due",
        ),
        (lambda one: one.update(raw=[]), "unreadable row: raw is a list where an object is due"),
    ],
)
def test_a_row_that_cannot_be_read_says_in_plain_words_why(harm: Callable[[Any], object], said: str) -> None:
    bad = row("21500C")
    harm(bad)
    chain = read(row("21500P"), bad)
    assert [(one.reason, one.symbol) for one in chain.rejects] == [(said, "MC7M5|21500C")]
