"""A stored page drawn by the browser engine, where that is installed."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage

from app.domain.picture_layout import TALLEST

HAS_ENGINE = find_spec("PySide6.QtWebEngineWidgets") is not None
PAGE = (
    "<html><body style='margin:0'><script>document.title='no'</script><div id='expiry' "
    "style='margin-left:40px;width:100px;height:30px'>06/09/25</div><select><option id='week'>Week 1</option>"
    "</select><img src='http://127.0.0.1:9/never.png'><div style='height:{tall}px'></div></body></html>"
)


def shoot(out: Path, tall: int = 100) -> "subprocess.CompletedProcess[bytes]":
    document: dict[str, Any] = {
        "html": PAGE.replace("{tall}", str(tall)),
        "out": str(out),
        "selectors": [
            ["chain/expiry", "#expiry"],
            ["chain/weeks", "#week"],
            ["chain/none", ".gone"],
            ["x", ")"],
        ],
    }
    return subprocess.run(
        [sys.executable, "-m", "app.ui.pagebrowser"], input=json.dumps(document).encode(), timeout=40,
        check=False, capture_output=True,
    )  # fmt: skip


@pytest.mark.skipif(HAS_ENGINE, reason="the browser engine is installed")
def test_without_the_engine_it_says_so_by_its_code(tmp_path: Path) -> None:
    assert shoot(tmp_path / "page.png").returncode == 3


@pytest.mark.skipif(not HAS_ENGINE, reason="the browser engine is an optional extra")
def test_a_page_is_drawn_whole_with_the_places_of_its_fields(tmp_path: Path) -> None:
    done = shoot(tmp_path / "page.png", tall=3_000)
    assert done.returncode == 0, done.stderr
    image = QImage(str(tmp_path / "page.png"))
    said = json.loads(done.stdout)
    assert (image.width(), image.height()) == (said["width"], said["height"])
    assert image.height() > 3_000
    boxes = json.loads(image.text("boxes"))
    assert boxes["chain/expiry"] == [40, 0, 100, 30]
    assert boxes["chain/weeks"][2] > 10  # the closed list around the entry
    assert "chain/none" not in boxes
    built = (tmp_path / "dom.html").read_text("utf-8")
    assert 'id="expiry"' in built  # as the engine writes it, not as it came
    assert "z-index:2147483647" not in built


@pytest.mark.skipif(not HAS_ENGINE, reason="the browser engine is an optional extra")
def test_a_page_without_end_is_cut(tmp_path: Path) -> None:
    done = shoot(tmp_path / "page.png", tall=TALLEST + 500)
    assert done.returncode == 0, done.stderr
    assert QImage(str(tmp_path / "page.png")).height() == TALLEST
    assert json.loads(done.stdout)["cut"] >= 500
