"""A regression fixture read back: what a capture's values were once, against what they are read as today."""

import json
from pathlib import Path
from typing import Any, Final

from app.domain.errors import ConfigError
from app.domain.examination import Examination
from app.domain.examination_document import compared, values_of

_LARGEST: Final = 64_000_000
_NAMED: Final = 3


def expected_values(path: Path) -> dict[str, Any]:
    """Raises ConfigError where the file holds no such values."""
    refusal = ConfigError(f"{path} holds no expected values.")
    try:
        if path.stat().st_size > _LARGEST:
            raise refusal
        values = json.loads(path.read_text("utf-8"))["values"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as e:
        raise refusal from e
    if not isinstance(values, dict) or not all(isinstance(v, dict) for v in values.values()):
        raise refusal
    return values


def held_against(examination: Examination, path: Path) -> str:
    """A sentence: how many values differ, the first few by name with what was expected and what is read."""
    expected, now = expected_values(path), values_of(examination)
    differing = list(compared(expected, now))
    total = sum(len(fields) for fields in now.values())
    if not differing:
        return f"All {total:,} values are read as {path.name} expects them."
    named = "; ".join(f"{name}: {old or '—'} → {new or '—'}" for name, old, new in differing[:_NAMED])
    more = f"; and {len(differing) - _NAMED:,} more" if len(differing) > _NAMED else ""
    return f"{len(differing):,} of {total:,} values differ from {path.name}: {named}{more}."
