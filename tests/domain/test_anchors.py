import pytest

from app.domain.anchors import Anchor, anchored, in_force, regular_open, session_open
from app.domain.session import Calendar
from app.domain.units import Ns, ns_from_iso

CALENDAR = Calendar()


@pytest.mark.parametrize(
    ("now", "session", "regular"),
    [
        # a Tuesday before, in and after regular hours; daylight time, so that 17:00 in Chicago is 22:00 UTC
        ("2025-06-10T12:00:00Z", "2025-06-09T22:00:00Z", None),
        ("2025-06-10T15:00:00Z", "2025-06-09T22:00:00Z", "2025-06-10T13:30:00Z"),
        ("2025-06-10T20:30:00Z", "2025-06-09T22:00:00Z", "2025-06-10T13:30:00Z"),
        # the pause belongs to the session before, the evening to the next
        ("2025-06-10T21:30:00Z", "2025-06-09T22:00:00Z", "2025-06-10T13:30:00Z"),
        ("2025-06-10T22:00:00Z", "2025-06-10T22:00:00Z", None),
        # a Saturday
        ("2025-06-14T15:00:00Z", "2025-06-12T22:00:00Z", "2025-06-13T13:30:00Z"),
        # in winter, 17:00 in Chicago is 23:00 UTC
        ("2025-01-15T18:00:00Z", "2025-01-14T23:00:00Z", "2025-01-15T14:30:00Z"),
    ],
)
def test_anchors_follow_the_exchange_s_own_clock(now: str, session: str, regular: str | None) -> None:
    at = ns_from_iso(now)

    assert session_open(CALENDAR, at) == ns_from_iso(session)
    assert regular_open(CALENDAR, at) == (None if regular is None else ns_from_iso(regular))


def test_what_is_in_sight_and_what_was_chosen_are_taken_as_they_are() -> None:
    at = ns_from_iso("2025-06-10T15:00:00Z")

    assert anchored(Anchor.IN_SIGHT, CALENDAR, at, Ns(5), None) == 5
    assert anchored(Anchor.CHOSEN, CALENDAR, at, Ns(5), Ns(7)) == 7
    assert anchored(Anchor.CHOSEN, CALENDAR, at, Ns(5), None) is None
    assert anchored(Anchor.SESSION, CALENDAR, at, Ns(5), None) == ns_from_iso("2025-06-09T22:00:00Z")
    assert anchored(Anchor.REGULAR_HOURS, CALENDAR, at, Ns(5), None) == ns_from_iso("2025-06-10T13:30:00Z")


def test_without_a_chosen_moment_or_regular_hours_the_session_counts() -> None:
    at = ns_from_iso("2025-06-10T12:00:00Z")
    assert in_force(Anchor.CHOSEN, CALENDAR, at, None) is Anchor.SESSION
    assert in_force(Anchor.CHOSEN, CALENDAR, at, Ns(7)) is Anchor.CHOSEN
    # before regular hours they are still to come
    assert in_force(Anchor.REGULAR_HOURS, CALENDAR, at, None) is Anchor.REGULAR_HOURS
    assert anchored(Anchor.REGULAR_HOURS, CALENDAR, at, Ns(5), None) is None
