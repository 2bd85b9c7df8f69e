"""Dated fees on disk, as JSON a user may edit; a damaged file is set aside, a bad row is named."""

import json
from pathlib import Path
from typing import Final

from app.domain.errors import ConfigError
from app.domain.plans import Plan, plans_of, row_of
from app.engine.ports import Clock
from app.system.atomic import set_aside, write_atomically
from app.system.clock import RealClock

_VERSION: Final = 1


class PlansFile:
    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self._path = path
        self._clock = clock or RealClock()

    def load(self) -> tuple[tuple[Plan, ...], tuple[str, ...]]:
        """The plans, and sentences about whatever could not be taken: then none of the file counts."""
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            return (), ()
        except OSError as e:
            raise ConfigError(f"The file of plans cannot be read: {e.strerror}.") from e
        try:
            return plans_of(json.loads(content)["plans"]), ()
        except ConfigError as e:
            return (), (f"The plans in {self._path.name} are not used: {e}",)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            kept = set_aside(self._path, self._clock.now())
            return (), (
                f"The file of plans was damaged. It was kept as {kept.name}; fees are as in settings.",
            )

    def save(self, plans: tuple[Plan, ...]) -> None:
        document = {"version": _VERSION, "plans": [row_of(plan) for plan in plans]}
        try:
            write_atomically(self._path, json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n")
        except OSError as e:
            raise ConfigError(f"The plans could not be saved: {e.strerror}.") from e
