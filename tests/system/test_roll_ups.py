"""Minutes are kept, summed into hours and days, and forgotten in time."""

from dataclasses import replace
from datetime import date

import pytest

from app.domain.market_state import MarketState
from app.domain.roll_up import Period, RollUp
from app.domain.routing import Channel, SourceId
from app.domain.units import DAY, HOUR, MINUTE, Ns
from app.system.store import SqliteStore

START = Ns(1_749_567_600_000_000_000 // HOUR * HOUR)
ONE = RollUp(
    SourceId("a"), Channel.NQ_TRADES, START, date(2025, 6, 10), MarketState.RTH, 60.0, 59.5, 120, 2, 1
)


def test_minutes_add_up_to_hours_and_days(store: SqliteStore) -> None:
    store.add_roll_ups([replace(ONE, start=Ns(START + n * MINUTE)) for n in range(90)])
    assert len(store.roll_ups(Period.MINUTE, START)) == 90
    hours = store.roll_ups(Period.HOUR, START)
    assert [(h.start, h.open_s, h.records, h.errors) for h in hours] == [
        (START, 3_600.0, 7_200, 60),
        (START + HOUR, 1_800.0, 3_600, 30),
    ]
    assert sum(d.good_s for d in store.roll_ups(Period.DAY, Ns(0))) == pytest.approx(90 * 59.5)
    assert store.roll_ups(Period.MINUTE, START)[0] == ONE


def test_sessions_of_one_hour_are_kept_apart(store: SqliteStore) -> None:
    store.add_roll_ups([ONE, replace(ONE, start=Ns(START + MINUTE), state=MarketState.ETH)])
    assert {h.state for h in store.roll_ups(Period.HOUR, START)} == {MarketState.RTH, MarketState.ETH}


def test_old_minutes_make_room_and_days_stay(store: SqliteStore) -> None:
    store.add_roll_ups([ONE])
    store.add_roll_ups([replace(ONE, start=Ns(START + 10 * DAY))])
    assert [m.start for m in store.roll_ups(Period.MINUTE, Ns(0))] == [START + 10 * DAY]
    assert len(store.roll_ups(Period.DAY, Ns(0))) == 2
