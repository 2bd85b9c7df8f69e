"""The guards catch what they are for: guilty tests are run in a process of their own, and each must fail."""

import base64
import os
import subprocess
import sys
from pathlib import Path

import keyring
import pytest

from tests.guards.keys import CANARY, disguises, leaks_below

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = ("logs", "loopback", "keys", "threads", "coroutines", "desktop")

GUILTY = """
import asyncio, base64, logging, socket, sqlite3, threading, zlib
from contextlib import closing
import keyring, pytest, zstandard
from urllib.parse import quote

log = logging.getLogger("app.guilty")

def test_resolves_a_name():
    try:
        socket.getaddrinfo("example.com", 80)
    except RuntimeError:
        pass

def test_connects_to_an_address():
    with socket.socket() as s, pytest.raises(RuntimeError):
        s.connect(("192.0.2.1", 80))

def test_listens_to_everyone():
    with socket.socket() as s, pytest.raises(RuntimeError):
        s.bind(("0.0.0.0", 0))

def test_warns():
    log.warning("something is wrong")

@pytest.mark.expected_log("something is wrong")
def test_does_not_warn():
    pass

def test_leaves_a_thread():
    threading.Thread(target=threading.Event().wait, args=(4,), name="straggler").start()

def test_logs_the_key(canary):
    log.debug("key %s", canary)

def test_logs_the_key_in_basic_auth(canary):
    log.info(base64.b64encode(f"user:{canary}:".encode()).decode())

def test_prints_the_key(canary):
    print(canary)

def test_writes_the_key_into_an_address(canary, tmp_path):
    (tmp_path / "settings.toml").write_text("url = " + quote(canary, safe=""))

def test_writes_the_key_into_a_packed_capture(canary, tmp_path):
    with closing(sqlite3.connect(tmp_path / "pitwall.db")) as db:
        db.execute("create table capture (body blob)")
        db.execute("insert into capture values (?)", [zstandard.compress(canary.encode() * 9)])
        db.commit()

def test_writes_a_stored_key(tmp_path):
    keyring.set_password("pitwall", "massive", "another-long-secret")
    (tmp_path / "export.txt").write_text("another-long-secret")

async def test_loses_a_failing_task():
    async def fail():
        raise ValueError("lost")
    asyncio.get_running_loop().create_task(fail())
    await asyncio.sleep(0)
    await asyncio.sleep(0)

def test_confuses_qt(qtbot):
    from PySide6.QtCore import qWarning
    qWarning("a message nobody expected")
"""

INNOCENT = """
import asyncio, logging, socket
import pytest, qasync

@pytest.mark.expected_log("something is wrong")
def test_expected_warning():
    logging.getLogger("app.x").warning("something is wrong with x")

def test_loopback():
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())

async def test_on_a_plain_loop():
    assert not isinstance(asyncio.get_running_loop(), qasync.QEventLoop)

async def test_on_the_loop_of_the_window(qtbot):
    assert isinstance(asyncio.get_running_loop(), qasync.QEventLoop)

def test_key_that_stays_where_it_belongs(canary, tmp_path):
    (tmp_path / "settings.toml").write_text("theme = dark")
"""


def outcomes(folder: Path, tests: str) -> dict[str, str]:
    """Name of each test and how it ended, as a run with our guards and settings says."""
    file = folder / "test_sample.py"
    file.write_text(tests)
    plugins = [part for name in PLUGINS for part in ("-p", f"tests.guards.{name}")]
    command = [sys.executable, "-m", "pytest", "-rA", "-n0", "-p", "no:cacheprovider", "-c", "pyproject.toml"]
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    env |= {"PYTEST_QT_API": "pyside6"}
    run = subprocess.run(
        [*command, *plugins, "--rootdir", ".", str(file)],
        cwd=ROOT, env=env, capture_output=True, text=True, timeout=55, check=False,
    )  # fmt: skip
    told: dict[str, str] = {}
    for line in run.stdout.splitlines():
        word, _, rest = line.partition(" ")
        if word in ("PASSED", "FAILED", "ERROR") and "::" in rest:
            name = rest.split("::")[1].split(" ")[0]
            told[name] = word if word != "PASSED" else told.get(name, word)
    assert told, run.stdout + run.stderr
    return told


def test_every_guilty_test_is_caught(tmp_path: Path) -> None:
    told = outcomes(tmp_path, GUILTY)
    assert len(told) == GUILTY.count("def test_")
    assert [name for name, word in told.items() if word == "PASSED"] == []


def test_no_innocent_test_is_accused(tmp_path: Path) -> None:
    told = outcomes(tmp_path, INNOCENT)
    assert len(told) == INNOCENT.count("def test_")
    assert set(told.values()) == {"PASSED"}


@pytest.mark.parametrize("before", ["", "u", "us"])
def test_a_key_is_recognised_in_base64_wherever_it_starts(
    before: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("captures")
    (folder / "clean.txt").write_bytes(base64.b64encode(b"user:nothing to hide in here, not at all"))
    (folder / "leaky.txt").write_bytes(b"Basic " + base64.b64encode(f"{before}{CANARY}:".encode()))
    assert leaks_below(folder, disguises(CANARY)) == ["leaky.txt"]


@pytest.mark.real_keyring
def test_the_private_secret_service_keeps_a_password() -> None:
    assert "SecretService" in type(keyring.get_keyring()).__module__
    keyring.set_password("pitwall-test", "one", "kept by the daemon")
    assert keyring.get_password("pitwall-test", "one") == "kept by the daemon"
    keyring.delete_password("pitwall-test", "one")


@pytest.mark.xvfb
def test_a_child_process_finds_the_screen(xvfb_environment: dict[str, str]) -> None:
    show = (
        "from PySide6.QtWidgets import QApplication, QLabel; app = QApplication([]); w = QLabel('x'); "
        "w.show(); "
        "app.processEvents(); print(app.platformName(), app.primaryScreen().depth())"
    )
    run = subprocess.run(
        [sys.executable, "-c", show],
        env=xvfb_environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (run.returncode, run.stdout.strip()) == (0, "xcb 24"), run.stderr
