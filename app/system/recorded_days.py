"""Which days were recorded: a folder for each, a tape in it for each connection."""

import contextlib
import re
from datetime import date
from pathlib import Path
from typing import Final

from app.domain.replay import RecordedDay
from app.domain.units import Ns, ns_from_iso
from app.system.recording_file import SUFFIX

_GROWING: Final = ".part"
_SIMULATED: Final = "simulated-"
_STAMP: Final = re.compile(r"-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)")


def recorded_days(folder: Path) -> tuple[RecordedDay, ...]:
    """Newest first; a folder that is no day, or holds no tape, is none."""
    found = [day for place in folder.glob("*/") if (day := _day(place)) is not None]
    return tuple(sorted(found, key=lambda one: one.day, reverse=True))


def _day(place: Path) -> RecordedDay | None:
    try:
        day = date.fromisoformat(place.name)
    except ValueError:
        return None
    tapes = [path for path in place.glob(f"*{SUFFIX}*") if path.name.endswith((SUFFIX, _GROWING))]
    size = 0
    for path in tapes:
        with contextlib.suppress(OSError):  # it may have been removed, or renamed, a moment ago
            size += path.stat().st_size
    names = sorted({path.with_name(path.name.removesuffix(_GROWING)) for path in tapes})
    if not names:
        return None
    begins = [at for path in names if (at := _begins(path.name)) is not None]
    simulated = any(path.name.startswith(_SIMULATED) for path in names)
    return RecordedDay(day, tuple(map(str, names)), size, min(begins, default=None), simulated)


def _begins(name: str) -> Ns | None:
    found = _STAMP.search(name)
    if found is None:
        return None
    year, month, day, hour, minute, second = found.groups()
    try:
        return ns_from_iso(f"{year}-{month}-{day}T{hour}:{minute}:{second}Z")
    except ValueError:
        return None
