"""Writing a file whole or not at all, readable by its owner only; keeping a damaged one."""

import os
import tempfile
from itertools import count
from pathlib import Path

from app.domain.units import Ns, moment


def write_atomically(path: Path, content: bytes) -> None:
    """A reader sees the old file or the new one; a crash in between leaves the old one."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    part = Path(name)  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def set_aside(path: Path, now: Ns) -> Path:
    """Renames a damaged file, so that nothing is lost and the name is free again."""
    stamp = moment(now).strftime("%Y%m%dT%H%M%SZ")
    marks = (f"damaged-{stamp}" + (f"-{number}" if number > 1 else "") for number in count(1))
    names = (path.with_name(f"{path.stem}.{mark}{path.suffix}") for mark in marks)
    return path.rename(next(name for name in names if not name.exists()))
