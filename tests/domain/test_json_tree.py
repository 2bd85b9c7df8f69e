"""A stored answer as lines."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.answer import AnswerKind, answer_of
from app.domain.json_tree import document_of, lines_of, lines_of_text


def test_each_member_has_a_line_with_its_path_and_numbers_stay_as_written() -> None:
    lines = lines_of(document_of(b'{"a": [1.50, {"b": "x"}], "c": null}'))
    assert [(line.text, line.path, line.last) for line in lines] == [
        ("{", "$", 8), ('"a": [', "$.a", 6), ("1.50", "$.a[0]", 2), ("{", "$.a[1]", 5),
        ('"b": "x"', "$.a[1].b", 4), ("}", "$.a[1]", 5), ("]", "$.a", 6), ('"c": null', "$.c", 7),
        ("}", "$", 8),
    ]  # fmt: skip


@pytest.mark.parametrize("broken", [b'{"a": ', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_json_is_called_unreadable(broken: bytes) -> None:
    assert answer_of(broken).kind is AnswerKind.UNREADABLE


_DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda members: st.lists(members) | st.dictionaries(st.text(), members),
    max_leaves=20,
)


@given(_DOCUMENTS)
def test_any_document_can_be_laid_out_and_every_block_ends_after_it_begins(document: object) -> None:
    lines = lines_of(document_of(json.dumps(document).encode()))
    assert all(line.last >= number for number, line in enumerate(lines))


def test_other_text_keeps_its_lines_and_scripts_can_be_folded() -> None:
    lines = lines_of_text(b"<p>\n<script>\nx = 1\n</script>\n" + b"y" * 450)
    assert [line.last for line in lines] == [0, 3, 2, 3, 4, 5, 6]
    assert [len(line.text) for line in lines[-3:]] == [200, 200, 50]
