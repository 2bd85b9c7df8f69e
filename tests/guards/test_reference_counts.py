"""PySide6 6.12 on Python 3.11 drops a reference of None or True with each call and soon aborts."""

import sys

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

CALLS = 1000


def test_pyside_keeps_the_reference_counts_of_none_and_true(qtbot: QtBot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(CALLS):
        label.setText("x")
        label.objectNameChanged.emit("x")
    after = sys.getrefcount(None), sys.getrefcount(True)
    assert all(abs(a - b) < CALLS / 5 for a, b in zip(after, before, strict=True))
