"""Alerts are told once, not too many of them, and louder when nobody takes note of what lasts."""

import pytest

from app.domain.updates import Notice
from app.engine.notices import Notices
from app.engine.outbox import Outbox
from tests.engine.clocks import ManualClock
from tests.engine.screen import Screen


@pytest.fixture
def told(clock: ManualClock) -> tuple[Notices, Screen]:
    outbox = Outbox()
    return Notices(clock, outbox, lambda: False), Screen(outbox)


def of(screen: Screen, topic: str) -> Notice:
    return next(one for one in screen.now(Notice) if one.topic == topic)


@pytest.mark.parametrize(("severity", "most"), [("INFO", 60), ("WARNING", 30), ("ERROR", 12)])
def test_an_hour_has_so_many_of_a_kind_and_says_when_there_are_more(
    told: tuple[Notices, Screen], clock: ManualClock, severity: str, most: int
) -> None:
    notices, screen = told
    for number in range(most + 3):
        notices.say(f"topic/{number}", severity, "Something.")
    topics = {one.topic for one in screen.now(Notice)}
    assert f"topic/{most - 1}" in topics
    assert f"topic/{most}" not in topics
    assert of(screen, "capped").count == 3
    assert notices.suppressed == 3
    clock.advance(3_600)
    notices.say("later", severity, "Something.")
    assert of(screen, "later").count == 1


def test_repeats_are_one_alert_and_use_no_room(told: tuple[Notices, Screen], clock: ManualClock) -> None:
    notices, screen = told
    for _ in range(50):
        clock.advance(60)
        notices.say("key", "ERROR", "The key was refused.")
    assert of(screen, "key").count == 50
    assert "capped" not in {one.topic for one in screen.now(Notice)}


def test_what_lasts_is_told_louder_once_after_half_an_hour(
    told: tuple[Notices, Screen], clock: ManualClock
) -> None:
    notices, screen = told
    notices.say("key", "ERROR", "The key was refused.", lasts=True)
    notices.say("switch", "WARNING", "Another source took over.")
    clock.advance(1_799)
    notices.look()
    assert of(screen, "key").severity == "ERROR"
    clock.advance(1)
    notices.look()
    louder = of(screen, "key")
    assert (louder.severity, louder.count) == ("CRITICAL", 1)
    assert louder.sentence.endswith("It has been so for half an hour.")
    assert of(screen, "switch").severity == "WARNING"
    clock.advance(7_200)
    notices.look()
    assert of(screen, "key") == louder


async def test_what_was_taken_note_of_or_is_over_stays_quiet(
    told: tuple[Notices, Screen], clock: ManualClock
) -> None:
    notices, screen = told
    notices.say("seen", "ERROR", "The key was refused.", lasts=True)
    notices.say("over", "ERROR", "Nobody feeds it.", lasts=True)
    await notices.acknowledge("seen")
    await notices.acknowledge("unknown")
    notices.over("over", "It is fed again.")
    assert of(screen, "seen").seen
    clock.advance(3_000)
    notices.look()
    assert (of(screen, "seen").severity, of(screen, "over").severity) == ("ERROR", "INFO")
