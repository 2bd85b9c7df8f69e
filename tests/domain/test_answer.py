"""What an answer is built of, read from its bytes alone."""

import pytest

from app.domain.answer import AnswerKind, answer_of, counted
from tests.domain.barchart_answers import answer


@pytest.mark.parametrize(
    ("total", "claimed"),
    [
        ("576", 576),
        ('"576"', 576),
        ('"²"', None),
        ('"٣"', None),
        ("9" * 5_000, None),
        ("-1", None),
        ("1.5", None),
    ],
)
def test_a_claim_that_is_no_plain_number_is_none(total: str, claimed: int | None) -> None:
    assert answer_of(f'{{"total": {total}, "data": []}}'.encode()).claimed == claimed


def test_of_a_counted_answer_later_ones_are_compared_with_the_same() -> None:
    whole = answer()
    assert whole.count is not None
    kept = counted(whole.count)
    assert (kept.kind, kept.row_count, kept.coverage) == (AnswerKind.DATA, whole.row_count, whole.coverage)
    assert answer_of(b"<html></html>").count is None
