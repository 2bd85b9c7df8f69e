"""Linux libraries Qt loads by itself and never names when they are missing: found by trying to load each."""

import ctypes
import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping

from bootstrap.progress import say
from bootstrap.trouble import DISK_FULL, OFFLINE, Trouble, offline

# What is tried, and the Debian package that brings it.
Needs = Mapping[str, str]

QT: Needs = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
X11: Needs = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
WAYLAND: Needs = {"libwayland-cursor.so.0": "libwayland-cursor0"}
BROWSER: Needs = {
    "libasound.so.2": "libasound2",
    "libnss3.so": "libnss3",
    "libXcomposite.so.1": "libxcomposite1",
    "libXdamage.so.1": "libxdamage1",
    "libXrandr.so.2": "libxrandr2",
    "libXtst.so.6": "libxtst6",
    "libxkbfile.so.1": "libxkbfile1",
}
# programs, not libraries: a screen and a keyring of the tests' own
TEST_PROGRAMS: Needs = {
    "Xvfb": "xvfb",
    "dbus-daemon": "dbus",
    "gnome-keyring-daemon": "gnome-keyring",
    "xdotool": "xdotool",
}
# Debian's python3 brings neither; one of the two is enough
INSTALLER: Needs = {"ensurepip or pip": "python3-venv"}
APT = ("apt-get", "install", "-y", "--no-install-recommends")


def needs_of_run(environment: Mapping[str, str]) -> Needs:
    """The layers this desktop uses; without one the window can still be drawn for `--shot`."""
    needs = {**INSTALLER, **QT}
    if environment.get("DISPLAY"):
        needs |= X11
    if environment.get("WAYLAND_DISPLAY"):
        needs |= WAYLAND
    return needs


def needs_of_test() -> Needs:
    return {**INSTALLER, **QT, **X11, **TEST_PROGRAMS}


def loads(name: str) -> bool:
    if name in INSTALLER:
        importlib.invalidate_caches()
        return any(importlib.util.find_spec(module) for module in ("ensurepip", "pip"))
    if ".so" not in name:
        return shutil.which(name) is not None
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def missing(needs: Needs, there: Callable[[str], bool] = loads) -> Needs:
    if not sys.platform.startswith("linux"):
        return {}
    return {name: package for name, package in needs.items() if not there(name)}


def command_for(packages: Iterable[str], *, root: bool) -> str:
    """One line to copy. The lists come first: where nothing was installed yet, there are none."""
    sudo = "" if root else "sudo "
    return f"{sudo}apt-get update && {sudo}{' '.join(APT)} {' '.join(sorted(set(packages)))}"


def sentence_for(lacking: Needs, *, root: bool) -> str:
    if shutil.which("apt-get") is None:
        return "Linux packages are missing; install what provides " + ", ".join(sorted(lacking)) + "."
    return "Linux packages are missing; install them with: " + command_for(lacking.values(), root=root)


def provide(lacking: Needs) -> None:
    """Installs them when that is allowed, else raises the sentence with the one command."""
    if not lacking:
        return
    root = os.geteuid() == 0
    if not root or shutil.which("apt-get") is None:
        raise Trouble(sentence_for(lacking, root=root))
    packages = sorted(set(lacking.values()))
    say("Installing Linux libraries: " + " ".join(packages))
    _apt(("apt-get", "update", "-q"), packages)
    _apt((*APT, "-q", *packages), packages)
    still = missing(lacking)
    if still:
        raise Trouble("apt installed its packages, but these still do not load: " + ", ".join(sorted(still)))


def _apt(command: tuple[str, ...], packages: Iterable[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    output = run.stdout + run.stderr
    # `apt-get update` ends well even when it reached nobody
    if run.returncode == 0 or command[1] == "update":
        return
    if any(sign in output for sign in DISK_FULL):
        raise Trouble("The disk is full: apt could not install the Linux libraries.", _end(output))
    if any(sign in output for sign in (*OFFLINE, "Unable to locate package", "Failed to fetch")):
        raise Trouble(
            offline("The package source of apt") + " It would have run: " + command_for(packages, root=True),
            _end(output),
        )
    raise Trouble("apt could not install the Linux libraries; its last lines are above.", _end(output))


def _end(output: str) -> str:
    return "\n".join(output.splitlines()[-3:])
