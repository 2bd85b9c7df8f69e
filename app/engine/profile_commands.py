"""Changing the profile: what would change is shown first, then it is one audited action."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from app.domain.errors import ConfigError
from app.domain.routing import SourceId
from app.domain.settings import Settings
from app.domain.source_profile import ProfileDiff, SourceProfile
from app.domain.units import MicroUsd
from app.engine.audit import USER
from app.engine.desk import Desk
from app.engine.keys import Keys
from app.engine.profiles import ProfileShelf
from app.engine.switchboard import Switchboard

_LIMIT_S: Final = 10.0


class ProfileCommands:
    """`fees` are those of all plans that are paid for; `applied` lets what runs look again. Without a shelf
    nothing is kept."""

    def __init__(
        self,
        desk: Desk,
        switchboard: Switchboard,
        keys: Keys,
        shelf: ProfileShelf | None,
        fees: Callable[[], Mapping[SourceId, MicroUsd]],
        applied: Callable[[], None],
        keep: Callable[[Settings], None] | None,
    ) -> None:
        self._desk = desk
        self._switchboard = switchboard
        self._keys = keys
        self._shelf = shelf
        self._fees = fees
        self._applied = applied
        self._keep = keep

    async def diff(self, name: str) -> ProfileDiff:
        return self.difference(self._switchboard.profiles.named(name))

    async def apply(self, name: str) -> ProfileDiff:
        profile = self._switchboard.profiles.named(name)
        found = self.difference(profile)
        if found.refused:
            raise ConfigError(found.refused)
        keep = self._keep
        if keep is not None:
            settings = replace(self._desk.settings(), profile=name)
            await self._desk.workers.run("save settings", lambda: keep(settings), _LIMIT_S)
        changes = "; ".join(f"{line.what}: {line.before} → {line.after}" for line in found.lines)
        self._desk.audit.note(USER, "profile", found.before, name, changes or "no difference")
        self._switchboard.use(profile)
        self._applied()
        return found

    async def save(self, profile: SourceProfile) -> SourceProfile:
        """Kept as the user's own; it is not applied by that."""
        shelf = self._on_shelf()
        saved = await self._desk.workers.run("save profile", lambda: shelf.save(profile), _LIMIT_S)
        await self._reload()
        self._desk.audit.note(USER, f"profile {saved.name}", "", "saved", "command")
        return saved

    async def rename(self, name: str, to: str) -> SourceProfile:
        """One of the user's own; in force it stays so, under its new name."""
        profiles = self._switchboard.profiles
        before = profiles.named(name)
        if before.shipped:
            raise ConfigError(f"{name} ships with Pitwall and keeps its name. Copy it under another.")
        if any(one.name == to for one in profiles.available):
            raise ConfigError(f"There is a profile called {to} already.")
        saved = await self.save(replace(before, name=to))
        if profiles.current.name == name:
            await self.apply(to)
        await self.forget(name)
        return saved

    async def bring(self, path: str) -> SourceProfile:
        """A file becomes one of the user's own, checked like those; it is not applied by that."""
        shelf = self._on_shelf()
        profile = await self._desk.workers.run("read profile", lambda: shelf.bring(path), _LIMIT_S)
        if any(one.name == profile.name for one in self._switchboard.profiles.available):
            raise ConfigError(f"There is a profile called {profile.name} already. Rename the file.")
        return await self.save(profile)

    async def forget(self, name: str) -> None:
        shelf = self._on_shelf()
        if name == self._switchboard.profiles.current.name:
            raise ConfigError(f"{name} is in force. Choose another profile first.")
        await self._desk.workers.run("forget profile", lambda: shelf.forget(name), _LIMIT_S)
        await self._reload()
        self._desk.audit.note(USER, f"profile {name}", "saved", "forgotten", "command")

    def difference(self, profile: SourceProfile) -> ProfileDiff:
        """What this profile would change, whether or not it is kept already."""
        return self._switchboard.profiles.diff(profile, self._fees(), self._keys.missing)

    def _on_shelf(self) -> ProfileShelf:
        if self._shelf is None:
            raise ConfigError("Profiles cannot be kept in this run.")
        return self._shelf

    async def _reload(self) -> None:
        shelf = self._on_shelf()
        found = await self._desk.workers.run("read profiles", shelf.load, _LIMIT_S)
        self._switchboard.profiles.know(*found)
        self._switchboard.profiles.tell()
