"""The demo as a newcomer sees it: the real program, its simulators, its window, its picture."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from PySide6.QtGui import QColor, QImage

from app.domain.health import Link
from app.domain.session import Calendar
from app.domain.settings import Settings
from app.domain.units import MINUTE, SECOND, Ns
from app.elsewhere import from_map
from app.ui.application import make_application
from app.ui.layout_store import MemoryLayout
from app.ui.main_window import MainWindow
from app.ui.palettes import colours_for
from app.ui.panels.health.view import HealthPanel
from app.ui.panels.pressure.view import PressurePanel
from app.ui.panels.pressure.wide import Widened
from tests.ui.panels.samples import Asked
from tests.workstation.conftest import OFFSCREEN, Starter, log_of

DEMO = colours_for("dark", "DEMO")


def share(picture: QImage, colour: str, *, left: float, top: float, right: float, bottom: float) -> float:
    """How much of a part of the picture (in shares of its sides) has just this colour."""
    wanted = QColor(colour).rgb()
    columns = range(int(left * picture.width()), int(right * picture.width()))
    rows = range(int(top * picture.height()), int(bottom * picture.height()))
    hits = sum(picture.pixel(x, y) == wanted for y in rows for x in columns)
    return hits / (len(columns) * len(rows))


def comes_alive(start: Starter, folder: Path, env: dict[str, str]) -> QImage:
    shot = Path(os.environ.get("SHOTS_FOLDER", folder)) / "demo.png"
    program = start("--demo", "--exit-after", "30", "--shot", str(shot), env=env)
    said, complaint = program.communicate(timeout=150)
    log = log_of(folder / "data")
    assert program.returncode == 0, complaint
    assert said == ""
    assert "Traceback" not in complaint
    for alive in ("nq.trades is live", "nq.quotes is live", "opt.trades is live", "opt.chain is live"):
        assert alive in log
    assert " WARNING " not in log
    assert " ERROR " not in log
    return QImage(str(shot))


def looks_alive(picture: QImage) -> None:
    assert (picture.width(), picture.height()) == (1560, 940)
    assert picture.pixelColor(picture.width() // 2, 1) == QColor(DEMO.frame)
    assert picture.pixelColor(1, picture.height() // 2) == QColor(DEMO.frame)
    # the line of prices has the colour of who traded last
    prices = [share(picture, c, left=0.01, top=0.12, right=0.58, bottom=0.34) for c in (DEMO.up, DEMO.down)]
    bought = share(picture, DEMO.up, left=0.01, top=0.41, right=0.58, bottom=0.57)
    sold = share(picture, DEMO.down, left=0.01, top=0.41, right=0.58, bottom=0.57)
    assert min(prices) > 0.001
    assert bought > 0.002
    assert sold > 0.002


def test_the_demo_comes_alive_off_screen(start: Starter, tmp_path: Path) -> None:
    looks_alive(comes_alive(start, tmp_path, OFFSCREEN))


@pytest.mark.xvfb
def test_the_demo_comes_alive_on_an_x_screen(
    start: Starter, tmp_path: Path, xvfb_environment: dict[str, str]
) -> None:
    looks_alive(comes_alive(start, tmp_path, xvfb_environment))


@pytest.fixture
def simulators() -> Iterator[dict[str, object]]:
    """`pitwall sim` as a user starts it; its addresses and control port."""
    command = [sys.executable, "-m", "app", "sim", "--seed", "11", "--json"]
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        yield json.loads(child.stdout.readline())
    finally:
        child.terminate()
        child.communicate(timeout=60)


def truth(control: object, start: int, end: int) -> dict[str, dict[str, int]]:
    with requests.Session() as session:
        answer = session.get(f"{control}/truth", params={"from": start, "to": end}, timeout=60)
    return {row["symbol"]: row for row in answer.json()["instruments"]}


def test_the_drawn_bars_equal_the_markets_truth_for_every_window(
    qtbot: object, simulators: dict[str, object], tmp_path: Path
) -> None:
    """Window, engine and source of one process; the market of another says what really traded."""
    from app.composition import engine_parts
    from app.engine.engine import Engine
    from app.engine.host import EngineHost
    from tests.workstation.starts import start_in

    make_application([])
    elsewhere = from_map(simulators, "the simulators")
    prepared = start_in(tmp_path, elsewhere, Settings(chart_backfill=10))
    host = EngineHost(lambda: Engine(engine_parts(prepared, elsewhere)))
    window = MainWindow(
        prepared.outbox, Asked(), prepared.settings, MemoryLayout(), elsewhere.clock, Calendar()
    )
    panel, health = window.panels["pressure"], window.panels["health"]
    assert isinstance(panel, PressurePanel)
    assert isinstance(health, HealthPanel)
    window.begin()
    host.start()
    try:
        begun = elsewhere.clock.now()

        def connected() -> bool:
            """All of it: whoever left now would leave threads that still wait for an answer."""
            source = health.model.source("databento")
            return source is not None and all(channel.link is Link.UP for channel in source.channels)

        def seen() -> bool:
            bars = panel.model.bars(window.watch.instrument)
            if bars is None or bars.first is None or bars.last is None or not connected():
                return False
            return bars.first < begun - 9 * MINUTE and bars.last > begun + 4 * SECOND

        qtbot.waitUntil(seen, timeout=150_000)  # type: ignore[attr-defined]
    finally:
        assert host.stop().in_time
        window.pump.take(float("inf"))
        window.end()
    bars = panel.model.bars(window.watch.instrument)
    assert bars is not None
    future = window.watch.future
    assert future is not None
    drawn = Widened(bars, 60).update().candles
    compared = 0
    # The first and the last minute are not whole: the backfill began, and the test ended, inside them.
    for i in range(1, len(drawn) - 1):
        start = Ns(int(drawn.start[i]))
        real = truth(simulators["control"], start, start + MINUTE)[future.raw]
        assert (drawn.bought[i], drawn.sold[i], drawn.unknown[i]) == (
            real["bought"],
            real["sold"],
            real["unknown"],
        )
        compared += 1
    assert compared >= 8
