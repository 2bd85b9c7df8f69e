"""A vendor's usage file is read by the names of its columns, and refused in words when it is not plain."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.errors import ConfigError
from app.domain.units import MicroUsd
from app.domain.usage import Billed, read_usage


def test_lines_add_up_by_month_dataset_and_schema() -> None:
    usage = read_usage(
        "\ufeffDate,Dataset,Schema,Cost (USD)\n"
        "2026-10-31,GLBX.MDP3,trades,$1.25\n"
        "2026-11-01T00:00:00+00:00,GLBX.MDP3,trades,0.000001\n\n"
        '2026-11-20,GLBX.MDP3,trades,"1,000.5"\n'
    )
    assert usage.lines == (
        Billed("2026-10", "GLBX.MDP3", "trades", MicroUsd(1_250_000)),
        Billed("2026-11", "GLBX.MDP3", "trades", MicroUsd(1_000_500_001)),
    )
    assert usage.months == ("2026-10", "2026-11")
    assert usage.columns == ("Date", "Cost (USD)")


def test_a_refund_lowers_the_bill() -> None:
    assert read_usage("day,amount\n2026-11-02,3\n2026-11-03,-0.50\n").lines[0].amount == 2_500_000


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no lines under a header"),
        ("date,cost\n", "no lines under a header"),
        ("when,price\n2026-11-01,1\n", "needs a column of days and one of costs; it has: when, price"),
        ("date,cost\nyesterday,1\n", "Line 2 of the usage file: 'yesterday' is no day"),
        ("date,cost\n2026-11-01,free\n", "'free' is no amount"),
        ("date,cost\n2026-11-01,nan\n", "'nan' is no amount"),
        ("date,cost\n2026-11-01\n", "'' is no amount"),
    ],
)
def test_what_is_not_plain_is_refused(text: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        read_usage(text)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    for content in (text, f"date,cost\n{text}"):
        try:
            read_usage(content)
        except ConfigError:
            continue
