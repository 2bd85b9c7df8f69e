"""What is read from an options page, and what is not made up when it is missing."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.chain import ChainPage, Underlying
from app.domain.errors import BadPayload
from app.domain.session import Calendar
from app.domain.units import px
from app.sources.barchart.parse_page import parse_page
from tests.sources.barchart.answers import capture

PAGE = """<!DOCTYPE html><html><head><title>Options Prices</title>
<link rel="canonical" href="https://www.barchart.com/futures/quotes/NQM25/options/MC7M25"></head><body>
<script src="https://www.recaptcha.example/api.js"></script>
<div class="page-title" data-ng-init="init('NQM25', '2', true)"></div>
<div class="page-title symbol" data-ng-init='init({"symbol":"NQM25","symbolRoot":"NQ",
"lastPrice":"21,739.00"})'></div>
<select id="bc-options-toolbar__dropdown-type">
<option value="/futures/quotes/NQM25/options">Monthly Options</option>
<option value="/futures/quotes/NQM25/options/MC7M25" selected="selected"
>Monday Weekly Options</option></select>
<select id="bc-options-toolbar__dropdown-month">
<option value="/futures/quotes/NQM25/options/MC7M25" selected>Week 2: Jun 2025</option>
<option value="/futures/quotes/NQU25/options/MC8M25">Week 3: Jun 2025</option></select>
<a data-bc-download-button="NQM25 options Monday Weekly Options exp-06/09/25 %moneyness%">download</a>
<div class="row bc-options-toolbar__second-row"><div><strong>1 Days</strong> to expiration on
<strong>06/09/25</strong></div><div>Price Value of Option point: <strong>$20</strong></div></div>
<div class="bc-datatable" data-options="datatableOptions[key]"></div>
<div class="bc-datatable-middleware-wrapper"
 data-options='{"itm":{"lastPrice":21745,"dailyLastPrice":21789.5}}'
 data-api-config='{"api":{"method":"quotes","symbol":"MC7M25","list":"futures.options",
"fields":"strike","raw":1}}'>
</div>
<div class="bc-futures-options-quotes-totals__data-row"> Put Open
 Interest Total <strong> 5,641 </strong></div>
<div class="bc-futures-options-quotes-totals__data-row"> Call Open
 Interest Total <strong> 3,978 </strong></div>
<script id="bc-dynamic-config" type="application/json">{"optionContract":"MC7M25",
"currentSymbol":{"symbol":"NQM25","raw":{"lastPrice":21740.25}}}</script></body></html>"""


def read(html: str) -> ChainPage:
    return parse_page(capture(html.encode()), Calendar())


def test_a_page_says_its_series_expiry_underlying_and_totals() -> None:
    page = read(PAGE)
    assert (page.vendor_series, page.expiry, page.days_to_expiry) == ("MC7M25", date(2025, 6, 9), 1)
    assert (page.point_value, page.previous_settlement) == (20.0, px("21789.5"))
    assert page.underlying == Underlying("NQM25", px(21745))
    assert (page.call_open_interest, page.put_open_interest) == (3978, 5641)
    assert [(s.key, s.title, s.selected) for s in page.series_listed] == [
        ("MC7M25", "Week 2: Jun 2025", True),
        ("MC8M25", "Week 3: Jun 2025", False),
    ]
    assert [family.key for family in page.families] == ["NQM25", "MC7M25"]
    assert dict(page.api) == {
        "method": "quotes",
        "symbol": "MC7M25",
        "list": "futures.options",
        "fields": "strike",
        "raw": "1",
    }


def test_the_underlyings_price_comes_from_the_next_best_place() -> None:
    places = [('"itm":{"lastPrice":21745,', '"itm":{', 21740.25), ('{"lastPrice":21740.25}', "{}", 21739.0)]
    html = PAGE
    for old, new, expected in places:
        html = html.replace(old, new)
        assert read(html).underlying == Underlying("NQM25", px(expected))
    html = html.replace('"21,739.00"', '"N/A"')
    assert read(html).underlying == Underlying("NQM25", None)


def test_without_the_sentence_the_download_button_says_the_expiry() -> None:
    html = PAGE.replace("bc-options-toolbar__second-row", "something-else")
    page = read(html)
    assert (page.expiry, page.days_to_expiry, page.point_value) == (date(2025, 6, 9), None, None)


def test_what_the_page_does_not_say_is_none() -> None:
    html = PAGE.replace("exp-06/09/25", "").replace("<strong>06/09/25</strong>", "").replace("5,641", "N/A")
    page = read(html)
    assert (page.expiry, page.put_open_interest, page.call_open_interest) == (None, None, 3978)


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("<html><h1>Access denied</h1></html>", "block page"),
        ('<html><form action="/login"><input type="password"></form></html>', "login page"),
        ("<html><h1>Page Not Found</h1></html>", "web page where data was due"),
        (
            PAGE.replace("bc-options-toolbar", "new").replace("data-api-config", "new"),
            "changed its options page",
        ),
        ("plain words", "no web page"),
        ("", "no web page"),
    ],
)
def test_what_is_no_options_page_is_named(html: str, said: str) -> None:
    with pytest.raises(BadPayload, match=said) as caught:
        read(html)
    assert caught.value.capture_id == "a capture"


def test_the_captcha_script_of_every_page_is_no_block() -> None:
    assert "captcha" in PAGE
    assert read(PAGE).vendor_series == "MC7M25"


def test_a_series_that_does_not_exist_offers_what_does() -> None:
    page = read(
        "<html><p>No options were found for MC6M25. Please choose:</p><ul>"
        '<li><a href="/futures/quotes/NQM25/options/MC7M25">Week 2: Jun 2025: MC7M25</a></li>'
        '<li><a href="/about/options/">About</a></li></ul></html>'
    )
    assert page.vendor_series is None
    assert ("MC7M25", "Week 2: Jun 2025") in [(s.key, s.title) for s in page.series_listed]


RAW = PAGE.encode()


def _cut(at: int, piece: bytes) -> bytes:
    return RAW[:at]


def _insert(at: int, piece: bytes) -> bytes:
    return RAW[:at] + piece + RAW[at:]


def _replace(at: int, piece: bytes) -> bytes:
    return RAW[:at] + piece + RAW[at + len(piece) :]


@given(
    st.sampled_from([_cut, _insert, _replace]),
    st.integers(0, len(RAW) - 1),
    st.binary(max_size=6)
    | st.sampled_from([b"<", b'"', b"'>", b"<!--", b"]]>", b"<script>", b"\x00", b"&#"]),
)
@settings(max_examples=250, deadline=None)
def test_a_damaged_page_is_a_page_or_a_bad_payload(
    damage: Callable[[int, bytes], bytes], at: int, piece: bytes
) -> None:
    try:
        page = parse_page(capture(damage(at, piece)), Calendar())
    except BadPayload:
        return
    assert isinstance(page, ChainPage)


def test_a_bold_part_without_text_says_nothing() -> None:
    page = read(PAGE.replace("<strong>1 Days</strong>", "<strong></strong>"))
    assert (page.days_to_expiry, page.expiry) == (None, date(2025, 6, 9))
