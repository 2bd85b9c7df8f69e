"""The expiries asked for by habit, out of what a page lists, at moments that are easily got wrong."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from app.domain.chain import ListedSeries
from app.domain.contract import Family
from app.domain.quick_picks import Pick, QuickPick, expiring, quick_picks
from app.domain.session import Calendar
from app.domain.symbols import family
from app.domain.units import ns_from_iso

CALENDAR = Calendar()
KEYS = (
    "NQM25", "NQU25", "MC7M25", "MC8M25", "MM2M25", "MM3M25", "MC2M25", "MC3M25", "MM7M25", "MM8M25",
    "MQ2M25", "MQ1N25", "MQ6M25", "MQ6N25",
)  # fmt: skip
LISTED = tuple(ListedSeries(key, key, f"/{key}") for key in KEYS)


def picked(at: str, listed: tuple[ListedSeries, ...] = LISTED, **said: date) -> dict[Pick, QuickPick]:
    return {one.pick: one for one in quick_picks(listed, ns_from_iso(at), CALENDAR, said)}


def test_a_tuesday_morning_offers_every_habit() -> None:
    found = picked("2025-06-10T14:00:00Z")
    assert {pick: (one.key, one.days) for pick, one in found.items()} == {
        Pick.TODAY: ("MM2M25", 0),
        Pick.NEXT_DAILY: ("MC2M25", 1),
        Pick.WEEKLY: ("MM3M25", 7),
        Pick.FRIDAY: ("MQ2M25", 3),
        Pick.MONTH_END: ("MQ6M25", 20),
        Pick.QUARTERLY: ("NQM25", 10),
    }


def test_a_series_is_todays_until_its_last_minute_and_no_longer() -> None:
    assert picked("2025-06-10T19:59:59Z")[Pick.TODAY].key == "MM2M25"
    after = picked("2025-06-10T20:00:00Z")
    assert Pick.TODAY not in after
    assert after[Pick.NEXT_DAILY].key == "MC2M25"


def test_the_evening_session_belongs_to_the_next_day() -> None:
    assert picked("2025-06-10T22:30:00Z")[Pick.TODAY].key == "MC2M25"


def test_a_sunday_afternoon_looks_at_monday() -> None:
    assert picked("2025-06-08T18:00:00Z")[Pick.TODAY].key == "MC7M25"


def test_the_quarterly_is_over_at_its_opening() -> None:
    assert picked("2025-06-20T13:00:00Z")[Pick.TODAY].key == "NQM25"
    assert picked("2025-06-20T13:30:00Z")[Pick.QUARTERLY].key == "NQU25"


def test_the_pages_day_beats_the_rule() -> None:
    moved = picked("2025-06-10T14:00:00Z", MC2M25=date(2025, 6, 10), MM2M25=date(2025, 6, 11))
    assert (moved[Pick.TODAY].key, moved[Pick.NEXT_DAILY].key) == ("MC2M25", "MM2M25")


def test_what_no_rule_knows_and_what_is_no_series_is_never_picked() -> None:
    odd = (ListedSeries("NONSENSE", "", "/"), ListedSeries("MC10M25", "", "/"))
    assert quick_picks(odd, ns_from_iso("2025-06-10T14:00:00Z"), CALENDAR) == ()
    assert quick_picks((), ns_from_iso("2025-06-10T14:00:00Z"), CALENDAR) == ()


@given(st.lists(st.sampled_from(LISTED)), st.integers(0, 40 * 24 * 60))
def test_a_pick_is_listed_alive_and_of_its_kind(listed: list[ListedSeries], minutes: int) -> None:
    now = ns_from_iso("2025-05-25T00:00:00Z") + minutes * 60_000_000_000
    alive = {one.listed.key: one for one in expiring(listed, now, CALENDAR)}  # type: ignore[arg-type]
    today = CALENDAR.trading_day(now)  # type: ignore[arg-type]
    for one in quick_picks(listed, now, CALENDAR):  # type: ignore[arg-type]
        assert one.key in alive
        assert one.days == (one.expiry - today).days >= 0
        assert (one.days == 0) == (one.pick is Pick.TODAY) or one.pick not in (Pick.TODAY, Pick.NEXT_DAILY)
        if one.pick is Pick.MONTH_END:
            assert family(alive[one.key].series.root) is Family.END_OF_MONTH
