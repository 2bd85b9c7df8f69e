"""The settings on disk, as JSON a user may edit: what we cannot read is told, kept and never overwritten.

A damaged file is set aside. A single bad value falls back to its default and stays in the file until the
user changes that setting. Names nobody knows (of a newer version, say) survive every save.
"""

import json
import os
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from app.domain.errors import ConfigError
from app.domain.settings import Settings, with_value
from app.engine.ports import Clock
from app.system.atomic import set_aside, write_atomically
from app.system.clock import RealClock

VERSION: Final = 1
_VERSION_KEY: Final = "version"
_DEFAULTS: Final = Settings()
_NAMES: Final = tuple(f.name for f in fields(Settings))


class SettingsFile:
    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self._path = path
        self._clock = clock or RealClock()

    def load(self) -> tuple[Settings, tuple[str, ...]]:
        """The settings, and sentences for the user about whatever could not be taken as it stands."""
        entries, notices = self._entries()
        settings = _DEFAULTS
        for name, value in entries.items():
            if name == _VERSION_KEY:
                continue
            if name not in _NAMES:
                notices.append(f"Setting {name} is not known to this version; it stays in the file unread.")
                continue
            try:
                settings = with_value(settings, name, value)
            except ConfigError as e:
                notices.append(f"{e} Its default is used: {getattr(_DEFAULTS, name)}.")
        return settings, tuple(notices)

    def save(self, settings: Settings) -> None:
        """Writes what differs from the defaults, so that a better default reaches users later."""
        kept, _ = self._entries()
        entries = {_VERSION_KEY: max(VERSION, kept.pop(_VERSION_KEY, VERSION))}
        for name in _NAMES:
            value, before = getattr(settings, name), kept.pop(name, None)
            if value != getattr(_DEFAULTS, name):
                entries[name] = value
            elif before is not None and not _is_allowed(name, before):
                entries[name] = before
        try:
            write_atomically(
                self._path, json.dumps(entries | kept, indent=2, ensure_ascii=False).encode() + b"\n"
            )
        except OSError as e:
            raise ConfigError(f"The settings could not be saved: {_why(e)}.") from e

    def _entries(self) -> tuple[dict[str, Any], list[str]]:
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return {}, []
        except OSError as e:
            raise ConfigError(f"The settings file {self._path} cannot be read: {_why(e)}.") from e
        try:
            entries = json.loads(content)
            if not isinstance(entries, dict) or type(entries.get(_VERSION_KEY, VERSION)) is not int:
                raise ValueError
        except (ValueError, RecursionError):
            kept = set_aside(self._path, self._clock.now())
            return {}, [f"The settings file was damaged. It was kept as {kept.name}; the defaults are used."]
        return entries, []


def _is_allowed(name: str, value: object) -> bool:
    try:
        with_value(_DEFAULTS, name, value)
    except ConfigError:
        return False
    return True


def _why(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else "it cannot be used"
