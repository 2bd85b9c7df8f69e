"""Which future is on screen."""

from dataclasses import replace

from app.domain.contract import Future
from app.domain.routing import SourceId
from app.domain.units import DAY, Ns
from app.domain.updates import InstrumentKnown
from app.ui.watch import Watch
from tests.ui.feed import OPENING, origin

NEAR, FAR = Future(2026, 12), Future(2027, 3)


def known(instrument: int, future: Future, expires: Ns) -> InstrumentKnown:
    return InstrumentKnown(instrument, future.raw, future, None, expires, origin(OPENING))


def watch() -> Watch:
    made = Watch()
    made.learn(known(2, FAR, Ns(OPENING + 120 * DAY)), OPENING)
    made.learn(known(1, NEAR, Ns(OPENING + 30 * DAY)), OPENING)
    return made


def test_nothing_is_watched_before_a_feed_names_a_contract() -> None:
    assert Watch().instrument is None
    assert Watch().code is None


def test_the_nearest_contract_is_watched_whatever_came_first() -> None:
    assert watch().code == "NQZ26"


def test_an_expired_contract_gives_way_on_the_next_day() -> None:
    watched = watch()
    watched.look_again(Ns(OPENING + 31 * DAY))
    assert watched.code == "NQH27"


def test_what_the_user_picked_stays() -> None:
    watched = watch()
    watched.pick(2)
    watched.look_again(OPENING)
    watched.learn(known(3, Future(2026, 9), Ns(OPENING + DAY)), OPENING)
    assert watched.code == "NQH27"


def test_a_contract_nobody_named_cannot_be_picked() -> None:
    watched = watch()
    watched.pick(99)
    assert watched.instrument == 1


def test_the_roll_is_followed_and_a_pick_from_before_it_is_forgotten() -> None:
    watched = watch()
    watched.follow(NEAR, OPENING)
    watched.pick(2)
    watched.follow(NEAR, OPENING)
    assert watched.code == "NQH27"
    watched.pick(1)
    watched.follow(FAR, OPENING)
    assert watched.code == "NQH27"
    watched.look_again(OPENING)
    assert watched.code == "NQH27"


def test_the_same_future_is_watched_by_the_number_of_the_source_that_feeds_it() -> None:
    for picks in (False, True):
        watched = watch()
        other = SourceId("other")
        theirs = replace(origin(OPENING), source=other)
        watched.learn(replace(known(91, NEAR, Ns(OPENING + 30 * DAY)), provenance=theirs), OPENING)
        watched.fed_by(origin(OPENING).source, OPENING)
        if picks:
            watched.pick(1)
        assert watched.futures() == ((1, NEAR), (2, FAR))
        watched.fed_by(other, OPENING)
        assert (watched.instrument, watched.code) == (91, "NQZ26")
        assert watched.futures() == ((91, NEAR), (2, FAR))
