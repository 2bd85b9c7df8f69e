"""The geometry of a picture, both ways."""

from dataclasses import replace

import pytest

from app.domain.picture_layout import TALLEST, layout, places
from app.domain.units import px
from tests.domain.barchart_answers import STRIKES, chain


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
