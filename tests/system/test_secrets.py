import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import keyring
import keyring.errors
import pytest
from keyring.backends import null

from app.engine.feeds import SecretSpec
from app.engine.ports import Secrets
from app.system.redact import SecretRedactor
from app.system.secrets import LOCKED, NONE, READY, WAITING, KeyringSecrets, MemorySecrets
from tests.guards.desktop import _at_home, _wait_for_name, running
from tests.guards.keys import MemoryKeyring

SPECS = (
    SecretSpec("databento", "DATABENTO_API_KEY", "Databento key"),
    SecretSpec("massive", "", "Massive key"),
)
NO_ENVIRONMENT: dict[str, str] = {}


def test_the_order_is_environment_keyring_memory(memory_keyring: MemoryKeyring) -> None:
    secrets: Secrets = KeyringSecrets(SPECS, environment=NO_ENVIRONMENT)
    assert (secrets.get("databento"), secrets.where("databento")) == (None, "missing")
    assert secrets.put("databento", "kept-in-the-keyring") == "keyring"
    assert (secrets.get("databento"), secrets.where("databento")) == ("kept-in-the-keyring", "keyring")
    assert memory_keyring.entries == {("pitwall", "databento"): "kept-in-the-keyring"}
    said = KeyringSecrets(SPECS, environment={"DATABENTO_API_KEY": " from-the-environment\n"})
    assert (said.get("databento"), said.where("databento")) == ("from-the-environment", "environment")
    assert said.get("massive") is None


def test_an_empty_variable_is_no_key(memory_keyring: MemoryKeyring) -> None:
    memory_keyring.set_password("pitwall", "databento", "kept-in-the-keyring")
    secrets = KeyringSecrets(SPECS, environment={"DATABENTO_API_KEY": "  ", "": "nonsense"})
    assert secrets.get("databento") == "kept-in-the-keyring"
    assert secrets.get("massive") is None


def test_forgetting_twice_is_no_error(memory_keyring: MemoryKeyring) -> None:
    secrets = KeyringSecrets(SPECS, environment=NO_ENVIRONMENT)
    secrets.put("databento", "kept-in-the-keyring")
    secrets.forget("databento")
    secrets.forget("databento")
    assert secrets.where("databento") == "missing"
    assert memory_keyring.entries == {}


def test_every_key_that_passes_is_learnt(canary: str) -> None:
    redactor = SecretRedactor()
    KeyringSecrets(SPECS, redactor.learn, {"DATABENTO_API_KEY": canary}).get("databento")
    assert redactor.text(canary) == "[redacted]"


def test_memory_keeps_what_no_keyring_takes() -> None:
    keyring.set_keyring(null.Keyring())  # type: ignore[no-untyped-call]
    secrets = KeyringSecrets(SPECS, environment=NO_ENVIRONMENT)
    assert secrets.put("massive", "nowhere-else") == "memory"
    assert (secrets.get("massive"), secrets.where("massive")) == ("nowhere-else", "memory")
    secrets.forget("massive")
    assert secrets.where("massive") == "missing"


class WaitingKeyring(MemoryKeyring):
    """A keyring that shows its window until the user answers."""

    def __init__(self) -> None:
        super().__init__()
        self.answered = threading.Event()
        self.calls = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.calls += 1
        self.answered.wait(10)
        return super().get_password(service, username)


@pytest.fixture
def waiting_keyring() -> Iterator[WaitingKeyring]:
    waiting = WaitingKeyring()
    keyring.set_keyring(waiting)
    yield waiting
    waiting.answered.set()


def test_a_keyring_that_waits_for_its_window_stops_nobody(waiting_keyring: WaitingKeyring) -> None:
    secrets = KeyringSecrets(SPECS, environment=NO_ENVIRONMENT, patience=0.1)
    began = time.monotonic()
    assert secrets.get("databento") is None
    assert secrets.put("massive", "nowhere-else") == "memory"
    assert secrets.get("massive") == "nowhere-else"
    assert secrets.state() == ("locked", WAITING)
    assert time.monotonic() - began < 8
    assert waiting_keyring.calls == 1


def test_an_answered_window_brings_the_keyring_back(waiting_keyring: WaitingKeyring) -> None:
    waiting_keyring.entries["pitwall", "databento"] = "kept-in-the-keyring"
    secrets = KeyringSecrets(SPECS, environment=NO_ENVIRONMENT, patience=0.1)
    assert secrets.get("databento") is None
    waiting_keyring.answered.set()
    assert secrets._waiting is not None
    secrets._waiting.join(5)
    assert secrets.get("databento") == "kept-in-the-keyring"
    assert secrets.state() == ("ready", READY)


@pytest.mark.real_keyring
def test_a_real_secret_service_keeps_and_forgets_keys() -> None:
    secrets = KeyringSecrets(SPECS, environment=NO_ENVIRONMENT)
    assert secrets.state() == ("ready", READY)
    assert secrets.get("massive") is None
    assert secrets.put("massive", "kept by the daemon") == "keyring"
    assert KeyringSecrets(SPECS, environment=NO_ENVIRONMENT).get("massive") == "kept by the daemon"
    secrets.forget("massive")
    secrets.forget("massive")
    assert secrets.where("massive") == "missing"


def in_another_process(address: str | None, home: Path) -> list[str]:
    """What a fresh program sees: state, sentence, place of a new key, its value, its place when forgotten."""
    ask = (
        "from app.engine.feeds import SecretSpec\n"
        "from app.system.secrets import KeyringSecrets\n"
        "secrets = KeyringSecrets((SecretSpec('massive', '', ''),), environment={})\n"
        "print(*secrets.state(), sep='\\n')\n"
        "print(secrets.put('massive', 'told by a child'), secrets.get('massive'), sep='\\n')\n"
        "secrets.forget('massive')\n"
        "print(secrets.where('massive'))\n"
    )
    env = _at_home(home) | ({"DBUS_SESSION_BUS_ADDRESS": address} if address else {})
    env.pop("PYTHON_KEYRING_BACKEND", None)
    run = subprocess.run(
        [sys.executable, "-c", ask], env=env, capture_output=True, text=True, timeout=40, check=False
    )
    assert run.stderr == ""
    return run.stdout.splitlines()


def test_a_fresh_program_finds_the_secret_service(secret_service: str, private_bus: tuple[str, Path]) -> None:
    told = in_another_process(secret_service, private_bus[1])
    assert told == ["ready", READY, "keyring", "told by a child", "missing"]


def test_without_a_desktop_session_keys_stay_in_memory(tmp_path: Path) -> None:
    assert in_another_process(None, tmp_path) == ["none", NONE, "memory", "told by a child", "missing"]


@contextmanager
def service(home: Path, password: bytes) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A desktop session of its own with a Secret Service in it: its address, and the service's process."""
    bus = ("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1")
    with running(*bus, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=_at_home(home)) as daemon:
        assert daemon.stdout is not None
        address = daemon.stdout.readline().decode().strip()
        env = _at_home(home) | {"DBUS_SESSION_BUS_ADDRESS": address}
        command = ("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with running(*command, **pipes, env=env) as keyring_daemon:
            assert keyring_daemon.stdin is not None
            keyring_daemon.stdin.write(password)
            keyring_daemon.stdin.close()
            keyring_daemon.stdin = None
            _wait_for_name(address, "org.freedesktop.secrets")
            yield address, keyring_daemon


@pytest.mark.real_keyring
def test_a_locked_keyring_says_so_and_keys_stay_in_memory(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("home")
    with service(home, b"the password it was made with") as (address, _):
        assert in_another_process(address, home)[0] == "ready"
    with service(home, b"another one") as (address, _):
        assert in_another_process(address, home) == ["locked", LOCKED, "memory", "told by a child", "missing"]


@pytest.mark.real_keyring
def test_a_keyring_that_dies_takes_nothing_with_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = tmp_path_factory.mktemp("home")
    live = (
        "from app.system.secrets import KeyringSecrets\n"
        "secrets = KeyringSecrets((), environment={})\n"
        "print(secrets.put('massive', 'kept by the daemon'), flush=True)\n"
        "input()\n"
        "print(secrets.get('massive'), secrets.put('massive', 'nowhere-else'))\n"
        "print(secrets.get('massive'), flush=True)\n"
        "input()\n"
        "print(secrets.state()[0], secrets.get('massive'))\n"
    )
    with service(home, b"a password") as (address, daemon):
        env = _at_home(home) | {"DBUS_SESSION_BUS_ADDRESS": address}
        env.pop("PYTHON_KEYRING_BACKEND", None)
        with running(
            sys.executable, "-c", live, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env
        ) as child:
            assert child.stdout is not None
            assert child.stdin is not None
            assert child.stdout.readline() == b"keyring\n"
            daemon.kill()
            daemon.wait(5)
            child.stdin.write(b"\n")
            child.stdin.flush()
            assert child.stdout.readline() == b"None memory\n"
            assert child.stdout.readline() == b"nowhere-else\n"
            child.stdin.write(b"\n")
            child.stdin.flush()
            # the bus may have started another one, which nobody has unlocked
            assert child.stdout.readline() in (b"none nowhere-else\n", b"locked nowhere-else\n")


def test_a_keyring_that_was_chosen_but_is_not_installed_is_none(tmp_path: Path) -> None:
    ask = (
        "from app.system.secrets import KeyringSecrets\n"
        "secrets = KeyringSecrets((), environment={})\n"
        "print(secrets.state()[0], secrets.put('massive', 'x'), secrets.get('massive'))"
    )
    for chosen in ("", "nothing.Such", "keyring.backends.Nothing", "json.dumps"):
        env = _at_home(tmp_path) | {"PYTHON_KEYRING_BACKEND": chosen}
        run = subprocess.run(
            [sys.executable, "-c", ask], env=env, capture_output=True, text=True, timeout=20, check=False
        )
        assert (run.stdout, run.stderr) == ("none memory x\n", "")


class RefusingKeyring(MemoryKeyring):
    """A keyring whose password window the user has closed."""

    refused: Exception = keyring.errors.KeyringLocked("Failed to unlock the collection!")

    def __init__(self) -> None:
        super().__init__()
        self.calls = 0

    def get_password(self, service: str, username: str) -> str | None:
        self.calls += 1
        raise self.refused

    def set_password(self, service: str, username: str, password: str) -> None:
        self.calls += 1
        raise self.refused


def test_a_closed_window_is_not_opened_again_unless_the_user_asks() -> None:
    refusing = RefusingKeyring()
    keyring.set_keyring(refusing)
    secrets = KeyringSecrets(SPECS, environment=NO_ENVIRONMENT)
    for _ in range(5):
        assert secrets.get("databento") is None
    assert refusing.calls == 1
    assert secrets.state() == ("locked", LOCKED)
    assert refusing.calls == 2


def test_a_keyring_that_fails_is_left_alone_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    refusing = RefusingKeyring()
    refusing.refused = keyring.errors.InitError("the service went away")
    keyring.set_keyring(refusing)
    secrets = KeyringSecrets(SPECS, environment=NO_ENVIRONMENT)
    assert [secrets.get("databento") for _ in range(5)] == [None] * 5
    assert refusing.calls == 1
    now = time.monotonic()
    monkeypatch.setattr(time, "monotonic", lambda: now + 61)
    assert secrets.get("databento") is None
    assert refusing.calls == 2


def test_demo_keys_touch_neither_environment_nor_keyring(
    memory_keyring: MemoryKeyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABENTO_API_KEY", "the-users-own-key")
    secrets: Secrets = MemorySecrets({"massive": "simulated-key"})
    assert secrets.get("databento") is None
    assert secrets.put("databento", "simulated-too") == "memory"
    assert (secrets.where("massive"), secrets.where("other")) == ("memory", "missing")
    secrets.forget("massive")
    secrets.forget("massive")
    assert secrets.get("massive") is None
    assert secrets.state()[0] == "none"
    assert memory_keyring.entries == {}
