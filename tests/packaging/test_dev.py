"""`packaging/dev.py` as a newcomer meets it: a program, in a copy of the project, without a network."""

import ast
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what the set-up needs of the project, with a blank in its path."""
    copy = tmp_path / "my copy"
    shutil.copytree(ROOT / "packaging", copy / "packaging", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


@pytest.fixture
def offline() -> dict[str, str]:
    """An environment whose package index refuses connections."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTEST_"))}
    return kept | {
        "PIP_INDEX_URL": f"http://127.0.0.1:{port}/",
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_RETRIES": "1",
        "PIP_NO_CACHE_DIR": "1",
        "no_proxy": "127.0.0.1",
    }


def dev(
    project: Path, *arguments: str, env: dict[str, str] | None = None, cwd: Path | None = None
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(project / "packaging" / "dev.py"), *arguments]
    return subprocess.run(
        command, env=env, cwd=cwd or project, capture_output=True, text=True, timeout=50, check=False
    )


def with_version(version: tuple[int, ...]) -> subprocess.CompletedProcess[str]:
    """dev.py as a Python of that version would run it."""
    script = str(ROOT / "packaging" / "dev.py")
    start = (
        f"import runpy, sys; sys.version_info = {version}; sys.argv = ['dev.py', 'run'];"
        f"runpy.run_path({script!r}, run_name='__main__')"
    )
    env = os.environ | {"PATH": "/nonexistent"}
    return subprocess.run(
        [sys.executable, "-c", start], env=env, capture_output=True, text=True, timeout=20, check=False
    )


def mark_of(project: Path) -> str:
    """What a finished set-up of this copy would leave behind."""
    ask = [sys.executable, "-c", "from bootstrap.environment import mark; print(mark('run'))"]
    return subprocess.run(ask, cwd=project / "packaging", capture_output=True, text=True, check=True).stdout


def make_look_ready(project: Path) -> None:
    """A `.venv` that is marked as ready, and whose Python tells what it was asked for."""
    python = project / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text('#!/bin/sh\npwd\nfor word in "$@"; do echo "[$word]"; done\nexit 7\n')
    python.chmod(0o755)
    (project / ".venv" / "pyvenv.cfg").touch()
    (project / ".venv" / "pitwall-ready").write_text(mark_of(project))


def test_any_python_3_can_read_it_and_say_that_it_is_too_old() -> None:
    source = (ROOT / "packaging" / "dev.py").read_text("utf-8")
    ast.parse(source, feature_version=(3, 6))
    assert source.isascii()


@pytest.mark.parametrize(
    ("version", "word"), [((3, 6, 9), "too old"), ((3, 10, 1), "too old"), ((3, 14, 0), "too new")]
)
def test_a_python_it_cannot_use_gets_one_sentence(version: tuple[int, ...], word: str) -> None:
    run = with_version(version)
    assert run.returncode == 1
    assert run.stderr.count("\n") == 1
    assert f"Python 3.{version[1]}, which is {word}" in run.stderr
    assert "3.11, 3.12 or 3.13" in run.stderr


def test_an_unknown_command_is_answered_with_the_known_ones(project: Path) -> None:
    run = dev(project, "rum")
    assert run.returncode == 2
    assert "no command 'rum'" in run.stderr
    assert "dev.py run" in run.stderr
    assert "dev.py test" in run.stderr
    assert not (project / ".venv").exists()


def test_help_names_both_commands(project: Path) -> None:
    run = dev(project, "--help")
    assert run.returncode == 0
    assert "dev.py run" in run.stdout
    assert "dev.py test" in run.stdout


def test_a_ready_project_starts_at_once_where_one_stands_and_with_all_arguments(
    project: Path, tmp_path: Path
) -> None:
    make_look_ready(project)
    run = dev(project, "run", "--", "parse", "barchart", "a file.json", "--", "-x", cwd=tmp_path)
    assert run.returncode == 7
    assert run.stderr == ""
    words = ["-P", "-m", "app", "parse", "barchart", "a file.json", "--", "-x"]
    assert run.stdout.splitlines() == [str(tmp_path), *(f"[{word}]" for word in words)]


@pytest.mark.parametrize(
    ("file", "old", "new", "again"),
    [
        ("packaging/requirements.txt", "# via", "# by way of", True),
        ("pyproject.toml", "dependencies = [", 'dependencies = [ "another",', True),
        ("pyproject.toml", "line-length = 110", "line-length = 100", False),
    ],
)
def test_only_what_is_to_be_installed_makes_it_install_again(
    file: str, old: str, new: str, again: bool, project: Path
) -> None:
    before, text = mark_of(project), (project / file).read_text()
    assert old in text
    (project / file).write_text(text.replace(old, new))
    assert (mark_of(project) != before) is again


def test_offline_it_says_so_and_neither_loses_what_works_nor_trusts_what_is_half_written(
    project: Path, offline: dict[str, str]
) -> None:
    sentence = "The Python package index could not be reached"
    first = dev(project, "run", env=offline)
    assert "Making .venv" in first.stderr

    (project / ".venv" / "pitwall-ready").write_text(mark_of(project))
    more = dev(project, "check", env=offline)  # needs more packages than `run`
    works = dev(project, "run", env=offline)
    assert "Making .venv" not in more.stderr
    assert "No module named app" in works.stderr  # the copy has none: it was started

    (project / ".venv" / "pitwall-installing").touch()  # as if cut off while writing
    afresh = dev(project, "run", env=offline)
    assert "Removing .venv" in afresh.stderr

    for run in (first, more, afresh):
        assert run.returncode == 1
        assert run.stderr.splitlines()[-1].startswith(sentence)
        assert "Traceback" not in run.stderr


def test_continuous_integration_calls_the_command_of_the_readme() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "python3 packaging/dev.py test" in script.read_text()
