"""The market's calendar with its overrides: the file that ships with Pitwall, then the user's own."""

from pathlib import Path
from typing import Final

from app.domain.errors import ConfigError
from app.domain.session import Calendar, parse_overrides

SHIPPED: Final = Path(__file__).resolve().parents[2] / "resources" / "cme_overrides.toml"


def load_calendar(own: Path | None = None) -> Calendar:
    """`own` may be missing; what it says of a day beats what we ship. A file at fault is named."""
    overrides = dict(parse_overrides(SHIPPED.read_text(encoding="utf-8")))
    if own is not None and own.is_file():
        try:
            overrides |= parse_overrides(own.read_text(encoding="utf-8"))
        except (ConfigError, UnicodeDecodeError) as e:
            raise ConfigError(f"{own}: {e}") from e
    return Calendar(overrides)
