"""The window on a real X screen, used from outside with keys and mouse."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

PATIENCE = 80.0


@pytest.mark.xvfb
@pytest.mark.timeout(240)
def test_a_person_opens_the_palette_hides_a_panel_and_quits(
    xvfb_environment: dict[str, str], shots: Path
) -> None:
    picture = shots / "screen.png"
    command = [sys.executable, "-m", "tests.ui.person", str(picture)]
    with subprocess.Popen(command, env=xvfb_environment, stdout=subprocess.PIPE, text=True) as child:
        watchdog = threading.Timer(PATIENCE, child.kill)
        watchdog.start()
        try:
            assert child.stdout is not None
            window = child.stdout.readline().split()[1]
            use = _Hand(xvfb_environment)
            use.look_at(window)
            use.key("ctrl+k")
            use.look_at(use.find("Command palette"))
            use.type("source health on")
            use.key("Return")
            use.look_at(window)
            use.key("ctrl+q")
            words = child.stdout.readline()
            assert child.wait(10) == 0
        finally:
            watchdog.cancel()
            child.kill()
    assert words == "leaving True False\n"
    image = QImage(str(picture))
    colours = {image.pixelColor(x, 1).name() for x in range(100, 1400, 50)}
    assert colours == {"#b07cff"}, "the frame of the demo runs along the top"


class _Hand:
    """Keys to the window in focus. There is no window manager, so the hand moves the focus itself."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment

    def look_at(self, window: str) -> None:
        self._do("windowfocus", "--sync", window)

    def find(self, title: str) -> str:
        return self._do("search", "--sync", "--onlyvisible", "--name", title).split()[0]

    def key(self, name: str) -> None:
        self._do("key", name)
        time.sleep(0.4)  # a person looks before the next key

    def type(self, words: str) -> None:
        self._do("type", "--delay", "20", words)
        time.sleep(0.3)

    def _do(self, *command: str) -> str:
        done = subprocess.run(
            ["xdotool", *command],
            env=self._environment,
            check=True,
            timeout=10,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout
