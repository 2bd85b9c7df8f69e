"""The user's hand on the switch: each verb is one command, refused with a sentence or done and audited."""

from collections.abc import Callable
from typing import Final

from app.domain.decisions import Grounds
from app.domain.errors import ConfigError
from app.domain.routing import Channel, Level, Pin, SourceId
from app.domain.units import Ns
from app.domain.updates import Mode
from app.engine.audit import USER
from app.engine.channel_watch import ChannelWatch
from app.engine.desk import Desk
from app.engine.overrides import Overrides

_NEVER_IN_LIVE: Final = (Level.RECORDED, Level.SYNTHETIC)
_BY_HAND: Final = "by hand"


class OverrideCommands:
    """`reconsider` lets what runs look again whether it may; `restart_source` reconnects it cleanly."""

    def __init__(
        self,
        desk: Desk,
        overrides: Overrides,
        mode: Mode,
        reconsider: Callable[[], None],
    ) -> None:
        self._desk = desk
        self._overrides = overrides
        self._mode = mode
        self._reconsider = reconsider

    async def prefer(self, channel: Channel, source: SourceId | None, reason: str = "") -> None:
        """Soft: it goes before all others, may fail over, and returns. None takes the wish back."""
        if source is not None:
            self._offered(channel, source)
        self._desk.router.prefer(channel, source, reason or _BY_HAND, self._watches(channel))
        self._overrides.preferred(channel, source)
        self._reconsider()

    async def pin(
        self,
        channel: Channel,
        source: SourceId,
        reason: str,
        until: Ns | None = None,
        for_good: bool = False,
    ) -> Pin:
        """Hard: never fails over. It ends with this session, or at `until`, or `for_good` never by itself."""
        watch = self._offered(channel, source)
        if self._mode is Mode.LIVE and watch.fidelity.level in _NEVER_IN_LIVE:
            raise ConfigError(
                f"{self._title(source)} delivers {watch.fidelity} data, which cannot be pinned while live. "
                "Start a replay to look at it."
            )
        if not reason.strip():
            raise ConfigError("A pin needs a reason: it stays in the audit and on the screen.")
        now, end = self._desk.clock.now(), None if for_good else until or self.session_close()
        if end is not None and end <= now:
            raise ConfigError("This pin would have ended already.")
        pin = Pin(source, reason.strip(), now, end)
        self._desk.router.pin(channel, pin, self._watches(channel))
        self._overrides.pinned(channel, pin)
        self._reconsider()
        return pin

    async def unpin(self, channel: Channel, reason: str = "") -> None:
        self._desk.router.unpin(channel, reason or "unpinned by hand", self._watches(channel))
        self._reconsider()

    async def unpin_and_fail_over(self, channel: Channel, reason: str = "") -> SourceId:
        """A dead one is left with its pin; one that still delivers is left because the user says so."""
        held = self._desk.router.active(channel)
        await self.unpin(channel, reason)
        now = self._desk.router.active(channel)
        return now if now is not None and now != held else await self.fail_over(channel, reason)

    async def disable(self, source: SourceId, reason: str, channel: Channel | None = None) -> None:
        """Until it is enabled again. Its connection closes unless another channel uses it."""
        before = self._state(source, channel)
        self._overrides.disable(source, channel, reason.strip() or _BY_HAND)
        self._note(source, channel, before, "switched off", reason or _BY_HAND)
        self._decide(source)

    async def enable(self, source: SourceId, channel: Channel | None = None) -> None:
        """Undoes Disable and Drain."""
        self._known(source)
        undone = self._overrides.enable(source, channel)
        self._note(source, channel, "; ".join(undone), "enabled", "command")
        self._decide(source)

    async def drain(self, channel: Channel, source: SourceId, reason: str = "") -> None:
        """No new reads, those under way finish; a stream hands over once another one delivers."""
        self._offered(channel, source)
        if self._desk.router.route(channel).pin is not None:
            raise ConfigError(f"{channel.value} is pinned. Take the pin off first.")
        before = self._state(source, channel)
        self._overrides.drain(source, channel, reason.strip() or _BY_HAND)
        self._note(source, channel, before, "drained", reason or _BY_HAND)
        self._decide(source)

    async def fail_over(self, channel: Channel, reason: str = "") -> SourceId:
        """To the next one that may feed it; refused with the reasons when there is none."""
        found = self._desk.router.fail_over(channel, reason or _BY_HAND, self._watches(channel))
        self._reconsider()
        return found

    def session_close(self) -> Ns:
        """When a pin ends unless the user says otherwise: the close of this session, or of the next one."""
        market = self._desk.market
        return market.calendar.session(market.moment().trading_day)[1]

    def _decide(self, source: SourceId) -> None:
        for watch in self._desk.health.watches(source):
            self._desk.router.decide(watch.channel, self._watches(watch.channel))
        self._desk.health.tell(source)
        self._reconsider()

    def _note(self, source: SourceId, channel: Channel | None, before: str, after: str, rule: str) -> None:
        where = "" if channel is None else channel.value
        subject = f"{source}/{where}" if where else source
        self._desk.audit.note(USER, subject, before, after, rule, Grounds(channel=where, source=source))

    def _state(self, source: SourceId, channel: Channel | None) -> str:
        watches = [w for w in self._known(source) if channel in (None, w.channel)]
        if not watches:
            raise ConfigError(f"{source} does not offer {channel.value if channel else 'anything'}.")
        return ", ".join(sorted({w.role.value for w in watches}))

    def _offered(self, channel: Channel, source: SourceId) -> ChannelWatch:
        for watch in self._watches(channel):
            if watch.source == source:
                return watch
        raise ConfigError(f"{source} does not offer {channel.value}.")

    def _known(self, source: SourceId) -> tuple[ChannelWatch, ...]:
        watches = self._desk.health.watches(source)
        if not watches:
            raise ConfigError(f"There is no source called {source}.")
        return watches

    def _watches(self, channel: Channel) -> tuple[ChannelWatch, ...]:
        return self._desk.health.feeding(channel)

    def _title(self, source: SourceId) -> str:
        return self._desk.health.title(source)
