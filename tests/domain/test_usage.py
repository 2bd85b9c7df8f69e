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


@pytest.mark.parametrize(
    ("text", "micro"),
    [
        (
            "timestamp,dataset,schema,mode,usage_sum,cost_sum\n1762905600000000000,X,mbo,live,5,1.5\n",
            1_500_000,
        ),
        ("timestamp,cost_sum\n1762905600,1.5\n", 1_500_000),
        ("Day;Schema;Amount\n12.11.2025;mbo;1.234,50\n13.11.2025;mbo;0,25\n", 1_234_750_000),
        ("Month\tUsage cents\nNovember 2025\t250\n", 2_500_000),
        ('Date,Cost\n"Nov 12, 2025",$1.50\n"Nov 13, 2025",($0.50)\n', 1_000_000),
        ("date,cost\n11/12/2025,1\n11/13/2025,1\nTotal,2.00\n", 2_000_000),
        ("date,cost,currency\n2025-11-12,1.00,USD\n", 1_000_000),
        ("date,type,cost\n2025-11-12,Subscription,179\n2025-11-12,historical,2\n", 2_000_000),
        ("2025,cost,date\n1,2,2025-11-30T23:30:00-01:00\n2,3,2025-11-30\n", 5_000_000),
    ],
)
def test_files_of_many_forms_are_read_to_the_cent(text: str, micro: int) -> None:
    usage = read_usage(text)
    assert usage.total == micro
    assert usage.months[0] == "2025-11"


def test_a_moment_counts_to_its_utc_month() -> None:
    usage = read_usage("date,cost\n2025-11-30T23:30:00-01:00,2\n2025-11-30T23:30:00Z,3\n")
    assert (usage.of_month("2025-11"), usage.of_month("2025-12")) == (3_000_000, 2_000_000)


def test_what_is_no_metered_use_is_left_out_and_told() -> None:
    usage = read_usage("date,category,cost\n2025-11-12,plan subscription,179\n2025-11-13,usage,2\n")
    assert (usage.rows, usage.left_out, usage.left_out_amount) == (2, 1, 179_000_000)
    assert read_usage("date,cost,total\n2025-11-12,1,9\n").others == ("total",)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("date,cost\n11/12/2025,1\n", "may be day or month first"),
        ("date,cost\n31/12/2025,1\n12/31/2025,1\n", "days in two ways"),
        ('date,cost\n2025-11-12,"1,50"\n2025-11-13,1.50\n', "amounts in two ways"),
        ("date,cost,currency\n2025-11-12,1,EUR\n", "is in EUR"),
        ("date,cost (EUR)\n2025-11-12,1\n", "needs a column of days and one of costs|is in EUR"),
        ("date,cost\n2025-11-12,1\nTotal,7\n", "but the lines add up to"),
        ("date,kind,cost\n2025-11-12,licence,7\n", "fees or credits only"),
    ],
)
def test_what_could_mean_two_things_is_refused(text: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        read_usage(text)


_AMOUNTS = st.lists(st.integers(-(10**12), 10**12), min_size=1, max_size=30)


@given(_AMOUNTS, st.sampled_from((",", ";", "\t")), st.booleans())
def test_amounts_written_out_are_read_back_exactly(amounts: list[int], delimiter: str, dollar: bool) -> None:
    sign = "$" if dollar else ""
    rows = [f"2025-11-{1 + n % 28:02}{delimiter}{sign}{a / 10**6:.6f}" for n, a in enumerate(amounts)]
    assert read_usage("\n".join([f"date{delimiter}cost", *rows])).total == sum(amounts)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    for content in (text, f"date,cost\n{text}"):
        try:
            read_usage(content)
        except ConfigError:
            continue
