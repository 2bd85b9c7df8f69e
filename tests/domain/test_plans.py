"""Fees have dates, count in full in each month they touch, and come before what the settings say."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.cost import CostKind
from app.domain.errors import ConfigError
from app.domain.plans import KINDS, Plan, fees_of, plans_of, row_of
from app.domain.routing import SourceId
from app.domain.units import DOLLAR, MicroUsd

TICKS, OTHER = SourceId("ticks"), SourceId("other")
NOVEMBER = date(2026, 11, 20)


def _plan(kind: CostKind = CostKind.FIXED, dollars: int = 199, **dates: date) -> Plan:
    return Plan(TICKS, "Standard", kind, MicroUsd(dollars * DOLLAR), dates.get("since"), dates.get("until"))


def test_a_plan_counts_in_full_in_every_month_it_touches() -> None:
    plan = _plan(since=date(2026, 11, 30), until=date(2027, 2, 1))
    months = [date(2026, 10, 31), NOVEMBER, date(2026, 12, 5), date(2027, 2, 28), date(2027, 3, 1)]
    assert [plan.touches(month) for month in months] == [False, True, True, True, False]


def test_a_row_takes_the_place_of_the_setting_in_its_months_only() -> None:
    settings = {TICKS: MicroUsd(179 * DOLLAR), OTHER: MicroUsd(1)}
    dated = (_plan(since=date(2026, 12, 1)),)
    assert fees_of(dated, NOVEMBER, settings).fixed == settings
    assert fees_of(dated, date(2026, 12, 1), settings).fixed == {TICKS: 199 * DOLLAR, OTHER: 1}


def test_licences_and_credits_stand_apart_and_two_rows_add_up() -> None:
    plans = (_plan(CostKind.LICENCE, 300), _plan(CostKind.LICENCE, 40), _plan(CostKind.CREDIT, 125), _plan())
    fees = fees_of(plans, NOVEMBER, {})
    assert (fees.fixed, fees.licences, fees.credits) == (
        {TICKS: 199 * DOLLAR}, {TICKS: 340 * DOLLAR}, {TICKS: 125 * DOLLAR},
    )  # fmt: skip
    assert fees.total == 539 * DOLLAR


days = st.none() | st.dates(date(2000, 1, 1), date(2100, 1, 1))
plans = st.builds(
    Plan,
    st.sampled_from([TICKS, OTHER]),
    st.text(min_size=1).filter(lambda title: title == title.strip() != ""),
    st.sampled_from(KINDS),
    st.integers(0, 10**9).map(MicroUsd),
    st.none() | st.dates(date(2000, 1, 1), date(2050, 1, 1)),
    st.none() | st.dates(date(2050, 1, 1), date(2100, 1, 1)),
)


@given(st.lists(plans, max_size=5))
def test_rows_come_back_as_they_were_written(made: list[Plan]) -> None:
    assert plans_of([row_of(plan) for plan in made]) == tuple(made)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"source": " "}, "plan 1: a plan needs a source and a title"),
        ({"kind": "gift"}, "the kind is one of fixed, licence, credit, metered"),
        ({"monthly_usd": -1}, "-1 is no amount"),
        ({"monthly_usd": float("nan")}, "nan is no amount"),
        ({"monthly_usd": True}, "True is no amount"),
        ({"since": "soon"}, "'soon' is no date"),
        ({"since": "2026-12-01", "until": "2026-11-01"}, "ends before it begins"),
        ({"colour": "red"}, "'colour' is not known"),
    ],
)
def test_a_bad_row_is_refused_with_its_number(change: dict[str, object], why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        plans_of([row_of(_plan()) | change])
