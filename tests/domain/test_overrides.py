from datetime import date, time
from pathlib import Path

import pytest

from app.domain.errors import ConfigError
from app.domain.market_state import MarketState, SaidBy
from app.domain.session import Calendar, Override, parse_overrides
from app.domain.units import ns_from_iso

SHIPPED = Path(__file__).parents[2] / "resources" / "cme_overrides.toml"


def test_the_shipped_file_knows_the_day_of_mourning() -> None:
    shipped = parse_overrides(SHIPPED.read_text())
    assert shipped[date(2025, 1, 9)] == Override(time(9, 30), False, "National Day of Mourning")


def test_an_override_may_close_shorten_or_restore_a_day() -> None:
    calendar = Calendar(
        parse_overrides(
            """
            [2026-03-10]
            close = "closed"
            note = "storm"
            [2026-03-11]
            close = 12:00:00
            [2026-07-03]
            close = "17:00"
            trade_date = "own"
            """
        )
    )
    assert not calendar.is_trading_day(date(2026, 3, 10))
    closed = calendar.at(ns_from_iso("2026-03-10T12:00-04:00"))
    assert (closed.state, closed.said_by, closed.holiday) == (
        MarketState.CLOSED,
        SaidBy.OVERRIDE,
        "closed: storm",
    )
    assert closed.trading_day == date(2026, 3, 11)
    short = calendar.at(ns_from_iso("2026-03-11T11:00-04:00"))
    assert (short.state, short.next_change) == (MarketState.RTH, ns_from_iso("2026-03-11T12:00-04:00"))
    restored = calendar.at(ns_from_iso("2026-07-03T14:00-04:00"))
    assert (restored.state, restored.trading_day, restored.holiday) == (MarketState.RTH, date(2026, 7, 3), "")


def test_an_override_keeps_what_the_rules_say_of_the_trade_date() -> None:
    calendar = Calendar(parse_overrides("[2026-01-19]\nclose = 12:30:00\n[2027-12-24]\nclose = 12:30:00"))
    assert calendar.trading_day(ns_from_iso("2026-01-19T12:00-05:00")) == date(2026, 1, 20)
    assert calendar.trading_day(ns_from_iso("2027-12-24T12:00-05:00")) == date(2027, 12, 24)


def test_a_long_closure_has_an_end() -> None:
    closed = "".join(f'[2026-02-{day:02d}]\nclose = "closed"\n' for day in range(2, 28))
    now = Calendar(parse_overrides(closed)).at(ns_from_iso("2026-02-15T12:00Z"))
    assert (now.state, now.trading_day) == (MarketState.CLOSED, date(2026, 3, 2))
    assert now.next_change == ns_from_iso("2026-03-01T18:00-05:00")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[tomorrow]\nclose = 13:00:00", "no date like"),
        ("[2026-01-01]\nnote = 'x'", "give close"),
        ("[2026-01-01]\nclose = 18:00:00", "up to 17:00"),
        ("[2026-01-01]\nclose = 'late'", "up to 17:00"),
        ("[2026-01-01]\nclose = 13:00:00\nopen = 2", "nobody reads open"),
        ("[2026-01-01]\nclose = 13:00:00\ntrade_date = 'both'", '"own" or "next"'),
        ("2026-01-01 = 13:00:00", "give close"),
        ("[2026-01-01", "cannot be read"),
    ],
)
def test_a_bad_override_names_the_fault(text: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        parse_overrides(text)
