"""What is held and what is missing make up what is wanted, exactly; beside a model of single nanoseconds."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.intervals import Span, merged, missing, pieces, share_held
from app.domain.units import Ns


def _span(start: int, end: int) -> Span:
    return Span(Ns(start), Ns(end))


spans = st.tuples(st.integers(0, 40), st.integers(1, 15)).map(lambda two: _span(two[0], two[0] + two[1]))
shelves = st.lists(spans, max_size=8)


def _points(of: list[Span] | tuple[Span, ...]) -> set[int]:
    return {at for span in of for at in range(span.start, span.end)}


@given(spans, shelves)
def test_missing_is_what_is_wanted_and_not_held(wanted: Span, held: list[Span]) -> None:
    found = missing(wanted, held)
    assert _points(found) == _points([wanted]) - _points(held)
    assert sum(span.length for span in found) == len(_points(found))
    assert list(found) == sorted(found)
    assert share_held(wanted, held) == pytest.approx(1 - len(_points(found)) / wanted.length)


@given(spans, shelves)
def test_pieces_serve_what_is_held_once_and_in_order(wanted: Span, held: list[Span]) -> None:
    found = pieces(wanted, held)
    parts = [part for _, part in found]
    assert _points(parts) == _points([wanted]) & _points(held)
    assert sum(part.length for part in parts) == len(_points(parts))
    assert parts == sorted(parts)
    for span, part in found:
        assert span in held
        assert span.common(part) == part


@given(shelves)
def test_merging_keeps_every_moment_and_leaves_no_two_that_touch(held: list[Span]) -> None:
    found = merged(held)
    assert _points(found) == _points(held)
    assert all(a.end < b.start for a, b in pairwise(found))


@given(spans, shelves)
def test_buying_what_is_missing_leaves_nothing_missing_and_never_buys_twice(
    wanted: Span, held: list[Span]
) -> None:
    bought = missing(wanted, held)
    assert not _points(bought) & _points(held)
    assert missing(wanted, [*held, *bought]) == ()


def test_a_span_that_does_not_end_is_none() -> None:
    with pytest.raises(ValueError, match="ends after it begins"):
        _span(3, 3)
    assert _span(1, 3).common(_span(3, 4)) is None
