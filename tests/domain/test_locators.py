"""Ways to point at a value, tried on a stored answer."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.answer import Answer, answer_of
from app.domain.errors import ConfigError
from app.domain.html_tree import page_of
from app.domain.json_paths import found_at
from app.domain.locators import alike, candidates, tried

ROWS = [
    {"symbol": f"MC7M5|{k}C", "bidPrice": f"{k}.00", "raw": {"bidPrice": k}} for k in (21500, 21510, 21520)
]


def answer(name: str = "bidPrice") -> Answer:
    rows = [{"symbol": row["symbol"], name: row["bidPrice"], "askPrice": "1"} for row in ROWS]
    return answer_of(json.dumps({"total": 3, "data": {"Call": rows}}).encode())


def whole() -> Answer:
    return answer_of(json.dumps({"total": 3, "data": {"Call": ROWS}}).encode())


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("$", 1), ("$.total", 1), ("$.data.Call[]", 3), ("$.data.Call[*].bidPrice", 3),
        ("$.data.*[1].bidPrice", 1),
        ("$..bidPrice", 6), ("$.data.Call[symbol=MC7M5|21510C].raw.bidPrice", 1), ("$.data.Call[7]", 0),
        ("$.total.x", 0), ("$.data[0]", 0),
    ],
)  # fmt: skip
def test_a_path_finds_what_it_says(path: str, count: int) -> None:
    assert len(found_at(whole().document, path)) == count


@pytest.mark.parametrize("path", ["", "data", "$.", "$[", "$.a b", "$" + ".a" * 400])
def test_what_is_no_path_is_one_sentence(path: str) -> None:
    with pytest.raises(ConfigError):
        found_at({}, path)
    assert tried(whole(), None, path).problem


def test_the_exact_place_comes_first_then_wider_ones() -> None:
    found = candidates(whole(), None, "$.data.Call[1].raw.bidPrice")
    assert [(trial.locator, trial.count) for trial in found] == [
        ("$.data.Call[1].raw.bidPrice", 1),
        ("$.data.Call[symbol=MC7M5|21510C].raw.bidPrice", 1),
        ("$.data.Call[].raw.bidPrice", 3),
        ("$..bidPrice", 6),
    ]
    assert found[0].matches[0].text == "21510"


def test_for_a_name_that_is_gone_the_new_one_like_it_is_suggested_first() -> None:
    before, now = answer(), answer("bid")
    assert alike(now, "$.data.Call[0].bidPrice", before)[0].locator == "$.data.Call[].bid"
    assert alike(now, "$.data.Call[0].bidPrice", before)[0].about == "new, 55% like “bidPrice”"


def test_an_element_is_found_by_id_class_attribute_and_place() -> None:
    body = b"<div id='top'><p class='price' data-last='1'>5</p><p>6</p></div>"
    page = page_of(body)
    found = candidates(answer_of(body), page, "div#top > p:nth-of-type(1)")
    assert [(trial.locator, trial.count) for trial in found] == [
        ("p[data-last]", 1), ("p.price", 1), ("div#top > p:nth-of-type(1)", 1), ("p", 2),
    ]  # fmt: skip
    assert found[0].matches[0].text == "5"


@given(st.text(max_size=40), st.booleans())
def test_whatever_is_typed_gives_a_trial(typed: str, is_page: bool) -> None:
    trial = tried(whole(), page_of(b"<p>1</p>") if is_page else None, typed)
    assert trial.count >= len(trial.matches) or trial.problem
