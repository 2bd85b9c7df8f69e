"""Another order of sources by hand: shown as a difference first, kept as a profile of one's own, taken back.

A shipped profile is never changed: its copy becomes the user's own. Undo goes back step by step, as long as
nobody chose another profile in between.
"""

from collections import deque
from dataclasses import dataclass, replace
from typing import Final

from app.domain.errors import ConfigError
from app.domain.routing import Channel
from app.domain.source_profile import ProfileDiff, SourceProfile, Tiers
from app.engine.desk import Desk
from app.engine.profile_commands import ProfileCommands

_OWN: Final = "own"
_LONGEST_NAME: Final = 40
_MOST_STEPS: Final = 50


@dataclass(frozen=True, slots=True)
class _Step:
    """What was in force before, what is since, and what that name stood for until then."""

    before: SourceProfile
    made: SourceProfile
    replaced: SourceProfile | None


class Ordering:
    def __init__(self, desk: Desk, profiles: ProfileCommands) -> None:
        self._desk = desk
        self._profiles = profiles
        self._steps: deque[_Step] = deque(maxlen=_MOST_STEPS)

    async def diff(self, channel: Channel | None, tiers: Tiers) -> ProfileDiff:
        """What another order of one channel would change, or of all that have none of their own."""
        return self._profiles.difference(self._wanted(channel, tiers))

    async def apply(self, channel: Channel | None, tiers: Tiers) -> ProfileDiff:
        before, wanted = self._desk.profiles.current, self._wanted(channel, tiers)
        replaced = self._named(wanted.name)
        made = await self._profiles.save(wanted)
        found = await self._profiles.apply(made.name)
        self._steps.append(_Step(before, made, replaced))
        return found

    async def undo(self) -> ProfileDiff:
        """Back to the order before the last change."""
        if not self._steps:
            raise ConfigError("No order of sources was changed in this run.")
        step = self._steps[-1]
        if self._desk.profiles.current != step.made:
            self._steps.clear()
            raise ConfigError("Another profile was chosen since. Choose the earlier one under Profiles.")
        self._steps.pop()
        if not step.before.shipped:
            await self._profiles.save(step.before)
        found = await self._profiles.apply(step.before.name)
        if step.before.name != step.made.name:
            if step.replaced is None:
                await self._profiles.forget(step.made.name)
            else:
                await self._profiles.save(step.replaced)
        return found

    def _wanted(self, channel: Channel | None, tiers: Tiers) -> SourceProfile:
        now = self._desk.profiles.current
        wanted = now if not now.shipped else replace(now, name=self._own_name(now), shipped=False)
        if channel is None:
            return replace(wanted, order=tiers)
        return replace(wanted, tiers={**now.tiers, channel: tiers})

    def _own_name(self, shipped: SourceProfile) -> str:
        """Of an earlier copy that differs by its order alone, else one that nothing has yet."""
        stem = f"{_OWN}_{shipped.name}"[: _LONGEST_NAME - 3]
        for number in range(1, 100):
            name = stem if number == 1 else f"{stem}_{number}"
            there = self._named(name)
            if there is None or _but_for_order(there) == _but_for_order(shipped):
                return name
        raise ConfigError(f"There are too many profiles called {stem}. Forget some of them first.")

    def _named(self, name: str) -> SourceProfile | None:
        return next((one for one in self._desk.profiles.available if one.name == name), None)


def _but_for_order(profile: SourceProfile) -> SourceProfile:
    return replace(profile, name="", order=(), tiers={}, shipped=False)
