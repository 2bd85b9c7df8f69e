"""The frozen program has no interpreter to start: its children are itself, told what to be."""

import sys
from pathlib import Path

import pytest

from app.main import child_of
from app.system.renderer import ChildRenderer
from app.system.site_browser import ChildBrowser
from tests.system.test_renderer import CAPTURE

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What a frozen build is from outside: one executable that takes the arguments of `pitwall`."""
    file = tmp_path / "pitwall"
    file.write_text(f'#!/bin/sh\ncd "{ROOT}" && exec "{sys.executable}" -m app "$@"\n', encoding="utf-8")
    file.chmod(0o755)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(file))
    return file


async def test_a_picture_is_drawn_by_the_program_itself(program: Path) -> None:
    drawn = await ChildRenderer(limit_s=60.0).picture(CAPTURE, None)
    assert drawn is not None
    assert drawn.png.startswith(b"\x89PNG")


@pytest.mark.parametrize("what", ["--pageshot", "--pagebrowser", "--sitebrowser"])
def test_each_child_that_a_frozen_program_starts_is_one_that_it_knows(what: str) -> None:
    child = child_of([what])
    assert child is not None
    assert child.__module__ == f"app.ui.{what.removeprefix('--')}"
    assert child_of([what, "more"]) is None
    assert child_of(["parse", what]) is None


def test_the_embedded_browser_is_the_program_itself_too(program: Path) -> None:
    first, *rest = ChildBrowser()._command
    assert first == str(program)
    assert child_of(rest) is not None
