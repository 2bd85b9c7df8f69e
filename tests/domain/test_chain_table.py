"""A chain as it leaves the program."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.chain_table import chain_table
from app.domain.health import Freshness
from app.domain.interest import InterestChange
from app.domain.table import Table, Value, delimited
from tests.domain.chain_samples import FUTURE, NOW, STRIKES, sample_arrived, sample_quotes


def column(table: Table, name: str) -> tuple[Value, ...]:
    return next(one.values for one in table.columns if one.name == name)


def test_every_contract_is_a_row_with_its_numbers_and_their_origin() -> None:
    interest = InterestChange(date(2025, 6, 17), date(2025, 6, 16), {"Q2CM5 C21600": -4})
    table = chain_table(sample_arrived(interest=interest), "1.2", NOW)
    assert table.rows == 2 * len(STRIKES)
    at = column(table, "contract").index("Q2CM5 C21600")
    assert column(table, "implied_volatility")[at] == pytest.approx(0.2, abs=1e-3)
    assert column(table, "open_interest_change")[at] == -4
    assert column(table, "open_interest_change")[at + 1] is None
    facts = dict(table.facts)
    assert facts["source"] == "barchart"
    assert facts["fidelity"] == "DELAYED(10)"
    assert facts["future"] == f"{FUTURE:g} (page)"
    assert facts["open interest of"] == "2025-06-17, change since 2025-06-16"
    assert facts["program"] == "Pitwall 1.2"
    assert facts["received"] == "2025-06-15T15:06:40Z"


def test_a_stale_chain_takes_no_greeks_along_and_says_why() -> None:
    table = chain_table(sample_arrived(freshness=Freshness.STALE), "1.2", NOW)
    assert set(column(table, "implied_volatility")) == {None}
    assert set(column(table, "theta_dollars_per_day")) == {None}
    assert dict(table.facts)["greeks"] == "none: the chain is not fresh"
    assert dict(table.facts)["state"] == "stale"


def test_what_was_not_said_is_left_empty() -> None:
    quotes = tuple(replace(q, bid=None, volume=None) for q in sample_quotes())
    text = delimited(chain_table(sample_arrived(quotes), "1.2", NOW), ",")
    heads, first, *_ = (line.split(",") for line in text.splitlines() if not line.startswith("#"))
    row = dict(zip(heads, first, strict=True))
    assert (row["bid"], row["mid"], row["volume"], row["implied_volatility"]) == ("", "", "", "")
    assert row["ask"]


def test_theta_and_vega_are_dollars_of_one_contract() -> None:
    shown = sample_arrived()
    table = chain_table(shown, "1.2", NOW)
    at = column(table, "contract").index("Q2CM5 C21600")
    assert shown.board is not None
    row = shown.board.strikes.tolist().index(21_600.0)
    assert column(table, "vega_dollars_per_vol_point")[at] == pytest.approx(
        shown.board.call_greeks.vega[row] * 20
    )
    assert column(table, "theta_dollars_per_day")[at] == pytest.approx(
        shown.board.call_greeks.theta[row] * 20
    )
