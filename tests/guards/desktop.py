"""A desktop of the tests' own: a screen under Xvfb, and a Secret Service on a private D-Bus.

Both are started on first use and ended by their process ids.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from jeepney import message_bus
from jeepney.io.blocking import open_dbus_connection

SCREEN = "1600x1000x24"  # 16 bits, the default, crash the browser engine
KEYRING_PASSWORD = b"only-for-tests"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "xvfb: needs an X screen; the program is started as a child with it")
    config.addinivalue_line("markers", "real_keyring: uses to a real Secret Service, not to memory")


def pytest_runtest_setup(item: pytest.Item) -> None:
    if not sys.platform.startswith("linux") and (
        item.get_closest_marker("xvfb") or item.get_closest_marker("real_keyring")
    ):
        pytest.skip("Xvfb and the Secret Service exist on Linux only")


@contextmanager
def running(*command: str, **popen: object) -> Iterator[subprocess.Popen[bytes]]:
    """A child process for as long as the block lasts."""
    if shutil.which(command[0]) is None:
        pytest.fail(f"{command[0]} is not installed: packaging/dev.py test installs it or names the command")
    child: subprocess.Popen[bytes] = subprocess.Popen(command, **popen)  # type: ignore[call-overload]
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate(timeout=5)


@pytest.fixture(scope="session")
def xvfb_display() -> Iterator[str]:
    """The name of a screen, as DISPLAY wants it."""
    read, write = os.pipe()
    options = ("-screen", "0", SCREEN, "-nolisten", "tcp", "-noreset", "-displayfd", str(write))
    with running("Xvfb", *options, pass_fds=(write,), stderr=subprocess.DEVNULL):
        os.close(write)
        with os.fdopen(read) as answer:
            number = answer.readline().strip()
        if not number:
            pytest.fail("Xvfb ended without naming its display")
        yield f":{number}"


@pytest.fixture
def xvfb_environment(xvfb_display: str) -> dict[str, str]:
    """For a child process that shows a real window."""
    kept = {name: value for name, value in os.environ.items() if name != "WAYLAND_DISPLAY"}
    no_bus = "unix:path=/dev/null"  # without an address, a display makes libdbus launch a daemon of its own
    return kept | {"DISPLAY": xvfb_display, "QT_QPA_PLATFORM": "xcb", "DBUS_SESSION_BUS_ADDRESS": no_bus}


@pytest.fixture(scope="session")
def private_bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Address of a D-Bus session of our own, and the home that services on it use."""
    home = tmp_path_factory.mktemp("home")
    command = ("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1")
    with running(*command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_at_home(home)) as daemon:
        assert daemon.stdout is not None
        yield daemon.stdout.readline().decode().strip(), home


@pytest.fixture(scope="session")
def _unlocked_keyring(private_bus: tuple[str, Path]) -> Iterator[str]:
    address, home = private_bus
    env = _at_home(home) | {"DBUS_SESSION_BUS_ADDRESS": address}
    command = ("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with running(*command, **pipes, env=env) as daemon:
        assert daemon.stdin is not None
        daemon.stdin.write(KEYRING_PASSWORD)
        daemon.stdin.close()
        daemon.stdin = None
        _wait_for_name(address, "org.freedesktop.secrets")
        yield address


@pytest.fixture
def secret_service(_unlocked_keyring: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Address of a real, unlocked Secret Service; `@pytest.mark.real_keyring` is enough to get it."""
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", _unlocked_keyring)
    return _unlocked_keyring


def _wait_for_name(address: str, name: str) -> None:
    question, deadline = message_bus.NameHasOwner(name), time.monotonic() + 10
    with open_dbus_connection(address) as bus:
        while bus.send_and_get_reply(question).body != (True,):
            if time.monotonic() > deadline:
                pytest.fail(f"{name} did not appear on the private bus")
            time.sleep(0.02)


def _at_home(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "DBUS_"))}
    kept.pop("DISPLAY", None)  # with a display, a locked keyring would open a window and wait
    return kept | {"HOME": str(home), "XDG_RUNTIME_DIR": str(home)}
