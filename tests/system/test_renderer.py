"""Pictures by the real child process, and what happens when it misbehaves."""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from app.domain.capture import Capture
from app.domain.routing import Channel, SourceId
from app.domain.units import Ns
from app.engine.ports import Drawn
from app.system.renderer import ChildRenderer

CAPTURE = Capture(
    "c1", SourceId("barchart"), Channel.OPT_CHAIN, "MC7M25", "https://site.invalid/", Ns(0), 200, "text/html",
    {}, b"<h1>Access denied</h1>", verdict="A block page came.",
)  # fmt: skip
# whether or not the browser engine is installed
PLAIN = (sys.executable, "-m", "app.ui.pageshot")


def children() -> set[str]:
    task = Path("/proc/self/task")
    found: set[str] = set()
    for thread in task.iterdir():
        found.update((thread / "children").read_text(encoding="ascii").split())
    return found


async def test_a_capture_gets_a_picture() -> None:
    drawn = await ChildRenderer(PLAIN).picture(CAPTURE, None)
    assert drawn is not None
    assert drawn.png.startswith(b"\x89PNG")
    assert len(drawn.png) > 1_000
    assert drawn.dom is None


@pytest.mark.expected_log("given up")
async def test_a_child_that_hangs_is_killed() -> None:
    before = children()
    hanging = ChildRenderer((sys.executable, "-c", "import time; time.sleep(60)"), limit_s=0.3)
    assert await hanging.picture(CAPTURE, None) is None
    assert children() <= before


@pytest.mark.expected_log("not drawn")
async def test_a_child_that_fails_gives_no_picture() -> None:
    failing = ChildRenderer((sys.executable, "-c", "raise SystemExit('no font')"))
    assert await failing.picture(CAPTURE, None) is None


@pytest.mark.expected_log("not drawn")
async def test_closing_ends_a_picture_in_the_making() -> None:
    hanging = ChildRenderer((sys.executable, "-c", "import time; time.sleep(60)"))
    drawing = asyncio.ensure_future(hanging.picture(CAPTURE, None))  # noqa: TID251 - the test holds it
    await asyncio.sleep(0.2)
    await hanging.close()
    assert await drawing is None


@pytest.mark.expected_log("not drawn")
async def test_a_page_is_drawn_by_the_browser_engine_where_there_is_one_and_else_plainly(
    tmp_path: Path,
) -> None:
    asked = tmp_path / "asked"
    engine = (sys.executable, "-c", f"import pathlib, sys; pathlib.Path({str(asked)!r}).touch(); sys.exit(1)")
    renderer = ChildRenderer(PLAIN, browser=engine)
    assert await renderer.picture(CAPTURE, None) is not None
    assert asked.exists()
    asked.unlink()
    assert await renderer.picture(replace(CAPTURE, body=b'{"data": []}'), None) is not None
    assert not asked.exists()


async def test_the_picture_says_itself_how_it_was_laid_out() -> None:
    drawn = await ChildRenderer(PLAIN).picture(CAPTURE, None)
    assert drawn is not None
    assert QImage.fromData(drawn.png).text("shape").startswith("0x0+")


async def test_what_the_browser_engine_built_is_kept_beside_its_picture() -> None:
    draws = (
        "import json, pathlib, sys; out = pathlib.Path(json.load(sys.stdin)['out']); "
        "out.write_bytes(b'png'); out.with_name('dom.html').write_text('<p>built</p>')"
    )
    found = await ChildRenderer(browser=(sys.executable, "-c", draws)).picture(CAPTURE, None)
    assert found == Drawn(b"png", b"<p>built</p>")
