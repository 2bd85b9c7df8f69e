"""Garbage of widgets is collected on the window's thread, and nowhere else."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.ui.collector import Collector


@pytest.fixture
def collector(qtbot: QtBot) -> Iterator[Collector]:
    was_on = gc.isenabled()
    parent = QObject()
    made = Collector(parent)
    made.start()
    yield made
    made.stop()
    if not was_on:
        gc.disable()


class Circle(QWidget):
    """Keeps itself alive, as a dialog does whose button calls back into it."""

    def __init__(self) -> None:
        super().__init__()
        self.me = self


def test_a_widget_in_a_circle_dies_on_the_windows_thread(qtbot: QtBot, collector: Collector) -> None:
    died_in: list[threading.Thread] = []
    widget = Circle()
    weakref.finalize(widget, lambda: died_in.append(threading.current_thread()))
    del widget

    def busy() -> None:
        assert len([[number] for number in range(200_000)]) == 200_000

    elsewhere = threading.Thread(target=busy)
    elsewhere.start()
    elsewhere.join()
    assert died_in == []
    kept = [[number] for number in range(20_000)]
    qtbot.waitUntil(lambda: died_in == [threading.main_thread()], timeout=5_000)
    assert len(kept) == 20_000


def test_garbage_does_not_pile_up(qtbot: QtBot, collector: Collector) -> None:
    class Node:
        other: "Node"

    seen: list[weakref.ref[Node]] = []

    def pair() -> None:
        one, other = Node(), Node()
        one.other, other.other = other, one
        seen.append(weakref.ref(one))

    for _ in range(20_000):
        pair()
    qtbot.waitUntil(lambda: all(ref() is None for ref in seen), timeout=5_000)


def test_stopping_gives_collection_back(qtbot: QtBot, collector: Collector) -> None:
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled()


def test_what_came_soon_after_the_start_is_not_gone_through_again(collector: Collector) -> None:
    kept = [[number] for number in range(2_000)]
    for _ in range(50):
        gc.collect(1)
    frozen = gc.get_freeze_count()
    collector.collect()
    assert gc.get_freeze_count() >= frozen + len(kept)
