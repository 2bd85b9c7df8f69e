"""Small texts that are made once and then stay, such as the number by which a vendor knows this machine."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from app.system.atomic import write_atomically

_FILE: Final = "keepsakes.json"


class Keepsakes:
    """Where the file cannot be read or written, a text lasts until the program ends."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / _FILE
        self._known: dict[str, str] = {}

    def __call__(self, name: str, make: Callable[[], str]) -> str:
        kept = self._read()
        if name not in self._known:
            self._known[name] = kept.get(name) or make()
        if kept.get(name) != self._known[name]:
            self._write({**kept, name: self._known[name]})
        return self._known[name]

    def _read(self) -> dict[str, str]:
        try:
            said = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return {str(k): str(v) for k, v in said.items()} if isinstance(said, dict) else {}

    def _write(self, kept: dict[str, str]) -> None:
        try:
            write_atomically(self._path, json.dumps(kept, indent=1).encode())
        except OSError:
            return
