"""Whose texts are drawn in which frame."""

import time
from collections import Counter

from app.domain.units import Ns
from app.ui.rota import Rota

FRAME_MS, EVERY_MS = 25, 250


def spin(ms: float) -> None:
    until = time.perf_counter() + ms / 1000
    while time.perf_counter() < until:
        pass


def test_each_text_is_drawn_as_often_as_it_asks_and_not_all_in_one_frame() -> None:
    drawn: Counter[str] = Counter()
    every = {"a": 250, "b": 250, "c": 500}
    rota = Rota([(lambda _, name=name: drawn.update(name), ms) for name, ms in every.items()])  # type: ignore[misc]
    rota.draw(Ns(0), FRAME_MS)
    assert drawn.total() <= 1
    for _ in range(2000 // FRAME_MS):
        rota.draw(Ns(0), FRAME_MS)
    assert abs(drawn["a"] - 8) <= 1
    assert abs(drawn["b"] - 8) <= 1
    assert abs(drawn["c"] - 4) <= 1


def test_dear_texts_do_not_share_a_frame_unless_they_are_late() -> None:
    drawn: list[str] = []

    def dear(name: str) -> None:
        drawn.append(name)
        spin(3)

    rota = Rota([(lambda _, name=name: dear(name), EVERY_MS) for name in "abcdefgh"])  # type: ignore[misc]
    for _ in range(2 * EVERY_MS // FRAME_MS):
        before = len(drawn)
        rota.draw(Ns(0), FRAME_MS)
        assert len(drawn) - before <= 1
    assert set(drawn) == set("abcdefgh")
    drawn.clear()
    rota.draw(Ns(0), 2 * EVERY_MS)  # a frame that came very late
    assert sorted(drawn) == list("abcdefgh")


def test_a_text_that_fails_does_not_hold_up_the_others() -> None:
    drawn: list[str] = []

    def fails(_: Ns) -> None:
        raise ValueError

    rota = Rota([(fails, EVERY_MS), (lambda _: drawn.append("b"), EVERY_MS)])
    for _ in range(EVERY_MS // FRAME_MS + 1):
        try:
            rota.draw(Ns(0), FRAME_MS)
        except ValueError:
            continue
    assert drawn == ["b"]


def test_without_texts_nothing_is_drawn() -> None:
    Rota([]).draw(Ns(0), FRAME_MS)
