"""The feed against the simulated site: what comes, what it means, and what its capture tells."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.capture import Outcome, Step
from app.domain.chain import Chain, ChainPage
from app.domain.errors import AuthFailed, BadPayload, RateLimited, Unavailable
from app.domain.session import Calendar
from app.domain.units import MINUTE, px
from app.sources.barchart.fetch import read_stored
from tests.sources.barchart.conftest import Desk

MONDAYS = "MC7M25"


def steps(taken: tuple[Step, ...]) -> list[str]:
    return [step.name for step in taken]


def page_of(desk: Desk, series: str | None = MONDAYS) -> ChainPage:
    fetched = desk.feed.fetch_page(series)
    assert fetched.error is None
    return desk.feed.parse_page(fetched.capture)


def test_page_and_chain_agree_with_the_market(desk: Desk) -> None:
    page = page_of(desk)
    assert (page.vendor_series, page.expiry, page.point_value) == (MONDAYS, date(2025, 6, 9), 20.0)
    assert page.underlying is not None
    assert (page.underlying.contract, page.underlying.price) == ("NQM25", px(21745))
    assert page.previous_settlement == px("21789.5")
    assert [family.key for family in page.families if family.selected] == [MONDAYS]
    assert [listed.key for listed in page.series_listed][:2] == [MONDAYS, "MC8M25"]

    fetched = desk.feed.fetch_chain(MONDAYS, page)
    assert fetched.error is None
    chain = desk.feed.parse_chain(fetched.capture, page)
    assert (chain.vendor_series, chain.expiry, len(chain.rejects)) == (MONDAYS, date(2025, 6, 9), 0)
    assert chain.claimed_total == len(chain.quotes) > 0
    interest = dict.fromkeys(("C", "P"), 0)
    for quote in chain.quotes:
        interest[quote.contract.right.value] += quote.open_interest or 0
    assert (interest["C"], interest["P"]) == (page.call_open_interest, page.put_open_interest)


def test_without_a_series_the_front_futures_page_is_read(desk: Desk) -> None:
    page = page_of(desk, None)
    assert page.vendor_series == "NQM25"
    assert {family.key for family in page.families} >= {"NQM25", MONDAYS}


def test_the_capture_tells_every_step_and_keeps_no_secret(desk: Desk) -> None:
    page = page_of(desk)
    fetched = desk.feed.fetch_chain(MONDAYS, page)
    assert steps(fetched.capture.steps) == ["pace", "token", "request"]
    assert all(step.ok for step in fetched.capture.steps)
    assert "waited 1.5 s" in fetched.capture.steps[0].note
    sent = fetched.capture.request_headers
    assert (sent["x-xsrf-token"], sent["cookie"]) == ("[redacted]", "[redacted]")
    assert sent["referer"].endswith("/futures/quotes/NQM25/options/MC7M25")
    assert (fetched.capture.key, fetched.capture.status) == (MONDAYS, 200)
    assert (fetched.capture.outcome, fetched.capture.content_type) == (Outcome.PENDING, "application/json")
    assert not any(
        visitor.token.encode() in desk.feed.fetch_page(MONDAYS).capture.body
        for visitor in desk.site.visitors._known.values()
    )


def test_a_chain_needs_no_page_first(desk: Desk) -> None:
    fetched = desk.feed.fetch_chain(MONDAYS, None)
    assert steps(fetched.capture.steps) == ["pace", "cookies", "pace", "token", "request"]
    assert desk.feed.parse_chain(fetched.capture, None).expiry is None


def test_an_expired_session_is_renewed_once_and_the_request_repeated(desk: Desk) -> None:
    page = page_of(desk)
    desk.site.visitors.forget_all()
    fetched = desk.feed.fetch_chain(MONDAYS, page)
    assert fetched.error is None
    names = steps(fetched.capture.steps)
    assert names == ["pace", "token", "request", "session", "pace", "cookies", "pace", "token", "request"]
    assert desk.feed.parse_chain(fetched.capture, page).quotes


@pytest.mark.parametrize("status", ["401", "419"])
def test_a_second_refusal_is_a_failed_login_and_never_a_closed_market(desk: Desk, status: str) -> None:
    page = page_of(desk)
    desk.fault("api", status, times=2)
    fetched = desk.feed.fetch_chain(MONDAYS, page)
    assert isinstance(fetched.error, AuthFailed)
    assert "refuses this visitor" in str(fetched.error)
    assert (fetched.capture.outcome, fetched.capture.status) == (Outcome.FAILED, int(status))
    assert desk.feed.fetch_chain(MONDAYS, page).error is None


def test_a_visit_is_renewed_before_its_two_hours_end(desk: Desk) -> None:
    page = page_of(desk)
    desk.clock.advance(111 * 60)
    assert "cookies" in steps(desk.feed.fetch_chain(MONDAYS, page).capture.steps)


@pytest.mark.parametrize(("kind", "route"), [("403", "api"), ("block_page", "api")])
def test_a_block_page_is_named_and_not_tried_again(desk: Desk, kind: str, route: str) -> None:
    page = page_of(desk)
    desk.fault(route, kind)
    fetched = desk.feed.fetch_chain(MONDAYS, page)
    assert isinstance(fetched.error, BadPayload)
    assert "block page" in fetched.capture.verdict
    assert fetched.error.capture_id == fetched.capture.id
    assert steps(fetched.capture.steps) == ["pace", "token", "request"]


def test_a_block_page_in_place_of_the_options_page_is_named_by_the_parser(desk: Desk) -> None:
    desk.fault("page", "block_page")
    fetched = desk.feed.fetch_page(MONDAYS)
    with pytest.raises(BadPayload, match="block page"):
        desk.feed.parse_page(fetched.capture)


def test_a_login_page_where_data_was_due_renews_the_visit(desk: Desk) -> None:
    page = page_of(desk)
    desk.fault("api", "html")
    fetched = desk.feed.fetch_chain(MONDAYS, page)
    assert fetched.error is None
    assert "session" in steps(fetched.capture.steps)


def test_too_many_requests_wait_as_long_as_the_site_says(desk: Desk) -> None:
    page = page_of(desk)
    desk.fault("api", "429", seconds=40)
    fetched = desk.feed.fetch_chain(MONDAYS, page)
    assert isinstance(fetched.error, RateLimited)
    assert fetched.error.retry_after == 40
    held_back = desk.feed.fetch_chain(MONDAYS, page)
    assert isinstance(held_back.error, RateLimited)
    assert held_back.capture.status is None
    assert held_back.error.retry_after == pytest.approx(40)
    desk.clock.advance(40)
    assert desk.feed.fetch_chain(MONDAYS, page).error is None


@pytest.mark.parametrize("kind", ["500", "503"])
def test_a_fault_of_the_site_is_unavailable(desk: Desk, kind: str) -> None:
    page = page_of(desk)
    desk.fault("api", kind)
    fetched = desk.feed.fetch_chain(MONDAYS, page)
    assert isinstance(fetched.error, Unavailable)
    assert f"HTTP {kind}" in fetched.capture.verdict


@pytest.mark.parametrize("kind", ["rst", "refuse", "half_body"])
def test_a_cut_connection_still_leaves_a_capture(desk: Desk, kind: str) -> None:
    page = page_of(desk)
    desk.fault("api", kind, times=None)
    fetched = desk.feed.fetch_chain(MONDAYS, page)
    assert isinstance(fetched.error, Unavailable)
    assert (fetched.capture.status, fetched.capture.outcome) == (None, Outcome.FAILED)
    assert not fetched.capture.steps[-1].ok
    assert fetched.capture.verdict


def test_a_truncated_answer_is_a_bad_payload(desk: Desk) -> None:
    page = page_of(desk)
    desk.fault("api", "truncated")
    fetched = desk.feed.fetch_chain(MONDAYS, page)
    with pytest.raises(BadPayload):
        desk.feed.parse_chain(fetched.capture, page)


def test_renamed_fields_leave_no_row_and_say_which(desk: Desk) -> None:
    desk.fault("api", "drift")
    chain = desk.feed.parse_chain(desk.feed.fetch_chain(MONDAYS, None).capture, None)
    assert not chain.quotes
    assert {reject.reason for reject in chain.rejects} == {
        "unreadable row: lastPrice is missing among its numbers"
    }


def test_a_rebuilt_page_is_called_rebuilt(desk: Desk) -> None:
    desk.fault("page", "drift")
    with pytest.raises(BadPayload, match="changed its options page"):
        desk.feed.parse_page(desk.feed.fetch_page(MONDAYS).capture)


def test_an_unlisted_series_gives_the_pages_alternatives(desk: Desk) -> None:
    page = page_of(desk, "MC6M25")
    assert page.vendor_series is None
    offered = {listed.key: listed for listed in page.series_listed}
    assert offered[MONDAYS].title == "Week 2: Jun 2025"
    chain = desk.feed.parse_chain(desk.feed.fetch_chain("MC6M25", page).capture, page)
    assert (chain.quotes, chain.claimed_total) == ((), 0)


def test_a_series_of_a_future_that_is_gone_gives_the_alternatives_too(desk: Desk) -> None:
    page = page_of(desk, "MC6H25")
    assert page.vendor_series is None
    assert MONDAYS in [listed.key for listed in page.series_listed]


def test_a_page_of_an_older_make_still_names_its_series(desk: Desk) -> None:
    desk.fault("page", "legacy_page")
    page = page_of(desk)
    assert (page.vendor_series, page.expiry, dict(page.api)) == (MONDAYS, date(2025, 6, 9), {})
    assert desk.feed.fetch_chain(MONDAYS, page).error is None


def test_a_name_that_is_no_series_is_refused_without_a_request(desk: Desk) -> None:
    fetched = desk.feed.fetch_page("NONSENSE")
    assert isinstance(fetched.error, BadPayload)
    assert (fetched.capture.status, fetched.capture.steps) == (None, ())


def test_page_views_are_few(desk: Desk) -> None:
    for _ in range(4):
        assert desk.feed.fetch_page(MONDAYS).error is None
    refused = desk.feed.fetch_page(MONDAYS)
    assert isinstance(refused.error, RateLimited)
    assert refused.error.retry_after is not None
    assert 500 < refused.error.retry_after < 600
    assert desk.feed.fetch_chain(MONDAYS, None).error is None


def test_stored_answers_and_pages_are_told_apart(desk: Desk) -> None:
    assert isinstance(read_stored(desk.feed.fetch_page(MONDAYS).capture, Calendar()), ChainPage)
    assert isinstance(read_stored(desk.feed.fetch_chain(MONDAYS, None).capture, Calendar()), Chain)


def test_the_table_of_an_older_page_says_what_the_data_call_says(desk: Desk) -> None:
    desk.fault("page", "legacy_page")
    page = page_of(desk)
    table = page.table
    assert table is not None
    by_call = desk.feed.parse_chain(desk.feed.fetch_chain(MONDAYS, page).capture, page)
    assert (table.series, table.expiry, table.rejects) == (by_call.series, by_call.expiry, ())
    assert table.claimed_total == len(table.quotes) == len(by_call.quotes)
    exact = {q.symbol: q for q in by_call.quotes}
    for quote in table.quotes:
        other = exact[quote.symbol]
        # a table shows minutes where the call has seconds
        assert (quote.trade_time is None) == (other.trade_time is None)
        assert abs((quote.trade_time or 0) - (other.trade_time or 0)) < MINUTE
        assert replace(quote, trade_time=None) == replace(other, trade_time=None)
