"""The geometry of a picture, both ways."""

from dataclasses import replace

import pytest

from app.domain.chain import Chain
from app.domain.picture_layout import (
    TALLEST,
    Places,
    Rung,
    layout,
    places_of_facts,
    places_of_ladder,
    rung_of,
)
from app.domain.units import px
from tests.domain.barchart_answers import STRIKES, chain


def places(of: Chain | None, notes: int) -> Places:
    quotes = () if of is None else of.quotes
    return places_of_ladder([Rung(q.contract.strike, q.contract.right, q.symbol) for q in quotes], notes)


@pytest.mark.parametrize("field", ["open interest", "volume", "change", "last", "bid", "ask", "strike"])
@pytest.mark.parametrize("right", ["C", "P"])
def test_the_middle_of_a_fields_box_leads_back_to_the_field(field: str, right: str) -> None:
    here = places(chain(), notes=2)
    symbol = f"MC7M5|{STRIKES[7]}{right}"
    box = here.box(symbol, field)
    assert box is not None
    expected = f"MC7M5|{STRIKES[7]}C" if field == "strike" else symbol
    assert here.field(box.x + box.width / 2, box.y + box.height / 2) == (expected, field)


def test_outside_the_table_there_is_no_field() -> None:
    here = places(chain(), notes=2)
    assert here.field(2, 2) is None
    assert here.field(600, 15_999) is None
    assert here.box("unknown", "bid") is None
    assert places(None, notes=3).field(600, 300) is None


def test_a_table_that_is_too_tall_is_cut_and_says_so() -> None:
    place = layout(columns=13, rows=5_000, notes=2)
    assert place.height == TALLEST
    assert place.rows + place.cut == 5_000
    assert place.cell(place.rows, 0) is None


def test_a_put_without_a_call_keeps_its_strike() -> None:
    put = chain().quotes[-1]
    here = places(replace(chain(), quotes=(replace(put, bid=px(1)),)), notes=0)
    box = here.box(put.symbol, "strike")
    assert box is not None
    assert here.field(box.x + 5, box.y + 5) == (put.symbol, "strike")


def test_a_fact_of_a_page_stands_in_its_row() -> None:
    here = places_of_facts([("chain", "series"), ("chain", "expiry")], columns=3, notes=1)
    box = here.box("chain", "expiry")
    assert box is not None
    assert here.field(box.x + 1, box.y + 1) == ("chain", "expiry")
    assert here.box("chain", "strike") is None


def test_where_the_picture_says_itself_what_stands_where_that_is_taken() -> None:
    here = places(chain(), notes=2).as_drawn(
        "page", {"chain/expiry": (10, 20, 200, 40), "chain/days": (20, 25, 20, 10)}
    )
    assert here.field(12, 22) == ("chain", "expiry")
    assert here.field(25, 30) == ("chain", "days")  # the smaller one inside
    assert here.field(500, 500) is None
    assert here.box("chain", "series") is None


def test_a_picture_drawn_by_another_layout_is_not_pointed_at() -> None:
    here = places(chain(), notes=2)
    assert here.as_drawn(here.layout.shape, {}) is here
    assert here.as_drawn("13x9+80", {}).field(600, 300) is None


@pytest.mark.parametrize(
    "symbol", ["", "MC7M5", "MC7M5|21500", "MC7M5|C", "MC7M5|1e9C", "MC7M5|" + "9" * 400 + "P"]
)
def test_what_names_no_contract_is_no_rung(symbol: str) -> None:
    assert rung_of(symbol) is None
