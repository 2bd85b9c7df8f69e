"""The panes under the price take turns, and what one missed comes with its next."""

from app.ui.panels.pressure.turns import EVERY, Turns

PANES = ("pressure", "delta", "cvd")


def test_one_pane_after_the_other_is_due() -> None:
    turns = Turns()
    seen = [name for _ in range(6) for name in turns.due(PANES, 5.0, every=False)]
    assert seen == [*PANES, *PANES]


def test_a_pane_is_drawn_from_the_earliest_second_it_missed() -> None:
    turns = Turns()
    turns.due(PANES, 0.0, every=True)
    starts = [30.0, 10.0, 40.0, 50.0]
    found = [turns.due(PANES, since, every=False) for since in starts]
    assert found == [{"pressure": 30.0}, {"delta": 10.0}, {"cvd": 10.0}, {"pressure": 10.0}]


def test_none_of_many_waits_longer_than_three_frames() -> None:
    turns, names = Turns(), tuple("abcdefg")
    seen = [turns.due(names, 5.0, every=False) for _ in range(9)]
    assert max(len(due) for due in seen) == 3
    for at in range(7):
        assert sorted(name for due in seen[at : at + EVERY] for name in due) == list(names)


def test_a_pane_that_is_new_or_gone_upsets_nobody() -> None:
    turns = Turns()
    assert turns.due((), 1.0, every=True) == {}
    assert turns.due(("cvd",), 2.0, every=True) == {"cvd": 2.0}
    found = [turns.due(("delta", "volume"), 3.0 + frame, every=False) for frame in range(EVERY)]
    assert {name: since for due in found for name, since in due.items()} == {"delta": 3.0, "volume": 3.0}
    assert turns.due((), 9.0, every=False) == {}
