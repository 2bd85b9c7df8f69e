"""A stored page as lines and elements, and what reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import ConfigError
from app.domain.html_tree import page_of, visible_text
from app.domain.selectors import found_by
from app.domain.text_diff import text_difference

BODY = b"""<!DOCTYPE html><html><head><title>NQ</title><script>var a = "<b>";
var b = 2;</script></head><body class="bc-page wide">
<select id="months"><option value="/a">Week 1</option><option value="/b" selected>Week 2</option></select>
<div class="row" data-options='{"x": 1}'><p>1 Days</p><p>06/09/25<br>again</p></div><div class="row">$20</div>
</body></html>"""


def test_each_element_has_a_line_and_a_path_from_the_nearest_id() -> None:
    page = page_of(BODY)
    option = found_by(page, "#months option")[1]
    assert option.path == "select#months > option:nth-of-type(2)"
    assert page.lines[option.line].text == '<option value="/b" selected>Week 2</option>'
    assert page.at_line(option.line) is option


def test_a_block_folds_to_its_end_tag() -> None:
    page = page_of(BODY)
    script = found_by(page, "script")[0]
    assert page.lines[page.lines[script.line].last].text == "</script>"
    assert [line.text for line in page.lines][script.line + 1] == 'var a = "<b>";'


@pytest.mark.parametrize(
    ("selector", "count"),
    [
        ("option", 2), ("#months > option", 2), ("body > option", 0), ("body option[selected]", 1),
        (".row", 2),
        ("div.row:nth-of-type(1)", 1), ("[data-options]", 1), ("option[value^='/']", 2), ("[value$=b]", 1),
        ("[class~=wide]", 1), ("[class*=ide]", 1), ("*", 13), ("div.row p:nth-of-type(2)", 1), (".none", 0),
    ],
)  # fmt: skip
def test_a_selector_finds_what_it_says(selector: str, count: int) -> None:
    assert len(found_by(page_of(BODY), selector)) == count


@pytest.mark.parametrize("selector", ["", "   ", "> p", "p >", "a > > b", "p:hover", "a)(", "x" * 900])
def test_what_is_no_selector_is_one_sentence(selector: str) -> None:
    with pytest.raises(ConfigError):
        found_by(page_of(BODY), selector)


def test_only_what_a_reader_sees_is_compared() -> None:
    after = BODY.replace(b"Week 2", b"Week 3").replace(b"var b = 2", b"var b = 3").replace(b"$20", b"")
    found = text_difference(page_of(BODY), page_of(after))
    assert [(d.before, d.after) for d in found] == [("Week 2", "Week 3"), ("$20", "absent")]
    assert "NQ" not in visible_text(page_of(BODY))


@given(st.binary(max_size=400) | st.text("<>/ab =\"'-!", max_size=400).map(str.encode))
def test_any_bytes_give_a_tree_whose_lines_nest(body: bytes) -> None:
    page = page_of(body)
    for number, line in enumerate(page.lines):
        assert number <= line.last < len(page.lines)
    for element in page.elements:
        assert element.parent is None or element.parent < element.number
        assert 0 <= element.line < len(page.lines)
