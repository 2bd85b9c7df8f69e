"""From one quarterly future to the next: which two it is about, and when it is time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from app.domain.contract import Future
from app.domain.expiry import front_future, next_future, third_friday

# Monday of the week of the third Friday, when the trade is used to move on
_HINT_BEFORE_EXPIRY: Final = timedelta(days=4)
ANNOUNCED_DAYS: Final = 5
_SESSIONS: Final = 2


@dataclass(frozen=True, slots=True)
class RollPair:
    """`front` is the nearest month that has not expired, `following` the one after it."""

    front: Future
    following: Future

    @property
    def hint(self) -> date:
        return third_friday(self.front.year, self.front.month) - _HINT_BEFORE_EXPIRY

    @property
    def both(self) -> tuple[Future, Future]:
        return self.front, self.following


@dataclass(frozen=True, slots=True)
class SessionVolume:
    """What both traded in one session, as far as it was seen."""

    day: date
    front: int
    following: int

    @property
    def leads(self) -> bool:
        return self.following > self.front


def pair(day: date) -> RollPair:
    usual = front_future(day)
    before = _before(usual)
    front = before if third_friday(before.year, before.month) >= day else usual
    return RollPair(front, next_future(front))


def watched(day: date) -> tuple[Future, ...]:
    """The front and the next month; in the week of the roll from both points of view."""
    two = pair(day)
    after = next_future(two.following)
    return (*two.both, after) if front_future(day) == two.following else two.both


def has_crossed(sessions: Sequence[SessionVolume], today: date) -> bool:
    """The following month led on the last two whole sessions."""
    whole = sorted((one for one in sessions if one.day < today), key=lambda one: one.day)
    return len(whole) >= _SESSIONS and all(one.leads for one in whole[-_SESSIONS:])


def is_due(two: RollPair, sessions: Sequence[SessionVolume], today: date) -> bool:
    return today >= two.hint or has_crossed(sessions, today)


def usual_choice(day: date) -> Future:
    """What is charted where nobody has chosen."""
    return front_future(day)


def _before(future: Future) -> Future:
    year, month = (future.year - 1, 12) if future.month == 3 else (future.year, future.month - 3)
    return Future(year, month)
