"""The program as its user starts it: a process of its own, on an X screen or off screen."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

Started = subprocess.Popen[str]
Starter = Callable[..., Started]

OFFSCREEN = {"QT_QPA_PLATFORM": "offscreen"}


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Starter]:
    """Starts the program with these arguments; whatever still runs at the end is killed by its id."""
    running: list[Started] = []

    def begin(*arguments: str, env: dict[str, str] | None = None, data: Path | None = None) -> Started:
        command = [sys.executable, "-m", "app", *arguments, "--data-dir", str(data or tmp_path / "data")]
        program = subprocess.Popen(
            command, env=os.environ | (env or OFFSCREEN), text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        running.append(program)
        return program

    yield begin
    for program in running:
        if program.poll() is None:
            program.kill()
        program.communicate(timeout=60)


@pytest.fixture
def hanging_vendors(tmp_path: Path) -> Iterator[Path]:
    """A URL map of vendors that take every connection and never say a word."""
    names = ("databento_live", "databento_hist", "barchart", "massive", "tradovate")
    with ExitStack() as stack:
        ports = {}
        for name in names:
            server = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=64))
            ports[name] = server.getsockname()[1]
        said = {
            name: f"127.0.0.1:{port}" if name == "databento_live" else f"http://127.0.0.1:{port}"
            for name, port in ports.items()
        }
        file = tmp_path / "map.json"
        file.write_text(json.dumps(said), encoding="utf-8")
        yield file


def until(condition: Callable[[], bool], within: float) -> None:
    """Waits for a fact about another process."""
    deadline = time.monotonic() + within
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"did not come true within {within:g} s")
        time.sleep(0.05)


def log_of(data: Path) -> str:
    file = data / "logs" / "pitwall.log"
    return file.read_text(encoding="utf-8") if file.exists() else ""


def asked_to_leave(program: Started) -> float:
    """Seconds from the wish to the end."""
    began = time.monotonic()
    program.send_signal(signal.SIGINT)
    program.wait(timeout=90)
    return time.monotonic() - began
