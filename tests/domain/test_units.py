from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.units import SECOND, MicroUsd, Ns, Px, iso, moment, ns, ns_from_iso, points_or_none, px, usd

MOMENTS = st.integers(0, 4_102_444_800 * SECOND).map(Ns)


@given(MOMENTS)
def test_a_time_written_as_iso_reads_back_to_the_nanosecond(at: Ns) -> None:
    assert ns_from_iso(iso(at)) == at


@given(MOMENTS)
def test_a_datetime_keeps_its_microseconds(at: Ns) -> None:
    assert ns(moment(at)) == at - at % 1_000


@given(st.decimals("-100000", "100000", places=9))
def test_points_become_prices_exactly(points: Decimal) -> None:
    assert Decimal(px(points)) / 10**9 == points


def test_an_offset_is_converted() -> None:
    assert ns_from_iso("2026-01-19T13:00:00.25-05:00") == ns_from_iso("2026-01-19T18:00:00.250Z")
    assert iso(ns_from_iso("2026-01-19T13:00-05:00")) == "2026-01-19T18:00:00Z"


@pytest.mark.parametrize(
    "text", ["2026-01-19T13:00:00", "2026-01-19", "13:00", "", "2026-01-19T13:00:00.1234567890Z"]
)
def test_a_time_that_cannot_be_placed_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"time|isoformat|zone"):
        ns_from_iso(text)


def test_a_naive_datetime_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        ns(datetime(2026, 1, 1))  # noqa: DTZ001 -- the very thing that is refused


def test_missing_stays_missing() -> None:
    assert points_or_none(None) is None
    assert points_or_none(Px(0)) == 0.0


def test_money_reads_as_dollars() -> None:
    assert usd(MicroUsd(1_250_000)) == 1.25
    assert moment(Ns(0)) == datetime(1970, 1, 1, tzinfo=UTC)
