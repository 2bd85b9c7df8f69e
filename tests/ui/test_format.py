"""Values as text."""

from collections.abc import Callable

import pytest

from app.domain.units import SECOND, MicroUsd, Ns, ns_from_iso, px
from app.ui import format as text


def test_nothing_is_a_dash_and_never_a_zero() -> None:
    writers: tuple[Callable[[None], str], ...] = (
        text.price, text.change, text.number, text.percent, text.age, text.millis, text.rate, text.money,
        text.megabytes, text.clock,
    )  # fmt: skip
    empty = [write(None) for write in writers]
    assert set(empty) == {"—"}
    assert text.price(px(0)) == "0.00"
    assert text.rate(0.0) == "0/s"


def test_prices_have_commas_and_changes_a_true_minus() -> None:
    assert text.price(px("21508.25")) == "21,508.25"
    assert text.change(px("-24.5")) == "−24.50"
    assert text.change(px("48")) == "+48.00"
    assert text.change(px(0)) == "0.00"
    assert text.percent(-0.0042, 2, sign=True) == "−0.42%"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "0.2 s"), (14, "14 s"), (59.9, "59 s"), (190, "3 m 10 s"), (2460, "41 m"), (18_120, "5 h 02 m"),
     (300_000, "3 d"), (-1.0, "clock skew")],
)  # fmt: skip
def test_ages_are_said_in_the_unit_that_reads(seconds: float, said: str) -> None:
    assert text.age(seconds) == said


@pytest.mark.parametrize(
    ("per_s", "said"), [(4182.0, "4,182/s"), (1.5, "1.5/s"), (0.5, "30/min"), (0.1, "6.0/min")]
)
def test_rates_are_said_in_the_unit_that_reads(per_s: float, said: str) -> None:
    assert text.rate(per_s) == said


def test_a_clock_names_its_zone_and_follows_summer_time() -> None:
    winter, summer = ns_from_iso("2026-11-18T16:31:05Z"), ns_from_iso("2026-07-01T15:31:05Z")
    assert text.clock(winter) == "10:31:05 CT"
    assert text.clock(summer) == "10:31:05 CT"
    assert text.clock(winter, text.zone("UTC")) == "16:31:05 UTC"
    assert (
        text.clock(Ns(winter + SECOND // 4), text.zone("America/New_York"), millis=True) == "11:31:05.250 ET"
    )
    assert text.day_clock(winter) == "Wed 18 Nov 10:31 CT"


def test_money_and_sizes() -> None:
    assert text.money(MicroUsd(181_370_000)) == "$181.37"
    assert text.money(MicroUsd(-500_000)) == "−$0.50"
    assert text.megabytes(19_300_000) == "19.3 MB"
    assert text.megabytes(512) == "0.5 kB"


@pytest.mark.parametrize(
    ("value", "contracts", "said"),
    [(None, 0, "no trades"), (0.1, 500, "balanced"), (0.248, 500, "moderate buy"),
     (0.3, 500, "moderate buy"), (-0.6, 500, "strong sell"),
     (0.8, 500, "extreme buy"), (0.8, 4, "extreme buy (few)")],
)  # fmt: skip
def test_pressure_in_words_is_as_strong_as_the_number(value: float | None, contracts: int, said: str) -> None:
    assert text.pressure_words(value, contracts) == said
