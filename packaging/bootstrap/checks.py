"""Every check there is, in one go: all of them run, and a summary says which failed."""

import os
import subprocess
import time
from dataclasses import dataclass

from bootstrap.environment import PYTHON, ROOT
from bootstrap.progress import say


@dataclass(frozen=True)
class Check:
    title: str
    command: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    title: str
    code: int
    seconds: float


READING = (
    Check("format", ("ruff", "format", "--check", ".")),
    Check("lint", ("ruff", "check", ".")),
    Check("types", ("mypy", "--strict", "app", "tests", "packaging")),
    Check("imports", ("lint-imports",)),
)
# two workers: most tests wait for sockets and windows, and small machines have two cores
TESTS = Check("tests", ("pytest", "-n", "2"))
# its table is long: `.venv/bin/coverage report` shows it afterwards
COVERAGE = ("--cov", "--cov-report=")


def reading_only() -> int:
    return run_all(READING)


def everything(pytest_arguments: list[str]) -> int:
    """With arguments, a part of the tests is meant: coverage of all would say nothing about it."""
    tests = Check(TESTS.title, (*TESTS.command, *(pytest_arguments or COVERAGE)))
    return run_all((*READING, tests))


def run_all(checks: tuple[Check, ...]) -> int:
    outcomes = [_run(check) for check in checks]
    say("")
    for o in outcomes:
        say(f"{'passed' if o.code == 0 else 'FAILED'}  {o.title:8} {o.seconds:6.1f} s")
    failed = [o.title for o in outcomes if o.code != 0]
    say("All checks passed." if not failed else "Failed: " + ", ".join(failed) + ".")
    return 1 if failed else 0


def _run(check: Check) -> Outcome:
    say(f"\n=== {check.title}: {' '.join(check.command)}")
    began = time.monotonic()
    program, *arguments = check.command
    environment = {**os.environ, "PATH": str(PYTHON.parent) + os.pathsep + os.environ.get("PATH", "")}
    command = [str(PYTHON.parent / program), *arguments]
    code = subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
    return Outcome(check.title, code, time.monotonic() - began)
