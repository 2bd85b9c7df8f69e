"""Each reservation counts once, in the state of its newest line and on the day it was made."""

from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from app.domain.cost import Charge, ChargeState, CostKind
from app.domain.routing import SourceId
from app.domain.session import Calendar
from app.domain.spending import by_day, counted, days_before, days_of_month, months_before, standing, total
from app.domain.units import DOLLAR, MicroUsd, Ns, ns_from_iso

AT = ns_from_iso("2025-06-10T15:00:00Z")
LINE = Charge(
    "1", AT, SourceId("ticks"), "", "", CostKind.METERED, MicroUsd(DOLLAR), None, ChargeState.RESERVED
)


def _settled(amount: int, at: str, **changes: object) -> Charge:
    when = ns_from_iso(at)
    line = replace(LINE, at=when, reservation_id=at, state=ChargeState.SETTLED, actual=MicroUsd(amount))
    return replace(line, **changes)  # type: ignore[arg-type]


def test_the_newest_line_counts_at_the_time_of_the_first() -> None:
    later = replace(LINE, at=Ns(AT + 5), state=ChargeState.SETTLED, actual=MicroUsd(7))
    assert standing([LINE, later]) == (replace(later, at=AT),)
    assert standing([LINE, later], until=AT) == (LINE,)
    assert standing([LINE], until=Ns(AT - 1)) == ()


@given(st.integers(0, 10**12))
def test_a_tenth_is_set_aside_above_the_estimate(estimate: int) -> None:
    reserve = replace(LINE, estimate=MicroUsd(estimate)).reserve
    assert 0 <= 10 * reserve - 11 * estimate < 10


def test_a_line_is_in_one_bucket() -> None:
    released = replace(LINE, reservation_id="2", state=ChargeState.RELEASED)
    settled = replace(LINE, reservation_id="3", state=ChargeState.SETTLED, actual=MicroUsd(5))
    lines = (LINE, released, settled)
    assert [counted(line) for line in lines] == [1_100_000, 0, 5]
    assert total(lines, CostKind.METERED, ChargeState.RESERVED) == 1_100_000
    assert total(lines, CostKind.METERED, ChargeState.SETTLED) == 5
    assert total(lines, CostKind.FIXED, ChargeState.SETTLED) == 0


def test_every_settled_dollar_has_its_trading_day() -> None:
    gone, left = days_of_month(Calendar(), date(2025, 6, 10))
    assert (len(gone), len(left)) == (7, 13)
    lines = (
        _settled(1, "2025-06-01T10:00:00Z"),
        _settled(2, "2025-06-07T10:00:00Z"),
        _settled(4, "2025-06-10T10:00:00Z", one_off=True),
        replace(LINE, reservation_id="open"),
    )
    assert by_day(lines, gone, routine=False) == (1, 0, 0, 0, 2, 0, 4)
    assert by_day(lines, gone, routine=True) == (1, 0, 0, 0, 2, 0, 0)
    assert by_day(lines, (), routine=True) == ()


def test_history_begins_with_the_first_paid_day() -> None:
    assert months_before(date(2025, 2, 28)) == ("2024-11", "2024-12", "2025-01")
    assert days_before((LINE,), Calendar(), date(2025, 6, 10)) == ()
    known = days_before((_settled(1, "2025-05-29T10:00:00Z"),), Calendar(), date(2025, 6, 10))
    assert known == (date(2025, 5, 29), date(2025, 5, 30))
