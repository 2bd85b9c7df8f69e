"""One window per data folder, with real processes."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from app.domain.errors import ConfigError
from app.system.instance import SingleInstance
from app.system.paths import Paths

HOLDER = """
import sys
from pathlib import Path
from app.system.instance import SingleInstance
from app.system.paths import Paths
first = SingleInstance(Paths(Path(sys.argv[1])))
print(first.acquire(), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "data")


def test_a_second_start_brings_the_first_window_to_the_front(paths: Paths) -> None:
    called = threading.Event()
    first, second = SingleInstance(paths), SingleInstance(paths)
    try:
        assert first.acquire()
        first.listen(called.set)
        assert not second.acquire()
        assert second.call_first()
        assert called.wait(2)
    finally:
        first.release()
    assert second.acquire()
    second.release()


def test_a_stranger_without_the_token_does_not_raise_the_window(paths: Paths) -> None:
    import json
    import socket

    called = threading.Event()
    first = SingleInstance(paths)
    first.acquire()
    first.listen(called.set)
    try:
        port = json.loads(paths.lock.read_text())["port"]
        with socket.create_connection(("127.0.0.1", port), 2) as line:
            line.sendall(b"raise me")
            assert line.recv(10) == b""
        assert not called.is_set()
    finally:
        first.release()


def test_the_lock_of_a_killed_process_is_taken_over(paths: Paths) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(paths.data)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    mine = SingleInstance(paths)
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == b"True"
        assert not mine.acquire()
        assert not mine.call_first()
    finally:
        holder.kill()
        holder.communicate(timeout=10)
    assert mine.acquire()
    mine.release()


def test_a_lock_file_that_cannot_be_opened_is_one_sentence(paths: Paths) -> None:
    paths.lock.mkdir()
    with pytest.raises(ConfigError, match="cannot be opened"):
        SingleInstance(paths).acquire()


@pytest.mark.skipif(os.name == "nt", reason="file modes are a matter of POSIX")
def test_only_the_owner_reads_the_token(paths: Paths) -> None:
    first = SingleInstance(paths)
    first.acquire()
    assert paths.lock.stat().st_mode & 0o077 == 0
    first.release()
