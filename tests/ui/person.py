"""A window on a real screen for somebody to use: `python -m tests.ui.person PICTURE`."""

import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app.domain.settings import Settings
from app.engine.outbox import Outbox
from app.ui.application import make_application
from app.ui.layout_store import MemoryLayout
from app.ui.main_window import MainWindow
from tests.ui.feed import Feed, RecordedCommands, ScriptedClock


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def main(picture: Path) -> int:
    app = make_application(sys.argv)
    clock, outbox = ScriptedClock(), Outbox()
    feed = Feed(clock, outbox)
    window = MainWindow(outbox, RecordedCommands(), Settings(), MemoryLayout(), clock)
    feed.begin()
    feed.history(20)
    feed.furniture()
    window.begin()
    market = QTimer(interval=50)
    market.timeout.connect(lambda: feed.step(0.05, trades=10))
    market.timeout.connect(feed.pulse)
    market.start()

    def leave() -> None:
        shown = app.primaryScreen().grabWindow(0)
        say(f"leaving {shown.save(str(picture))} {window.docks.dock('health').isVisible()}")
        market.stop()
        window.end()
        app.quit()

    window.leave_requested.connect(leave)
    QTimer.singleShot(800, lambda: say(f"shown {window.winId()}"))
    return QApplication.exec()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
