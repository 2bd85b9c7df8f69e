"""Answers that were saved as files, opened as the captures they were: JSON, pages, bundles of the viewer."""

import json
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from app.domain.capture import Capture
from app.domain.errors import ConfigError
from app.domain.routing import Channel, SourceId
from app.domain.units import Ns, ns

_LARGEST: Final = 64_000_000
_STAMP: Final = re.compile(r"(\d{8})T?_?(\d{6})Z")
_RAW: Final = re.compile(r"raw/answer\.(json|html)")
_UNKNOWN: Final = SourceId("file")


def open_saved(path: str) -> Capture:
    """Raises ConfigError with what is wrong with the file."""
    file = Path(path).expanduser()
    try:
        if file.stat().st_size > _LARGEST:
            raise ConfigError(f"{file.name} is too large to be one answer.")
        packed = zipfile.is_zipfile(file)
        content = b"" if packed else file.read_bytes()
        at = _stamped(file.name) or Ns(file.stat().st_mtime_ns)
    except OSError as e:
        raise ConfigError(f"{file.name} cannot be read: {e.strerror}.") from e
    return _bundled(file, at) if packed else _capture(file.name, _UNKNOWN, at, content)


def _bundled(file: Path, at: Ns) -> Capture:
    try:
        with zipfile.ZipFile(file) as bundle:
            raw = next((name for name in bundle.namelist() if _RAW.fullmatch(name)), None)
            if raw is None or bundle.getinfo(raw).file_size > _LARGEST:
                raise ConfigError(f"{file.name} is no bundle of a capture.")
            manifest: dict[str, Any] = json.loads(bundle.read("manifest.json"))
            body = bundle.read(raw)
        name, source = str(manifest["capture"]), SourceId(str(manifest["source"]))
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, zipfile.BadZipFile) as e:
        raise ConfigError(f"{file.name} is a damaged bundle.", detail=repr(e)) from e
    return _capture(name, source, _stamped(name) or at, body)


def _stamped(name: str) -> Ns | None:
    """The UTC stamp in a name; a copied file keeps its name but not its time."""
    found = _STAMP.search(name)
    if found is None:
        # names of captures go down to the microsecond
        found = re.search(r"(\d{8})T(\d{6})\d{6}Z", name)
    if found is None:
        return None
    try:
        return ns(datetime.strptime("".join(found.groups()), "%Y%m%d%H%M%S").replace(tzinfo=UTC))
    except ValueError:
        return None


def _capture(name: str, source: SourceId, at: Ns, body: bytes) -> Capture:
    kind = "text/html" if body.lstrip()[:1] == b"<" else "application/json"
    return Capture(name, source, Channel.OPT_CHAIN, "", "", at, None, kind, {}, body)
