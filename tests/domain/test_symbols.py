import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.contract import Contract, Family, Future, Right, Series
from app.domain.symbols import (
    ROOTS,
    barchart_leg,
    barchart_root,
    barchart_series,
    cme_root,
    family,
    option_tick,
    parse_barchart_leg,
    parse_barchart_series,
    parse_raw,
    rule_expiry,
)
from app.domain.units import px

NEAR = date(2025, 6, 9)
EVERY_ROOT = [root for roots in ROOTS.values() for root in roots]
SAID_BY_BARCHART = [root for root in EVERY_ROOT if barchart_root(root)]

days = st.dates(date(2015, 1, 1), date(2045, 1, 1))


@st.composite
def contracts(draw: st.DrawFn, roots: list[str]) -> tuple[Contract, date]:
    """A contract, and a day at which its one-digit year cannot mean another decade."""
    series = Series(draw(st.sampled_from(roots)), draw(st.integers(2020, 2040)), draw(st.integers(1, 12)))
    middle = rule_expiry(series) or date(series.year, series.month, 15)
    near = middle + timedelta(days=draw(st.integers(-1_780, 1_780)))
    return Contract(series, px(draw(st.integers(1, 9_999_999))), draw(st.sampled_from(Right))), near


@given(contracts(EVERY_ROOT))
def test_a_contract_reads_back_from_its_exchange_name(case: tuple[Contract, date]) -> None:
    contract, near = case
    assert parse_raw(contract.raw, near) == contract


@given(contracts(SAID_BY_BARCHART))
def test_a_contract_reads_back_from_barcharts_name(case: tuple[Contract, date]) -> None:
    contract, near = case
    assert parse_barchart_leg(barchart_leg(contract), near) == contract
    assert parse_barchart_series(barchart_series(contract.series), near) == contract.series


@given(st.builds(Future, st.integers(2020, 2040), st.sampled_from((3, 6, 9, 12))), st.integers(-1_780, 1_780))
def test_a_future_reads_back_from_its_exchange_name(future: Future, away: int) -> None:
    assert parse_raw(future.raw, date(future.year, future.month, 18) + timedelta(days=away)) == future


@given(st.sampled_from(SAID_BY_BARCHART))
def test_roots_map_one_to_one(root: str) -> None:
    named = barchart_root(root)
    assert named is not None
    assert cme_root(named) == root


@given(st.text(max_size=24), days)
def test_any_text_is_a_contract_or_refused_in_words(text: str, near: date) -> None:
    assert parse_raw(text, near) is None
    for parse in (parse_barchart_leg, parse_barchart_series):
        with pytest.raises(ValueError, match="is no"):
            parse(text, near)


@given(st.from_regex(r"(NQ|Q5A|E1A|QN5)[FGHM][0-9] [CP][0-9]{1,9}(\.[0-9]{1,12})?", fullmatch=True), days)
def test_what_looks_like_an_option_is_read_in_full_or_not_at_all(text: str, near: date) -> None:
    read = parse_raw(text, near)
    assert read is None or read == parse_raw(read.raw, near)


@pytest.mark.parametrize(
    ("leg", "raw"),
    [
        ("MC7M5|15000C", "Q2AM5 C15000"),
        ("MM1N5|22350C", "Q1BN5 C22350"),
        ("MQ4M5|22700P", "QN4M5 P22700"),
        ("MC4M5|21000C", "Q4CM5 C21000"),
        ("MQ6M5|21000P", "QNEM5 P21000"),
        ("MM6N5|21000P", "Q1DN5 P21000"),
        ("NQM5|21000P", "NQM5 P21000"),
    ],
)
def test_a_leg_is_the_same_contract_at_both(leg: str, raw: str) -> None:
    contract = parse_barchart_leg(leg, NEAR)
    assert contract.raw == raw
    assert parse_raw(raw, NEAR) == contract
    assert barchart_leg(contract) == leg


def test_a_series_may_have_one_or_two_digits_of_the_year() -> None:
    assert (
        parse_barchart_series("MC7M25", NEAR)
        == parse_barchart_series("MC7M5", NEAR)
        == Series("Q2A", 2025, 6)
    )
    assert parse_barchart_series("NQM25", NEAR) == Series("NQ", 2025, 6)
    assert barchart_series(Series("NQ", 2025, 6)) == "NQM25"


@pytest.mark.parametrize("symbol", ["MQ1M5 C21500", "MQ4M5 P22700", "MQEZ6 C30000", "MNQZ6", "MNQZ6 C30000"])
def test_a_micro_is_never_taken_for_an_e_mini(symbol: str) -> None:
    with pytest.raises(ValueError, match=r"is a Micro root at CME \(\$2 a point\)"):
        parse_raw(symbol, NEAR)


@pytest.mark.parametrize("ask", [family, barchart_root])
@pytest.mark.parametrize("root", ["MQ1", "MQ4", "MQE", "MNQ"])
def test_a_micro_root_is_refused_wherever_a_cme_root_is_asked_for(
    ask: Callable[[str], object], root: str
) -> None:
    with pytest.raises(ValueError, match="Micro"):
        ask(root)


@pytest.mark.parametrize(
    "symbol",
    [
        "NQM5-NQU5",
        "UD:1V: GN 2401",
        "E1AM5 C6000",
        "ESM5",
        "NQK5",
        "NQM25",
        "Q6AM5 C20000",
        "QN5M5 C20000",
        "NQM5 C22000 ",
        "NQM5 C22000\n",
        "nqm5 c22000",
        "NQM5  C22000",
        "NQM\N{ARABIC-INDIC DIGIT FIVE} C22000",
    ],
)
def test_spreads_and_other_products_are_no_contract(symbol: str) -> None:
    assert parse_raw(symbol, NEAR) is None


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_barchart_leg, "ZC1M5|500C"),
        (parse_barchart_leg, "MC7M5 15000C"),
        (parse_barchart_leg, "MC7M25|15000C"),
        (parse_barchart_series, "NQ*0"),
        (parse_barchart_series, "MQ5M25"),
    ],
)
def test_what_barchart_never_lists_is_refused_by_name(
    parse: Callable[[str, date], object], text: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(text[:3]) + ".* is no"):
        parse(text, NEAR)


def test_an_unknown_name_at_barchart_is_not_guessed() -> None:
    assert barchart_root("Q5A") is None
    assert barchart_root("Q5D") is None
    with pytest.raises(ValueError, match="Q5A is not known"):
        barchart_series(Series("Q5A", 2025, 6))


@pytest.mark.parametrize(
    ("near", "year"),
    [
        (date(2025, 6, 9), 2029),
        (date(2020, 1, 2), 2019),
        (date(2024, 6, 9), 2019),
        (date(2024, 12, 30), 2029),
    ],
)
def test_one_digit_years_mean_the_nearest_decade(near: date, year: int) -> None:
    assert parse_raw("NQZ9", near) == Future(year, 12)


def test_a_turn_of_the_decade_keeps_the_last_december_and_the_next_march_apart() -> None:
    assert parse_raw("NQZ9", date(2030, 1, 5)) == Future(2029, 12)
    assert parse_raw("NQH0", date(2029, 12, 5)) == Future(2030, 3)


def test_every_family_knows_its_roots() -> None:
    assert family("NQ") is Family.QUARTERLY
    assert family("Q3A") is Family.MONDAY
    assert family("Q1B") is Family.TUESDAY
    assert family("Q2C") is Family.WEDNESDAY
    assert family("Q5D") is Family.THURSDAY
    assert family("QN3") is Family.FRIDAY
    assert family("QNE") is Family.END_OF_MONTH
    with pytest.raises(ValueError, match="E1A is no root"):
        family("E1A")


def test_premiums_lie_on_the_small_grid_up_to_five_points() -> None:
    assert option_tick(px("0.05")) == px("0.05")
    assert option_tick(px(5)) == px("0.05")
    assert option_tick(px("5.25")) == px("0.25")
