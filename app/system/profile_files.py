"""Profiles on disk: those that ship with Pitwall, and the user's own in the data folder."""

import tomllib
from collections.abc import Collection
from pathlib import Path
from typing import Final

from app.domain.errors import ConfigError
from app.domain.profile_document import read_profile, write_profile
from app.domain.routing import SourceId
from app.domain.source_profile import SourceProfile
from app.system.atomic import write_atomically

SHIPPED: Final = Path(__file__).resolve().parents[2] / "resources" / "profiles"
_LARGEST: Final = 100_000


class ProfileFiles:
    """`known` are the sources there are, `polled` those of them that are asked in turns."""

    def __init__(self, own: Path, known: Collection[SourceId], polled: Collection[SourceId]) -> None:
        self._own = own
        self._known = known
        self._polled = polled

    def load(self) -> tuple[tuple[SourceProfile, ...], tuple[str, ...]]:
        """All profiles, and a sentence for each file of the user's that cannot be used as it stands."""
        found = {path.stem: self._read(path, shipped=True) for path in sorted(SHIPPED.glob("*.toml"))}
        faults: list[str] = []
        for path in sorted(self._own.glob("*.toml")) if self._own.is_dir() else ():
            if path.stem in found:
                faults.append(f"{path}: {path.stem} is the name of a profile that ships with Pitwall.")
                continue
            try:
                found[path.stem] = self._read(path, shipped=False)
            except ConfigError as e:
                faults.append(f"{path}: {e}")
        return tuple(found.values()), tuple(faults)

    def save(self, profile: SourceProfile) -> SourceProfile:
        """As the user's own; checked as if it had been written by hand."""
        if (SHIPPED / f"{profile.name}.toml").exists():
            raise ConfigError(f"{profile.name} ships with Pitwall. Save your changes under another name.")
        text = write_profile(profile)
        checked = read_profile(profile.name, tomllib.loads(text), self._known, self._polled)
        try:
            self._own.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_atomically(self._own / f"{profile.name}.toml", text.encode())
        except OSError as e:
            raise ConfigError(f"The profile could not be saved: {e.strerror}.", detail=repr(e)) from e
        return checked

    def forget(self, name: str) -> None:
        path = self._own / f"{name}.toml"
        if path.parent != self._own or not path.is_file():
            raise ConfigError(f"There is no profile of your own called {name}.")
        path.unlink()

    def bring(self, path: str) -> SourceProfile:
        """A file from anywhere, as one of the user's own; it is named after the file."""
        return self._read(Path(path), shipped=False)

    def _read(self, path: Path, *, shipped: bool) -> SourceProfile:
        try:
            if path.stat().st_size > _LARGEST:
                raise ConfigError("this is no profile: it is too large.")
            document = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
            raise ConfigError(f"this is no TOML: {e}.") from e
        except OSError as e:
            raise ConfigError(f"it cannot be read: {e.strerror}.") from e
        return read_profile(path.stem, document, None if shipped else self._known, self._polled)
