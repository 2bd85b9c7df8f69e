"""From when on a running sum counts: the session's open, regular hours, what is in sight, a moment chosen."""

from enum import Enum
from typing import Final

from app.domain.session import Calendar
from app.domain.units import Ns

NOT_YET: Final = Ns(2**62)
"""Later than anything."""


class Anchor(Enum):
    """The text is what the screen says."""

    SESSION = "session open"
    REGULAR_HOURS = "08:30 CT"
    IN_SIGHT = "visible range"
    CHOSEN = "a click"


def session_open(calendar: Calendar, at: Ns) -> Ns:
    """17:00 in Chicago on an ordinary day; while closed, that of the session before."""
    return calendar.session(calendar.last_session_day(at))[0]


def regular_open(calendar: Calendar, at: Ns) -> Ns | None:
    """08:30 in Chicago of the session's day; None before that, and on a day without regular hours.

    Not that of the day before: two sessions never share a sum.
    """
    hours = calendar.rth(calendar.last_session_day(at))
    return None if hours is None or at < hours[0] else hours[0]


def in_force(anchor: Anchor, calendar: Calendar, at: Ns, chosen: Ns | None) -> Anchor:
    """The session's open instead of a moment that nobody chose yet, and on a day without regular hours."""
    if anchor is Anchor.CHOSEN and chosen is None:
        return Anchor.SESSION
    if anchor is Anchor.REGULAR_HOURS and calendar.rth(calendar.last_session_day(at)) is None:
        return Anchor.SESSION
    return anchor


def anchored(anchor: Anchor, calendar: Calendar, at: Ns, left: Ns, chosen: Ns | None) -> Ns | None:
    """`left` is the begin of what is in sight, `chosen` the moment clicked. None where there is none yet."""
    match anchor:
        case Anchor.SESSION:
            return session_open(calendar, at)
        case Anchor.REGULAR_HOURS:
            return regular_open(calendar, at)
        case Anchor.IN_SIGHT:
            return left
        case Anchor.CHOSEN:
            return chosen
