"""What must be right before Qt is imported: a display to draw on, and a Qt that does not abort."""

import os
import sys
from typing import Final

from app.domain.errors import ConfigError

_DEFECTIVE_FROM: Final = (6, 12)


def choose_platform(unattended: bool) -> None:
    """Qt ends the whole process when there is no display, so this is decided before Qt is imported."""
    if os.environ.get("QT_QPA_PLATFORM") or sys.platform in ("win32", "darwin"):
        return
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return
    if unattended:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        return
    raise ConfigError(
        "There is no display to open a window on. Start Pitwall under Xvfb (xvfb-run), or draw it off screen "
        "with --exit-after 20 --shot FILE.png."
    )


def refuse_defective_qt(version: str, python: tuple[int, ...]) -> None:
    """PySide6 from 6.12 on drops references of None and True on Python 3.11 and aborts within seconds."""
    numbers = tuple(int(part) for part in version.split(".")[:2])
    if numbers >= _DEFECTIVE_FROM and python < (3, 12):
        raise ConfigError(
            f"PySide6 {version} aborts on Python {python[0]}.{python[1]}. Run packaging/dev.py again, which "
            "installs the right one, or use Python 3.12 or newer."
        )
