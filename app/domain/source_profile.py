"""Profiles: named sets that decide which sources may feed what, in which order, how well and how often."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from app.domain.routing import EOD, SNAPSHOT, TICK, Channel, Fidelity, SourceId, delayed
from app.domain.units import MicroUsd, Ns

Tiers = tuple[tuple[SourceId, ...], ...]
EVERY: Final = SourceId("*")
_MINIMUM: Final = {
    Channel.NQ_TRADES: TICK,
    Channel.NQ_QUOTES: TICK,
    Channel.OPT_TRADES: TICK,
    Channel.OPT_QUOTES: TICK,
    Channel.OPT_CHAIN: SNAPSHOT,
    Channel.OPT_OI: EOD,
    Channel.BARS: delayed(15),
    Channel.REFERENCE: EOD,
}


@dataclass(frozen=True, slots=True)
class SourceProfile:
    """`enabled` may be EVERY. `order` are the tiers of all channels and `tiers` those of single ones, the
    best first; the sources of one tier share the work. `intervals` are seconds between two reads, `caps`
    requests a minute; a source that is not named keeps what the settings say. `rates` are records a second
    in RTH and otherwise, for channels that were not measured yet.
    """

    name: str
    about: str
    enabled: tuple[SourceId, ...]
    order: Tiers
    tiers: Mapping[Channel, Tiers] = field(default_factory=dict)
    min_fidelity: Mapping[Channel, Fidelity] = field(default_factory=dict)
    intervals: Mapping[SourceId, float] = field(default_factory=dict)
    caps: Mapping[SourceId, float] = field(default_factory=dict)
    rates: Mapping[Channel, tuple[float, float]] = field(default_factory=dict)
    shipped: bool = True

    def enables(self, source: SourceId) -> bool:
        return EVERY in self.enabled or source in self.enabled

    def tier(self, source: SourceId, channel: Channel) -> int | None:
        """1 is the best; a source that no tier names comes last, and one that is not enabled nowhere."""
        if not self.enables(source):
            return None
        tiers = self.tiers.get(channel, self.order)
        for number, sources in enumerate(tiers, 1):
            if source in sources:
                return number
        return len(tiers) + 1

    def minimum(self, channel: Channel) -> Fidelity | None:
        return self.min_fidelity.get(channel, _MINIMUM.get(channel))


@dataclass(frozen=True, slots=True)
class ProfileLine:
    """One difference: `what` in words, before and after."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ProfileDiff:
    """What another profile would change, shown before it is applied.

    The costs are fixed fees a month of the enabled sources that have a key. `missing_keys` are the titles
    of keys that enabled sources lack; these sources stay off until then. `refused` says why it cannot be
    applied at all, empty if it can.
    """

    before: str
    after: str
    lines: tuple[ProfileLine, ...]
    fixed_before: MicroUsd
    fixed_after: MicroUsd
    cost: str
    missing_keys: tuple[str, ...] = ()
    refused: str = ""


@dataclass(frozen=True, slots=True)
class ProfileChanged:
    """The profile in force, and all there are: shipped ones and the user's own."""

    profile: SourceProfile
    available: tuple[SourceProfile, ...]
    at: Ns
    faults: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return "profile"
