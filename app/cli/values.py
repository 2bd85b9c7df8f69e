"""How the texts of arguments become values, with a sentence when they do not."""

import argparse
import math
import stat
from pathlib import Path
from typing import Final

from app.domain.errors import ConfigError
from app.domain.units import Ns, moment, ns_from_iso

# the days before and after must be dates too, and their nanoseconds numbers of 64 bits
_YEARS: Final = range(1900, 2200)


def positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number above zero")
    return value


def whole(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above zero")
    return int(text)


def moment_of(text: str) -> Ns:
    try:
        at = ns_from_iso(text)
    except (ValueError, OverflowError) as e:
        raise ConfigError(f"{text!r} is not a time with its zone, such as 2026-11-20T10:00:00-06:00.") from e
    if moment(at).year not in _YEARS:
        raise ConfigError(f"{text!r} lies outside the years 1900 to 2199.")
    return at


def existing(path: Path) -> Path:
    try:
        kind = path.stat().st_mode
    except FileNotFoundError as e:
        raise ConfigError(f"There is no file {path}.") from e
    except (OSError, ValueError) as e:
        why = getattr(e, "strerror", None) or "its name is none"
        raise ConfigError(f"{path} cannot be read: {why}.") from e
    if not stat.S_ISREG(kind):
        raise ConfigError(f"{path} is not a file.")
    return path
