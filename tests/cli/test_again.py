"""Another start of the program keeps what is the user's own and leaves out what made the run what it was."""

import pytest

from app.cli.again import plain, replaying


@pytest.mark.parametrize(
    ("arguments", "left"),
    [
        ((), ()),
        (("--data-dir", "/d", "--demo"), ("--data-dir", "/d")),
        (("--demo", "--seed", "3", "--data-dir", "/d", "--speed=2"), ("--data-dir", "/d")),
        (("--replay", "a.dbn", "b.dbn", "--profile", "testing"), ("--profile", "testing")),
        (("--profile", "testing", "--replay", "a.dbn", "b.dbn"), ("--profile", "testing")),
        (("--at", "2025-06-10T15:00:00Z", "--sources", "map.json"), ()),
    ],
)
def test_what_is_live_has_neither_demo_nor_replay(arguments: tuple[str, ...], left: tuple[str, ...]) -> None:
    assert plain(arguments) == left


def test_a_replay_names_its_tapes_last() -> None:
    asked = replaying(("--demo", "--data-dir", "/d", "--replay", "old.dbn"), ("one.dbn", "two.dbn"))
    assert asked == ("--data-dir", "/d", "--replay", "one.dbn", "two.dbn")
