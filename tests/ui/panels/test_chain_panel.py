"""What the chain board says of a chain."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.chain import Quote, Reject
from app.domain.contract import Series
from app.domain.health import Freshness
from app.domain.units import SECOND, Ns
from app.domain.updates import ChainMissing
from tests.ui.panels.chain_screen import (
    BARCHART,
    board,
    button,
    cell,
    drawn,
    headings,
    offered,
    shot,
    shown_panel,
    texts,
)
from tests.ui.panels.samples import NOW, arrived


def test_the_board_mirrors_calls_and_puts_around_the_strike(qtbot: QtBot, tmp_path: Path) -> None:
    panel, _, _ = shown_panel(qtbot, offered("MM8X26"), arrived())
    shot(panel, "chain", tmp_path)
    heads = headings(panel)
    middle = heads.index("Strike")
    assert heads[:middle] == list(reversed(heads[middle + 1 :]))
    rows = board(panel).model().rowCount()
    assert rows == 41
    assert cell(panel, rows // 2, middle) == "25,010"
    assert board(panel).currentIndex().row() == rows // 2
    said = texts(panel)
    assert "DELAYED(10)" in said
    assert "NQZ26 25,013.25 page" in said
    assert "received 12 s ago" in said
    assert "Expires in 1 d 5 h" in said


def test_a_missing_bid_is_a_dash_and_a_settlement_is_marked_with_its_date(qtbot: QtBot) -> None:
    panel, _, _ = shown_panel(qtbot, arrived())
    qtbot.mouseClick(button(panel, "Strikes: all strikes listed"), Qt.MouseButton.LeftButton)
    drawn(panel)
    heads = headings(panel)
    put_last = heads.index("Strike") + 4
    last = board(panel).model().rowCount() - 1
    call_bid = heads.index("Strike") - 1
    assert cell(panel, last, call_bid) == "—"
    assert str(cell(panel, last, call_bid, Qt.ItemDataRole.ToolTipRole)).startswith("no quote yet")
    assert str(cell(panel, 0, put_last)).endswith(" s")
    tip = str(cell(panel, 0, put_last, Qt.ItemDataRole.ToolTipRole))
    assert tip.startswith("settlement, not a trade\nsettlement of Tue 17 Nov")


def test_every_cell_says_how_old_it_is(qtbot: QtBot) -> None:
    panel, _, _ = shown_panel(qtbot, arrived())
    heads = headings(panel)
    middle, row = heads.index("Strike"), 21
    bid = str(cell(panel, row, middle + 1, Qt.ItemDataRole.ToolTipRole))
    assert "no time; as of 10:20:48 CT, 10 m ago" in bid
    age = len(heads) - 1
    assert heads[age] == "Age"
    assert cell(panel, row, age) == "16 m"


@pytest.mark.parametrize("freshness", [Freshness.STALE, Freshness.UNKNOWN, Freshness.CLOSED])
def test_without_a_fresh_future_there_is_no_volatility(qtbot: QtBot, freshness: Freshness) -> None:
    panel, _, _ = shown_panel(qtbot, arrived(freshness=freshness))
    heads = headings(panel)
    vol = heads.index("Strike") + 1 + [c.value for c in panel.columns].index("IV")
    assert cell(panel, 20, vol) == "—"
    tip = str(cell(panel, 20, vol, Qt.ItemDataRole.ToolTipRole))
    assert tip.startswith("not worked out")
    assert "ATM IV —" in texts(panel)


def test_a_failed_renewal_strikes_the_last_good_chain_and_says_why(qtbot: QtBot, tmp_path: Path) -> None:
    failed = ChainMissing(BARCHART, "MM8X26", "Barchart refused the login.", Ns(NOW + 60 * SECOND))
    panel, _, _ = shown_panel(qtbot, offered("MM8X26"), arrived(), failed)
    shot(panel, "chain_stale", tmp_path)
    assert "NO DATA for MM8X26: Barchart refused the login." in texts(panel)
    assert "12 s old" in texts(panel)
    assert panel.model.is_stale
    assert panel.strip.accessibleName().endswith("(stale)")


def test_an_unknown_age_is_dressed_like_a_stale_one(qtbot: QtBot) -> None:
    panel, _, _ = shown_panel(qtbot, arrived(freshness=Freshness.UNKNOWN))
    assert panel.model.is_stale
    assert "STALE" in texts(panel)


def test_without_a_chain_the_board_says_what_will_fill_it(qtbot: QtBot, tmp_path: Path) -> None:
    panel, _, said = shown_panel(qtbot)
    shot(panel, "chain_empty", tmp_path)
    assert "No chain yet" in texts(panel)
    assert board(panel).model().rowCount() == 0
    panel.export.ask()
    assert said == ["There is nothing to take away yet: this chain is empty."]


def test_a_crossed_quote_has_no_middle_and_is_called_invalid(qtbot: QtBot) -> None:
    said = arrived()
    board_of = said.board
    assert board_of is not None
    at = board_of.at_the_money or 0

    def crossed(quote: Quote | None) -> Quote | None:
        return None if quote is None else replace(quote, bid=quote.ask, ask=quote.bid)

    calls = tuple(crossed(q) if i == at else q for i, q in enumerate(board_of.calls))
    panel, _, _ = shown_panel(qtbot, replace(said, board=replace(board_of, calls=calls)))
    middle = headings(panel).index("Strike")
    assert str(cell(panel, 20, middle - 1, Qt.ItemDataRole.ToolTipRole)).startswith("bid above ask")
    assert cell(panel, 20, middle - 3) == "—"


def test_the_strip_sums_all_chains_held_and_names_what_was_rejected(qtbot: QtBot) -> None:
    first = arrived()
    second = replace(
        first,
        chain=replace(
            first.chain, vendor_series="MQ3X26", series=Series("QN3", 2026, 11), expiry=date(2026, 11, 20),
            rejects=(Reject("no strike", "x"), Reject("no strike", "y")),
        ),
    )  # fmt: skip
    panel, _, _ = shown_panel(qtbot, offered("MQ3X26"), first, second)
    said = texts(panel)
    assert "2 rejected (2 no strike)" in said
    assert "P/C vol 1.00 all 1.00" in said
    assert "OI 17 Nov" in said


def test_a_quarterly_says_that_its_volatility_is_an_approximation(qtbot: QtBot) -> None:
    said = arrived()
    quarterly = replace(said, chain=replace(said.chain, series=Series("NQ", 2026, 12), vendor_series="NQZ26"))
    panel, _, _ = shown_panel(qtbot, quarterly)
    assert "European approximation" in texts(panel)
    weekly, _, _ = shown_panel(qtbot, said)
    assert "European approximation" not in texts(weekly)


def test_what_is_odd_about_an_accepted_chain_is_said_above_its_numbers(qtbot: QtBot) -> None:
    odd = ("1 row with a bid above the ask.", "3 calls stand against 2 puts.", "A clock is wrong.")
    shown = arrived()
    panel, _, _ = shown_panel(qtbot, replace(shown, verdict=replace(shown.verdict, warnings=odd)))
    said = texts(panel)
    assert "Look twice: 1 row with a bid above the ask. 3 calls stand against 2 puts. (and 1 more" in said
    panel.apply(shown)
    drawn(panel)
    assert "Look twice" not in texts(panel)
