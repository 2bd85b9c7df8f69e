"""Whose texts are drawn in which frame."""

import time
from collections import Counter

from app.domain.units import Ns
from app.ui.rota import SLOW_MS, Rota

FRAME_MS = 25


def spin(ms: float) -> None:
    until = time.perf_counter() + ms / 1000
    while time.perf_counter() < until:
        pass


def test_each_text_is_drawn_four_times_a_second_in_turn() -> None:
    drawn: list[str] = []
    rota = Rota([lambda _, name=name: drawn.append(name) for name in "abc"])  # type: ignore[misc]
    for _ in range(4 * SLOW_MS // FRAME_MS):
        rota.draw(Ns(0), FRAME_MS)
    assert drawn[:11] == (list("abc") * 4)[:11]
    assert len(drawn) in (11, 12)


def test_dear_texts_do_not_share_a_frame_and_none_is_forgotten() -> None:
    drawn: Counter[str] = Counter()

    def dear(name: str) -> None:
        drawn[name] += 1
        spin(3)

    rota = Rota([lambda _, name=name: dear(name) for name in "abcdefghijkl"])  # type: ignore[misc]
    for _ in range(12):
        rota.draw(Ns(0), FRAME_MS)  # what each of them takes is learnt
    for _ in range(2 * SLOW_MS // FRAME_MS):
        before = drawn.total()
        rota.draw(Ns(0), FRAME_MS)
        assert drawn.total() - before <= 2
    assert min(drawn.values()) >= 2


def test_a_text_that_fails_does_not_hold_up_the_others() -> None:
    drawn: list[str] = []

    def fails(_: Ns) -> None:
        raise ValueError

    rota = Rota([fails, lambda _: drawn.append("b")])
    for _ in range(SLOW_MS // FRAME_MS):
        try:
            rota.draw(Ns(0), FRAME_MS)
        except ValueError:
            continue
    assert drawn == ["b"]


def test_without_texts_nothing_is_drawn() -> None:
    Rota([]).draw(Ns(0), FRAME_MS)
