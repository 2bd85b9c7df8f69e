"""What decides about sources, put together: the profile in force, the user's hand, the router below."""

from typing import Final

from app.domain.cost import SourceSpend
from app.domain.errors import ConfigError
from app.domain.routing import Channel, Level, SourceId
from app.domain.source_profile import SourceProfile
from app.domain.units import MicroUsd, usd
from app.domain.updates import Mode, Notice
from app.engine.audit import Audit
from app.engine.channel_watch import ChannelWatch
from app.engine.freshness import Pace, shipped
from app.engine.health_watch import HealthWatch, SourceFacts
from app.engine.overrides import Overrides
from app.engine.parts import EngineParts
from app.engine.profiles import Profiles
from app.engine.router import Router
from app.engine.standing import Terms
from app.engine.workers import Workers

_NEVER_BY_ITSELF: Final = (Level.RECORDED, Level.SYNTHETIC)


class Switchboard:
    def __init__(self, parts: EngineParts, workers: Workers, health: HealthWatch, audit: Audit) -> None:
        self._parts = parts
        self._health = health
        self.profiles: Final = Profiles(parts.sources, parts.clock, parts.outbox)
        self.router: Final = Router(parts.clock, parts.outbox, audit, self._terms)
        self.overrides: Final = Overrides(parts.clock, parts.store, workers, health, self.router)
        self.router.unpinned = lambda channel: self.overrides.pinned(channel, None)

    def open_profiles(self) -> None:
        """Reads them all, and takes the one that the settings name. Blocks for a few milliseconds."""
        shelf = self._parts.profiles
        if shelf is None or self._parts.replay is not None:
            return
        found, faults = shelf.load()
        self.profiles.know(found, faults)
        for number, fault in enumerate(faults):
            self._say(f"A profile is not used. {fault}", f"profile/{number}")
        wanted = self._parts.profile or self._parts.settings.profile
        try:
            self.profiles.use(self.profiles.named(wanted))
        except ConfigError as e:
            self._say(f"{e} All sources are used, each in its own order.", "profile")
            self.profiles.tell()

    def _say(self, sentence: str, topic: str) -> None:
        self._parts.outbox.put_state(Notice(self._parts.clock.now(), "WARNING", sentence, topic))

    def paced(self) -> None:
        """The rates that a channel is expected to have until it has been measured."""
        for watch in self._health.watches():
            said = self.profiles.current.rates.get(watch.channel)
            watch.pace = Pace(watch.pace.measured, said or shipped(watch.channel).assumed)

    def facts(self, source: SourceId, spend: SourceSpend | None, quota: str) -> SourceFacts:
        """What a row says of a source besides its channels."""
        channels = tuple(watch.channel for watch in self._health.watches(source))
        tiers = [t for channel in channels if (t := self.profiles.current.tier(source, channel)) is not None]
        by_hand = self.overrides.off(source, channels) or ""
        off = self.profiles.off(source) or by_hand
        spent = None if spend is None else MicroUsd(spend.metered + spend.reserved)
        credit = f"${usd(spend.credit):,.2f} credit" if spend is not None and spend.credit else ""
        return SourceFacts(min(tiers, default=None), not off, off, quota, credit, spent)

    def use(self, profile: SourceProfile) -> None:
        self.profiles.use(profile)
        self.paced()

    def route(self) -> None:
        """Decides every channel anew."""
        for channel in Channel:
            watches = self._health.feeding(channel)
            if watches:
                self.router.decide(channel, watches)
                self.overrides.keep_ejections(channel)

    def _terms(self, channel: Channel) -> Terms:
        profile = self.profiles.current
        if self._parts.replay is not None:
            # a tape is what was asked for
            return Terms(None, lambda _: 1, lambda _: "")

        def tier(source: SourceId) -> int | None:
            return profile.tier(source, channel)

        return Terms(profile.minimum(channel), tier, self._barred)

    def _barred(self, watch: ChannelWatch) -> str:
        """Recorded and made-up data are the user's to choose, in a mode of their own."""
        if watch.fidelity.level in _NEVER_BY_ITSELF and self._parts.mode is not Mode.REPLAY:
            return f"{watch.fidelity} data is never used by itself"
        return ""
