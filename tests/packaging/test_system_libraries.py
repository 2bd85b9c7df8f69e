"""Which Linux packages are asked for, and in which words."""

import shutil
import sys

import pytest

from bootstrap.system_libraries import (
    INSTALLER,
    QT,
    TEST_PROGRAMS,
    WAYLAND,
    X11,
    command_for,
    loads,
    missing,
    needs_of_run,
    needs_of_test,
    sentence_for,
)

on_linux = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="other systems bring their own libraries"
)


@on_linux
def test_only_what_does_not_load_is_asked_for() -> None:
    assert missing(QT, there=lambda name: name != "libGL.so.1") == {"libGL.so.1": "libgl1"}
    assert missing(QT, there=lambda _: True) == {}


def test_a_library_is_there_when_it_loads_and_a_program_when_it_is_found() -> None:
    assert not loads("libof-no-one.so.7")
    assert not loads("program-of-no-one")
    assert loads("ensurepip or pip")
    assert loads("python3") == (shutil.which("python3") is not None)


def test_run_asks_for_the_layers_of_this_desktop() -> None:
    assert needs_of_run({}) == {**INSTALLER, **QT}
    assert needs_of_run({"DISPLAY": ":0"}) == {**INSTALLER, **QT, **X11}
    assert needs_of_run({"WAYLAND_DISPLAY": "wayland-0"}) == {**INSTALLER, **QT, **WAYLAND}


def test_tests_also_ask_for_a_screen_and_a_keyring_of_their_own() -> None:
    assert set(needs_of_test()) == {*INSTALLER, *QT, *X11, *TEST_PROGRAMS}


def test_whoever_may_not_install_gets_one_line_to_copy() -> None:
    install = "apt-get install -y --no-install-recommends libegl1 libgl1"
    assert command_for(["libgl1", "libegl1", "libgl1"], root=True) == f"apt-get update && {install}"
    assert command_for(["libgl1", "libegl1"], root=False) == f"sudo apt-get update && sudo {install}"


def test_a_system_without_apt_gets_the_names_of_the_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    assert sentence_for({"libGL.so.1": "libgl1"}, root=False) == (
        "Linux packages are missing; install what provides libGL.so.1."
    )
