"""Open interest from one settlement to the next."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.interest import InterestDay, change, interest_date, interest_day, kept, read_kept
from tests.domain.chain_samples import sample_chain, sample_quotes

MON, TUE = date(2025, 6, 9), date(2025, 6, 10)


def test_the_change_is_that_of_contracts_both_days_name() -> None:
    before, after = InterestDay(MON, {"a": 10, "b": 5}), InterestDay(TUE, {"a": 7, "c": 3})
    found = change(before, after)
    assert (found.settled, found.before, dict(found.changes)) == (TUE, MON, {"a": -3})


@pytest.mark.parametrize(
    "before", [None, InterestDay(TUE, {"a": 1}), InterestDay(date(2025, 6, 11), {"a": 1})]
)
def test_without_an_earlier_day_nothing_is_known_of_a_change(before: InterestDay | None) -> None:
    found = change(before, InterestDay(TUE, {"a": 7}))
    assert found.before is None
    assert not found.changes


def test_the_date_is_the_newest_settlement_that_rows_name_before_the_running_day() -> None:
    dates = (MON, TUE, date(2025, 6, 6))
    quotes = tuple(replace(q, settlement_date=dates[i % 3]) for i, q in enumerate(sample_quotes()))
    assert interest_date(sample_chain(quotes), date(2025, 6, 11)) == TUE
    assert interest_date(sample_chain(quotes), TUE) == MON
    assert interest_date(sample_chain(), TUE) is None


def test_a_row_without_a_number_is_not_zero() -> None:
    quotes = tuple(replace(q, open_interest=None if i else 4) for i, q in enumerate(sample_quotes()))
    assert len(interest_day(sample_chain(quotes), MON).contracts) == 1


@given(st.dictionaries(st.dates(), st.dictionaries(st.text(), st.integers(0, 10**6)), max_size=3))
def test_what_was_kept_is_read_again(days: dict[date, dict[str, int]]) -> None:
    told = tuple(InterestDay(day, said) for day, said in sorted(days.items()))
    read = read_kept(kept(told))
    assert [(one.settled, dict(one.contracts)) for one in read] == sorted(days.items())


@pytest.mark.parametrize("text", ["", "[]", '{"x": {}}', '{"2025-06-09": 3}', '{"2025-06-09": {"a": "b"}}'])
def test_what_is_no_such_text_counts_as_nothing_kept(text: str) -> None:
    assert read_kept(text) == ()
