"""Reads the usage file that the user chose; what it means is for the domain."""

from pathlib import Path
from typing import Final

from app.domain.errors import ConfigError

_MOST_BYTES: Final = 20_000_000


def usage_text(path: str) -> str:
    try:
        content = Path(path).read_bytes() if Path(path).stat().st_size <= _MOST_BYTES else None
    except OSError as e:
        raise ConfigError(f"The usage file cannot be read: {e.strerror}.") from e
    if content is None:
        raise ConfigError("The usage file is too large to be one.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise ConfigError("The usage file is no text: save it as CSV.") from None
