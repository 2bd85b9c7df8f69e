"""The pins: hashed, the same in every file, and free of any address."""

import re
import tomllib
from pathlib import Path

import pytest

from bootstrap.environment import REQUIREMENTS

ROOT = Path(__file__).resolve().parents[2]
PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)

every_file = pytest.mark.parametrize("file", REQUIREMENTS.values(), ids=REQUIREMENTS)


def pins(file: Path) -> set[tuple[str, str]]:
    return {(name.lower(), version) for name, version in PIN.findall(file.read_text("utf-8"))}


def wanted(*extras: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = [*project["dependencies"], *(d for e in extras for d in project["optional-dependencies"][e])]
    return {re.split(r"[<>=!~\[; ]", line, maxsplit=1)[0].lower().replace("_", "-") for line in lines}


@every_file
def test_they_name_no_index_and_take_no_option(file: Path) -> None:
    text = file.read_text("utf-8")
    assert "://" not in text
    assert [line for line in text.splitlines() if line.startswith("-")] == []


@every_file
def test_every_pin_carries_its_hashes(file: Path) -> None:
    entries = re.split(r"\n(?=[A-Za-z0-9])", file.read_text("utf-8"))
    assert [e.splitlines()[0] for e in entries if PIN.match(e) and "--hash=sha256:" not in e] == []


def test_all_files_hold_the_runtime_in_the_same_versions() -> None:
    base = pins(REQUIREMENTS["run"])
    assert base
    assert all(base <= pins(file) for file in REQUIREMENTS.values())


@pytest.mark.parametrize(("level", "extras"), [("run", ()), ("test", ("test",)), ("browser", ("browser",))])
def test_everything_the_project_asks_for_is_pinned(level: str, extras: tuple[str, ...]) -> None:
    names = {name.replace("_", "-") for name, _ in pins(REQUIREMENTS[level])}
    assert wanted(*extras) <= names


@every_file
def test_the_defective_pyside_cannot_be_installed(file: Path) -> None:
    versions = [v for name, v in pins(file) if name.startswith(("pyside6", "shiboken6"))]
    assert versions
    assert all(tuple(map(int, v.split(".")))[:2] == (6, 11) for v in versions)
