"""The profile in force: which sources may feed what, and what another profile would change."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from typing import Final, Protocol

from app.domain.errors import ConfigError
from app.domain.routing import Channel, SourceId, delayed
from app.domain.settings import Settings
from app.domain.source_profile import EVERY, ProfileChanged, ProfileDiff, ProfileLine, SourceProfile, Tiers
from app.domain.units import MicroUsd, usd
from app.engine.feeds import SourceSpec
from app.engine.outbox import Outbox
from app.engine.ports import Clock

# A setting that is named after its source, by what a profile says instead.
_INTERVAL: Final = "interval"
_CAP: Final = "per_minute"
_PLAIN: Final = "plain"


class ProfileShelf(Protocol):
    """Where profiles are kept; blocking."""

    def load(self) -> tuple[tuple[SourceProfile, ...], tuple[str, ...]]: ...
    def save(self, profile: SourceProfile) -> SourceProfile: ...
    def forget(self, name: str) -> None: ...
    def bring(self, path: str) -> SourceProfile:
        """Reads a file from anywhere, as one of the user's own. Raises ConfigError."""
        ...


class Profiles:
    def __init__(self, specs: tuple[SourceSpec, ...], clock: Clock, outbox: Outbox) -> None:
        self._specs = specs
        self._clock = clock
        self._outbox = outbox
        self._available: dict[str, SourceProfile] = {}
        self._faults: tuple[str, ...] = ()
        self.current = plain(specs)

    @property
    def available(self) -> tuple[SourceProfile, ...]:
        return tuple(self._available.values())

    def know(self, available: Iterable[SourceProfile], faults: tuple[str, ...]) -> None:
        self._available = {profile.name: profile for profile in available}
        self._faults = faults

    def named(self, name: str) -> SourceProfile:
        if name not in self._available:
            there = ", ".join(self._available) or "none"
            raise ConfigError(f"There is no profile called {name}. There are: {there}.")
        return self._available[name]

    def use(self, profile: SourceProfile) -> None:
        self.current = profile
        self.tell()

    def tell(self) -> None:
        now = self._clock.now()
        self._outbox.put_state(ProfileChanged(self.current, self.available, now, self._faults))

    def off(self, source: SourceId) -> str:
        """Why the profile keeps a source from running at all; empty if it does not."""
        if self.current.enables(source):
            return ""
        return f"Not in the profile {self.current.name}."

    def pace(self, source: SourceId, name: str) -> float | None:
        """What the profile says instead of the setting `<source>_<name>`, if it says anything."""
        if name == _INTERVAL:
            return self.current.intervals.get(source)
        return self.current.caps.get(source) if name == _CAP else None

    def over(self, settings: Settings) -> Settings:
        """The settings as sources see them: intervals and caps are the profile's, where it has some."""
        known: dict[str, type] = {f.name: type(f.default) for f in fields(Settings)}
        said = {f"{source}_{_INTERVAL}": value for source, value in self.current.intervals.items()}
        said |= {f"{source}_{_CAP}": value for source, value in self.current.caps.items()}
        changes = {name: known[name](value) for name, value in said.items() if name in known}
        return replace(settings, **changes) if changes else settings

    def diff(
        self,
        after: SourceProfile,
        fees: Mapping[SourceId, MicroUsd],
        missing: Callable[[SourceSpec], str | None],
    ) -> ProfileDiff:
        """`fees` are those of all sources whose plans are paid for."""
        before = self.current
        specs = [spec for spec in self._specs if after.enables(spec.id)]
        lacking = tuple(m for spec in specs if (m := missing(spec)))
        fixed_before, fixed_after = _fixed(before, fees), _fixed(after, fees)
        return ProfileDiff(
            before=before.name,
            after=after.name,
            lines=tuple(self._lines(before, after)),
            fixed_before=fixed_before,
            fixed_after=fixed_after,
            cost=_cost(fixed_before, fixed_after),
            missing_keys=lacking,
            refused="" if specs else f"No source that {after.name} names is part of this Pitwall.",
        )

    def _lines(self, before: SourceProfile, after: SourceProfile) -> Iterable[ProfileLine]:
        for spec in self._specs:
            was, will = before.enables(spec.id), after.enables(spec.id)
            if was != will:
                yield ProfileLine(spec.title, _on(was), _on(will))
        yield from self._channel_lines(before, after)
        yield from self._pace_lines(before, after)

    def _channel_lines(self, before: SourceProfile, after: SourceProfile) -> Iterable[ProfileLine]:
        offered = {o.channel for spec in self._specs for o in spec.offers}
        for channel in (channel for channel in Channel if channel in offered):
            order = self._order(before, channel), self._order(after, channel)
            if order[0] != order[1]:
                yield ProfileLine(f"{channel.value}: order", *order)
            least = str(before.minimum(channel) or "any"), str(after.minimum(channel) or "any")
            if least[0] != least[1]:
                yield ProfileLine(f"{channel.value}: least fidelity", *least)

    def _pace_lines(self, before: SourceProfile, after: SourceProfile) -> Iterable[ProfileLine]:
        for spec in self._specs:
            for name, unit, then, now in (
                ("time between two reads", "s", before.intervals, after.intervals),
                ("most requests a minute", "", before.caps, after.caps),
            ):
                if then.get(spec.id) != now.get(spec.id):
                    words = _number(then.get(spec.id), unit), _number(now.get(spec.id), unit)
                    yield ProfileLine(f"{spec.title}: {name}", *words)

    def _order(self, profile: SourceProfile, channel: Channel) -> str:
        offering = [spec.id for spec in self._specs if any(o.channel is channel for o in spec.offers)]
        tiers = sorted((tier, source) for source in offering if (tier := profile.tier(source, channel)))
        return " → ".join(source for _, source in tiers) or "nobody"


def plain(specs: tuple[SourceSpec, ...]) -> SourceProfile:
    """Every source in the order of its own tier: what holds where no profile was chosen.

    Ticks are ordered by fidelity, and then the fuller feed goes first: one source for as much as it has.
    """
    by_tier: dict[int, list[SourceId]] = {}
    for spec in specs:
        by_tier.setdefault(spec.tier, []).append(spec.id)
    order: Tiers = tuple(tuple(by_tier[tier]) for tier in sorted(by_tier))
    # lowered on purpose, as in the shipped profiles: few have a licence for live chains
    least = {Channel.OPT_CHAIN: delayed(30)}
    ticks = {channel: _by_fidelity(specs, channel) for channel in Channel if channel.is_stream}
    return SourceProfile(_PLAIN, "Every source, in its own order", (EVERY,), order, ticks, least)


def _by_fidelity(specs: tuple[SourceSpec, ...], channel: Channel) -> Tiers:
    offering = []
    for spec in specs:
        streams = [offer for offer in spec.offers if offer.channel.is_stream]
        offering += [
            (o.fidelity.rank, -len(streams), spec.tier, spec.id) for o in streams if o.channel is channel
        ]
    ranked: dict[tuple[object, ...], list[SourceId]] = {}
    for *rank, source in sorted(offering):
        ranked.setdefault(tuple(rank), []).append(source)
    return tuple(tuple(sources) for sources in ranked.values())


def _fixed(profile: SourceProfile, fees: Mapping[SourceId, MicroUsd]) -> MicroUsd:
    return MicroUsd(sum(fee for source, fee in fees.items() if profile.enables(source)))


def _cost(before: MicroUsd, after: MicroUsd) -> str:
    if before == after:
        return f"Fixed fees of the sources in use stay at ${usd(before):,.2f} a month."
    return (
        f"Fixed fees of the sources in use: ${usd(before):,.2f} → ${usd(after):,.2f} a month. "
        "A plan is billed until it is ended with its vendor, whether it is used or not."
    )


def _on(enabled: bool) -> str:
    return "on" if enabled else "off"


def _number(value: float | None, unit: str) -> str:
    return "as set" if value is None else f"{value:g} {unit}".strip()
