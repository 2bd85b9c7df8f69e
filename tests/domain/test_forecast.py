"""A forecast is finite or absent, follows what is spent, and beats a line drawn through the month."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.forecast import Forecast, SpendFacts, forecast
from app.domain.units import DOLLAR, MicroUsd
from tests.domain.spend_months import errors

amounts = st.integers(0, 10**12).map(MicroUsd)
days = st.lists(amounts, max_size=23).map(tuple)


def _dollars(*values: float) -> tuple[MicroUsd, ...]:
    return tuple(MicroUsd(round(value * DOLLAR)) for value in values)


def _ahead(count: int) -> tuple[date, ...]:
    return tuple(date(2025, 6, 10) + timedelta(days=n + 1) for n in range(count))


def _facts(**changes: object) -> SpendFacts:
    budget, fixed, metered = _dollars(200, 179, 2.1)
    base = SpendFacts(
        today=date(2025, 6, 10),
        budget=budget,
        fixed=fixed,
        metered=metered,
        committed=MicroUsd(0),
        routine=_dollars(0.3, 0.3, 0, 0.6, 0.3, 0.3, 0.3),
        before=(),
        ahead=_ahead(13),
    )
    return replace(base, **changes)  # type: ignore[arg-type]


@st.composite
def facts_of_any_kind(draw: st.DrawFn) -> SpendFacts:
    routine = draw(days)
    return _facts(
        budget=draw(amounts),
        fixed=draw(amounts),
        metered=MicroUsd(sum(routine) + draw(amounts)),
        committed=draw(amounts),
        routine=routine,
        before=draw(days),
        ahead=_ahead(draw(st.integers(0, 22))),
    )


def test_only_the_metered_routine_is_projected() -> None:
    made = forecast(_facts())
    assert made.a_day == pytest.approx(0.3 * DOLLAR)
    assert made.total == pytest.approx((179 + 2.1 + 0.3 * 13) * DOLLAR)
    assert made.exhaust_date is None
    one_off = forecast(_facts(metered=MicroUsd(12_100_000)))
    assert one_off.a_day == made.a_day
    assert one_off.total - made.total == 10 * DOLLAR


def test_months_before_weigh_as_much_as_five_days() -> None:
    facts = _facts(before=_dollars(1, 1, 1, 0, 2))
    assert forecast(facts).a_day == pytest.approx((2.1 + 5 * 1.0) / (7 + 5) * DOLLAR)


@pytest.mark.parametrize("before", [(), _dollars(0, 0, 0)])
def test_no_history_is_no_zero(before: tuple[MicroUsd, ...]) -> None:
    assert forecast(_facts(before=before)).a_day == pytest.approx(0.3 * DOLLAR)


def test_without_any_day_there_is_no_rate() -> None:
    made = forecast(_facts(routine=(), metered=MicroUsd(DOLLAR), committed=MicroUsd(DOLLAR)))
    assert made == Forecast(MicroUsd(181 * DOLLAR), None, None, None, None, None)


def test_the_day_on_which_the_budget_is_used_up() -> None:
    routine = _dollars(2, 2, 2, 2, 2, 2, 2)
    made = forecast(_facts(routine=routine, metered=MicroUsd(14 * DOLLAR)))
    # 193 so far and 2 a day: 201 after the fourth day to come
    assert made.exhaust_date == date(2025, 6, 14)
    assert made.burn_ratio == pytest.approx((14 / 21) / (7 / 20))
    spent = forecast(_facts(metered=MicroUsd(21 * DOLLAR)))
    assert spent.exhaust_date == date(2025, 6, 10)


def test_what_is_reserved_is_committed_and_no_routine() -> None:
    made, more = forecast(_facts()), forecast(_facts(committed=MicroUsd(DOLLAR)))
    assert (more.a_day, more.total) == (made.a_day, made.total + DOLLAR)


def test_an_interval_needs_five_days_and_some_spending() -> None:
    assert forecast(_facts(routine=_dollars(1, 2, 3, 4))).low is None
    assert forecast(_facts(routine=_dollars(0, 0, 0, 0, 0, 0), metered=MicroUsd(0))).high is None
    made = forecast(_facts())
    assert made.low is not None
    assert made.high is not None
    assert made.low < made.total < made.high
    assert forecast(_facts()) == made


@given(facts_of_any_kind())
def test_it_is_finite_or_absent_and_never_below_what_is_spent(facts: SpendFacts) -> None:
    made = forecast(facts)
    assert made.total >= facts.spent >= 0
    assert (made.low is None) == (made.high is None)
    if made.low is not None and made.high is not None:
        assert facts.spent <= made.low <= made.total <= made.high
    assert made.burn_ratio is None or 0 <= made.burn_ratio < float("inf")


@given(facts_of_any_kind(), st.integers(1, 10**9), st.booleans())
def test_more_spent_never_lowers_it(facts: SpendFacts, extra: int, routine: bool) -> None:
    dearer = replace(facts, metered=MicroUsd(facts.metered + extra))
    if routine and facts.routine:
        last = MicroUsd(facts.routine[-1] + extra)
        dearer = replace(dearer, routine=(*facts.routine[:-1], last))
    before, after = forecast(facts), forecast(dearer)
    assert after.total >= before.total + extra
    if before.exhaust_date is not None:
        assert after.exhaust_date is not None
        assert after.exhaust_date <= before.exhaust_date


def test_over_simulated_months_it_errs_less_than_a_line_through_the_month() -> None:
    rows = errors(months=120)
    for row in rows:
        assert row.ours < row.naive
        # no worse than a line that knows the fees, but for the noise of 120 months
        assert row.ours <= row.fair * 1.05 + 0.05
    assert rows[0].naive > 100
    covered = [row.covered for row in rows if row.covered is not None]
    assert all(0.6 <= share <= 0.95 for share in covered)
