"""Where Pitwall keeps its files: below one directory the user names, or where the system wants them."""

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import platformdirs

from app.domain.errors import ConfigError

DATA_DIR_VARIABLE: Final = "PITWALL_DATA_DIR"
_NAME: Final = "pitwall"
_OWNER_ONLY: Final = 0o700


class Paths:
    """Makes the directories it names; one that cannot be written is refused at once, with its path."""

    def __init__(self, data_dir: Path | None = None, environment: Mapping[str, str] = os.environ) -> None:
        named = data_dir or (Path(said) if (said := environment.get(DATA_DIR_VARIABLE)) else None)
        if named is None:
            system = platformdirs.PlatformDirs(_NAME, appauthor=False)
            self.data = system.user_data_path
            config, self.logs, self.cache = (
                system.user_config_path,
                system.user_log_path,
                system.user_cache_path,
            )
        else:
            self.data = named.expanduser().absolute()
            config, self.logs, self.cache = self.data, self.data / "logs", self.data / "cache"
        self.settings = config / "settings.json"
        self.layout = config / "layout.ini"
        self.overrides = config / "cme_overrides.toml"
        self.plans = config / "plans.json"
        self.database = self.data / "pitwall.db"
        self.audit = self.data / "audit.jsonl"
        self.captures = self.data / "captures"
        self.recordings = self.data / "recordings"
        self.profiles = self.data / "profiles"
        self.crash = self.data / "crash"
        self.cookies = self.data / "cookies"
        self.lock = self.data / "window.lock"
        for directory in (
            self.data,
            config,
            self.captures,
            self.recordings,
            self.logs,
            self.crash,
            self.cache,
        ):
            _make(directory)


def _make(directory: Path) -> None:
    try:
        directory.mkdir(mode=_OWNER_ONLY, parents=True, exist_ok=True)
        # the permission bits do not tell: a file system may be read-only or full
        with tempfile.TemporaryFile(dir=directory) as probe:
            probe.write(b"x")
    except OSError as e:
        why = os.strerror(e.errno) if e.errno else "it cannot be used"
        raise ConfigError(f"Pitwall cannot write to {directory}: {why}.") from e
