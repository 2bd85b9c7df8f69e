"""Chains that stand in the page as a table: what is read of them, and what is left out."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.chain import Chain
from app.domain.errors import BadPayload
from app.domain.session import Calendar
from app.domain.units import ns_from_iso, px
from app.sources.barchart.parse_page import parse_page
from tests.sources.barchart.answers import capture

TITLES = ("Strike", "Open", "High", "Low", "Last", "Change", "Bid", "Ask", "Volume", "Open Int", "Premium",
          "Last Trade", "Links")  # fmt: skip
PLAIN = ("21,500.00C", "240.00", "251.25", "238.50", "246.00", "+1.25", "245.25", "249.50", "1,012", "40",
         "4,920.00", "01:17 ET", "")  # fmt: skip
SETTLED = ("20,640.00P", "N/A", "10.50", "0.45", "0.45s", "unch", "N/A", "0.80", "N/A", "N/A", "9.00",
           "06/06/25", "")  # fmt: skip


def page(*rows: tuple[str, ...], titles: tuple[str, ...] = TITLES) -> bytes:
    head = "".join(f"<th>{title}</th>" for title in titles)
    body = "".join(f"<tr>{''.join(f'<td><span>{cell}</span></td>' for cell in row)}</tr>" for row in rows)
    return (
        '<html><select id="bc-options-toolbar__dropdown-month"><option selected '
        'value="/futures/quotes/NQM25/options/MC7M25">Week 2: Jun 2025</option></select>'
        '<div class="bc-options-toolbar__second-row"><strong>06/09/25</strong></div>'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></html>"
    ).encode()


def table(*rows: tuple[str, ...], titles: tuple[str, ...] = TITLES) -> Chain | None:
    return parse_page(capture(page(*rows, titles=titles)), Calendar()).table


def test_a_row_is_read_by_the_rules_of_the_data_call() -> None:
    chain = table(PLAIN, SETTLED)
    assert chain is not None
    assert (chain.vendor_series, chain.expiry, chain.claimed_total) == ("MC7M25", date(2025, 6, 9), 2)
    trade, settlement = chain.quotes
    assert (trade.symbol, trade.last, trade.volume, trade.is_settlement) == (
        "MC7M5|21500C", px("246"), 1012, False,
    )  # fmt: skip
    assert trade.trade_time == chain.as_of == ns_from_iso("2025-06-09T05:17:00Z")
    assert (settlement.bid, settlement.ask, settlement.open, settlement.change) == (None, px("0.8"), None, 0)
    assert (settlement.is_settlement, settlement.settlement_date) == (True, date(2025, 6, 6))


@pytest.mark.parametrize(
    ("clock", "at"),
    [
        ("18:04 ET", "2025-06-08T22:04:00Z"),
        ("17:04 CT", "2025-06-08T22:04:00Z"),
        ("00:20 CT", "2025-06-09T05:20:00Z"),
        ("06/09/25", "2025-06-09T05:00:00Z"),
    ],
)
def test_a_clock_means_the_session_that_was_running(clock: str, at: str) -> None:
    chain = table((*PLAIN[:11], clock, ""))
    assert chain is not None
    assert [quote.trade_time for quote in chain.quotes] == [ns_from_iso(at)]


@pytest.mark.parametrize("clock", ["00:40 CT", "12:00 ET", "ET", "25:00 ET", "06/06/25", "yesterday", ""])
def test_a_trade_at_an_impossible_time_is_left_out(clock: str) -> None:
    chain = table((*PLAIN[:11], clock, ""))
    assert chain is not None
    assert (chain.quotes, len(chain.rejects), chain.claimed_total) == ((), 1, 1)


def test_a_table_of_something_else_is_no_chain() -> None:
    assert table(PLAIN, titles=("Symbol", *TITLES[1:])) is None
    assert table() is None
    assert table(("only", "two")) is None


@given(st.lists(st.lists(st.text(max_size=9) | st.sampled_from(PLAIN + SETTLED), max_size=14), max_size=4))
def test_nonsense_in_cells_gives_a_chain_or_nothing(rows: list[list[str]]) -> None:
    try:
        chain = table(*(tuple(row) for row in rows))
    except BadPayload:
        return
    assert chain is None or chain.claimed_total == len(chain.quotes) + len(chain.rejects)
