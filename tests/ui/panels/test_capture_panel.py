"""The capture viewer as its user sees it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QLabel, QListWidget, QPushButton
from pytestqt.qtbot import QtBot

from app.domain.capture import CaptureLine, Outcome, Step
from app.domain.routing import Channel, SourceId
from app.domain.units import SECOND, Ns
from app.domain.updates import CaptureStored
from app.ui.application import make_application
from app.ui.panels.capture.model import STRIP, CaptureModel
from app.ui.panels.capture.view import CapturePanel
from tests.ui.panels.samples import NOW, Asked, desk


def line(number: int, outcome: Outcome = Outcome.ACCEPTED, *, picture: Path | None = None) -> CaptureLine:
    good = outcome is Outcome.ACCEPTED
    return CaptureLine(
        id=f"c{number}",
        source=SourceId("barchart"),
        channel=Channel.OPT_CHAIN,
        key="MM8X26",
        fetched=Ns(NOW + number * SECOND),
        status=200,
        outcome=outcome,
        verdict="" if good else "A block page came instead of the chain.",
        rows=586 if good else None,
        size=634_935,
        steps=(
            Step("cookies", 210.0, True, "3 cookies, renewed"),
            Step("request", 812.4, True, "200, 620 kB"),
            Step("parse", 7.2, good, "586 rows" if good else "not JSON"),
        ),
        picture=None if picture is None else str(picture),
    )


@pytest.fixture
def panel(qtbot: QtBot, qapp: QApplication) -> CapturePanel:
    make_application([])
    made = CapturePanel(desk(Asked(), []))
    qtbot.addWidget(made, before_close_func=lambda p: p.close())
    made.resize(1080, 300)
    made.show()
    return made


@pytest.fixture(scope="session")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture as the program makes it, by its own child process."""
    out = tmp_path_factory.mktemp("pictures") / "page.png"
    page = {
        "title": "MM8X26 — Thursday weekly, 19 Nov 2026",
        "subtitle": "Barchart, received 16:30:48Z, delayed 10 min",
        "columns": ["OI", "Vol", "Last", "Bid", "Ask", "Strike", "Bid", "Ask", "Last", "Vol", "OI"],
        "rows": [["40", "16 p", "282.75 s", "233.25", "—", f"{24_000 + k}", "1.0", "2.0"] for k in range(80)],
        "notes": ["586 contracts, 0 rejected"],
        "out": str(out),
        "width": 1280,
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "app.ui.pageshot"], input=json.dumps(page).encode(), timeout=30, check=True,
        capture_output=True,
    )  # fmt: skip
    assert json.loads(done.stdout)["rows"] == 80
    return out


def give(panel: CapturePanel, *lines: CaptureLine) -> None:
    for one in lines:
        panel.apply(CaptureStored(one))
    panel.refresh(NOW)


def settled(panel: CapturePanel) -> bool:
    panel.desk.pending.settle()
    return len(panel.desk.pending) == 0


def texts(panel: CapturePanel) -> str:
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def strip(panel: CapturePanel) -> QListWidget:
    return panel.strip.list


def test_the_newest_capture_is_shown_with_its_picture_and_steps(
    qtbot: QtBot, panel: CapturePanel, picture: Path, tmp_path: Path
) -> None:
    give(
        panel, line(1, picture=picture), line(2, Outcome.REJECTED, picture=picture), line(3, picture=picture)
    )
    qtbot.waitUntil(lambda: settled(panel), timeout=60_000)
    assert panel.grab().save(str(Path(os.environ.get("SHOTS_FOLDER", tmp_path)) / "capture.png"))
    assert strip(panel).count() == 3
    assert "10:31:03" in strip(panel).item(0).text()
    assert strip(panel).currentRow() == 0
    assert "HTTP 200" in texts(panel)
    assert "MM8X26: 586 contracts read, expiry not said" in texts(panel)
    assert [bar.pair.name for bar in panel.side.steps.bars] == ["cookies", "request", "parse"]
    assert "586 rows" in strip(panel).item(0).text()
    assert "A block page came" in strip(panel).item(1).text()
    assert panel.tabs.picture.image.width() == 1280


def test_a_picked_capture_stays_when_newer_ones_arrive(qtbot: QtBot, panel: CapturePanel) -> None:
    give(panel, line(1), line(2))
    item = strip(panel).visualItemRect(strip(panel).item(1)).center()
    qtbot.mouseClick(strip(panel).viewport(), Qt.MouseButton.LeftButton, pos=item)
    give(panel, line(3))
    assert panel.model.shown is not None
    assert panel.model.shown.id == "c1"
    latest = next(b for b in panel.findChildren(QPushButton) if b.accessibleName())
    qtbot.mouseClick(latest, Qt.MouseButton.LeftButton)
    panel.refresh(NOW)
    assert panel.model.shown.id == "c3"


def test_a_capture_without_a_picture_says_so(panel: CapturePanel) -> None:
    give(panel, line(1))
    assert panel.tabs.picture.words == "The picture is being drawn."


def test_a_picture_that_cannot_be_read_says_so(qtbot: QtBot, panel: CapturePanel, tmp_path: Path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    give(panel, line(1, picture=broken))
    qtbot.waitUntil(lambda: settled(panel), timeout=60_000)
    assert "cannot be read" in panel.tabs.picture.words


def test_without_captures_the_panel_says_what_will_fill_it(panel: CapturePanel) -> None:
    panel.refresh(NOW)
    assert "No captures yet" in texts(panel)


def test_the_strip_is_bounded_and_drops_the_oldest() -> None:
    model = CaptureModel()
    for number in range(STRIP + 5):
        model.apply(CaptureStored(line(number)))
    assert len(model.lines) == STRIP
    assert model.lines[-1].id == "c5"
    assert model.summary() == "200 good"


def test_a_table_is_kept_with_a_byte_a_pixel_in_its_own_colours(picture: Path) -> None:
    kept = QImage(str(picture))
    assert kept.format() == QImage.Format.Format_Indexed8
    assert kept.text("shape")
    seen = {kept.pixelColor(x, y).name() for y in range(kept.height()) for x in range(0, kept.width(), 3)}
    assert {"#ffffff", "#f5f7f9", "#1f2733"} <= seen
    assert 12 < len(seen) <= 256
