"""What the picture of a capture says."""

from datetime import date

from app.domain.answer import answer_of
from app.domain.capture import Capture, Outcome
from app.domain.chain import Chain, Quote
from app.domain.contract import Contract, Right, Series
from app.domain.picture import picture_of, places_on
from app.domain.routing import Channel, SourceId, delayed
from app.domain.units import ns_from_iso, px

AT = ns_from_iso("2025-06-09T05:32:18Z")
SERIES = Series("Q2A", 2025, 6)


def capture(body: bytes = b"{}", *, status: int | None = 200, verdict: str = "") -> Capture:
    return Capture(
        "c1", SourceId("barchart"), Channel.OPT_CHAIN, "MC7M25", "https://site.invalid/x", AT, status,
        "application/json", {}, body, (), Outcome.FAILED, verdict,
    )  # fmt: skip


def quote(strike: float, right: Right, **said: object) -> Quote:
    return Quote(Contract(SERIES, px(strike), right), "x", **said)  # type: ignore[arg-type]


def test_a_chain_stands_as_calls_strike_puts() -> None:
    chain = Chain(
        SourceId("barchart"), SERIES, "MC7M25", AT, AT, delayed(10), claimed_total=3, expiry=date(2025, 6, 9),
        quotes=(
            quote(21_530, Right.CALL, bid=px(233.25), ask=px(237.75), last=px(282.75), is_settlement=True,
                  volume=16, volume_is_prior_session=True, change=px(89.5)),
            quote(20_640, Right.PUT, ask=px(0.8), last=px(0.45), is_settlement=True, open_interest=0),
            quote(21_530, Right.PUT, volume=0),
        ),
    )  # fmt: skip
    page = picture_of(capture(), chain)
    assert page.title == "MC7M25 — expires Mon 2025-06-09"
    assert page.columns[6] == "Strike"
    assert page.rows[0] == ("—",) * 6 + ("20,640", "0.80", "—", "0.45 s", "—", "—", "0")
    assert page.rows[1][:7] == ("—", "16 p", "+89.50", "282.75 s", "233.25", "237.75", "21,530")
    assert page.rows[1][7:] == ("—", "—", "—", "—", "0", "—")
    assert "3 contracts read, 3 claimed, 0 rejected" in page.notes


def test_an_answer_without_a_chain_shows_what_came_instead() -> None:
    page = picture_of(
        capture(b"<html>\n\n<h1>Access denied</h1>" + b"x" * 500, verdict="A block page."), None
    )
    assert page.title == "MC7M25 — A block page."
    assert "HTTP 200" in page.subtitle
    assert page.rows == ()
    assert page.html.startswith("<html>")


def test_rows_that_could_not_be_read_are_shown_as_they_were_written() -> None:
    body = (
        b'{"count":2,"total":2,"data":{"Call":[{"symbol":"MC7M5|21500C","bid":"1.00","askPrice":"2.50"}],'
        b'"Put":[{"symbol":"MC7M5|21500P","askPrice":"3.25s"}, {"symbol":"?"}]}}'
    )
    page = picture_of(capture(body, verdict="No row can be read."), None)
    assert page.rows == (("—",) * 5 + ("2.50", "21,500", "3.25s") + ("—",) * 5,)
    assert "as written in the answer" in page.subtitle
    assert places_on(page, None, answer_of(body)).box("MC7M5|21500P", "ask") is not None


def test_a_line_of_an_unreadable_answer_is_cut() -> None:
    assert max(len(note) for note in picture_of(capture(b"{" + b"x" * 500), None).notes) <= 160


def test_no_answer_at_all_is_said() -> None:
    assert "no answer" in picture_of(capture(b"", status=None, verdict="Refused."), None).subtitle


def test_bytes_that_are_no_text_do_not_break_the_picture() -> None:
    assert picture_of(capture(bytes(range(256))), None).notes
