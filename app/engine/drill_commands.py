"""The fault drill: breaks a simulator on purpose and writes down what the program did, and how fast.

Only in a demo: there is no hand that could break a real vendor. What is written down is what the audit and
the watches say of the source, never what was expected.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from app.domain.drill import Aim, DrillChanged, DrillLine, DrillOffer, Fault
from app.domain.errors import AppError, ConfigError
from app.domain.routing import SourceId
from app.domain.units import SECOND, Ns
from app.domain.updates import AuditLine
from app.engine.audit import USER
from app.engine.channel_watch import ChannelWatch
from app.engine.desk import Desk
from app.engine.drill_signs import aims_of, breakers, delivers, is_aim, mended, offered, state_of
from app.engine.measuring import until
from app.engine.mischief import Mischief
from app.engine.plugging import Plugged

_KEPT: Final = 300
_STRIKE_LIMIT_S: Final = 30.0
_NOTICED_LIMIT_S: Final = 60.0
_BACK_LIMIT_S: Final = 90.0
_TASK: Final = "drill"
_CLOCK_MS: Final = 500.0
# until a cut that ends a fault has been noticed
_CUT_S: Final = 1.0
# how the simulator of a source calls the stream that matters most, where it has several
_ROUTE: Final = "stream_route"
# of a stream: one for trades, one for quotes
_CONNECTIONS: Final = 2


class Drill:
    def __init__(self, desk: Desk, sources: tuple[Plugged, ...], mischief: Mischief | None) -> None:
        self._desk = desk
        self._mischief = mischief
        self._sources = {one.spec.id: one for one in sources if one.simulated and aims_of(one)}
        self._lines: deque[DrillLine] = deque(maxlen=_KEPT)
        self._running: tuple[SourceId, Fault] | None = None
        self._struck: Ns = Ns(0)
        self._stop = asyncio.Event()
        desk.audit.listen(self._heard)
        self.tell()

    def tell(self) -> None:
        if self._mischief is None:
            return
        running = self._running
        words = "" if running is None else f"{self._title(running[0])}: {running[1].title}"
        self._desk.outbox.put_state(DrillChanged(self._offers(), words, tuple(self._lines)))

    async def run(self, source: SourceId, fault_id: str) -> None:
        """One fault of one source, until it is over."""
        await self._all(((source, self._fault(source, fault_id)),))

    async def run_all(self, source: SourceId) -> None:
        """Every fault that this source can have, one after the other."""
        one = self._one(source)
        await self._all(tuple((source, fault) for fault in offered(one)))

    async def give_way(self) -> None:
        """Takes everything back at once; a drill under way ends."""
        self._stop.set()
        mischief = self._hand()
        await self._do(mischief.clear)
        for source in self._sources:
            await self._do(partial(mischief.revive, str(source)))

    async def _all(self, drills: tuple[tuple[SourceId, Fault], ...]) -> None:
        self._hand()
        if self._running is not None:
            raise ConfigError("A drill is under way. Wait for its end, or stop it.")
        self._stop.clear()
        self._running, self._struck = drills[0], self._desk.clock.monotonic()
        self._desk.supervisor.spawn(_TASK, lambda: self._go(drills))

    async def _go(self, drills: tuple[tuple[SourceId, Fault], ...]) -> None:
        try:
            for source, fault in drills:
                if self._stop.is_set():
                    break
                self._running = source, fault
                await self._one_drill(self._one(source), fault)
        finally:
            self._running = None
            self.tell()

    async def _one_drill(self, one: Plugged, fault: Fault) -> None:
        watches = tuple(w for w in self._desk.health.watches(one.spec.id) if delivers(w) and is_aim(one, w))
        title = one.spec.title
        if not watches:
            self._say(one.spec.id, "failed", f"{title} delivers nothing now, so nothing can be tried on it.")
            return
        before, offset = tuple(state_of(watch) for watch in watches), self._desk.health.clock_offset_ms
        self._desk.audit.note(USER, one.spec.id, "", "drill", fault.title)
        self._struck = self._desk.clock.monotonic()
        start = self._desk.clock.now()
        self._say(one.spec.id, "strike", f"{title}: {fault.title}. {fault.about}")
        try:
            await self._strike(one, fault)
            self._ask(one)

            def seen() -> bool:
                return tuple(state_of(w) for w in watches) != before or self._clock_moved(offset)

            await self._until(lambda: seen() or mended(one, fault, watches, start), _NOTICED_LIMIT_S)
            noticed = f"The program has noticed.{self._clock_words(offset)}"
            self._say(one.spec.id, "seen", noticed if seen() else "It was mended at once, by the next try.")
            await self._hold(fault.hold_s)
        except AppError as e:
            self._say(one.spec.id, "failed", f"Nothing was noticed: {e}")
        finally:
            await self._heal(one, fault)
        await self._until_back(one, watches, start)

    def _clock_moved(self, before: float | None) -> bool:
        now = self._desk.health.clock_offset_ms
        return now is not None and abs(now - (before or 0.0)) > _CLOCK_MS

    def _clock_words(self, before: float | None) -> str:
        now = self._desk.health.clock_offset_ms
        if now is None or not self._clock_moved(before):
            return ""
        return f" This machine's clock seems to be {now / 1_000:+.1f} s off, by the vendors' stamps."

    async def _strike(self, one: Plugged, fault: Fault) -> None:
        mischief, source = self._hand(), str(one.spec.id)
        if fault.kills:
            await self._do(lambda: mischief.kill(source))
            return
        route = one.spec.extras.get(_ROUTE, "") if fault.routed else fault.route
        await self._do(
            lambda: mischief.strike(source, fault.kind, route=route, times=fault.times, seconds=fault.seconds)
        )
        if fault.ends_first:
            lives = one.spec.extras.get(_ROUTE, "") if Aim.ACCOUNT in fault.aims else ""
            await self._do(lambda: mischief.strike(source, fault.ends_first, route=lives, times=_CONNECTIONS))

    async def _heal(self, one: Plugged, fault: Fault) -> None:
        mischief, source = self._hand(), str(one.spec.id)
        await self._do(lambda: mischief.clear(source))
        if fault.kills:
            await self._do(lambda: mischief.revive(source))
        if fault.cuts_after:
            await self._do(lambda: mischief.strike(source, "fin", times=2))
            await self._hold(_CUT_S)
        self._say(one.spec.id, "strike", "The drill gives way: the source is whole again.")
        if fault.restarts or fault.kills:
            self._retry(one, refused=fault.restarts)

    async def _until_back(self, one: Plugged, watches: tuple[ChannelWatch, ...], start: Ns) -> None:
        """What is only asked now and then is back when a new answer has come."""
        mended = self._desk.clock.now()
        self._ask(one)

        def back() -> bool:
            answered = one.streamer is not None or any((w.receipt or 0) > mended for w in watches)
            return answered and all(delivers(w) for w in watches)

        try:
            await self._until(back, _BACK_LIMIT_S)
        except AppError:
            late = ", ".join(f"{w.channel.value} {w.freshness().value}" for w in watches if not delivers(w))
            words = f"Not back after {_BACK_LIMIT_S:.0f} s: {late or 'no new answer came'}."
            self._say(one.spec.id, "failed", words)
            return
        more = self._holes(one, watches, start) + breakers(watches)
        self._say(one.spec.id, "back", f"Every channel delivers again.{more}")

    def _holes(self, one: Plugged, watches: tuple[ChannelWatch, ...], start: Ns) -> str:
        if one.streamer is None:
            return ""
        gaps = one.streamer.day.gaps
        marked = [w.channel.value for w in watches if gaps.unfilled_since(w.channel, start)]
        if marked:
            return f" What was missed stays marked: {', '.join(marked)}."
        return " Nothing stays missing." if one.spec.replays else ""

    def _ask(self, one: Plugged) -> None:
        """What is asked now and then is asked now, so that nobody waits for its turn."""
        poller = one.poller
        if poller is not None:
            self._desk.supervisor.spawn(f"{_TASK} read", lambda: _quietly(poller.refresh(None)))
        if one.opinions is not None:
            one.opinions.retry()

    def _retry(self, one: Plugged, *, refused: bool) -> None:
        if one.streamer is not None and refused:
            one.streamer.restart("after a drill")
        if one.poller is not None:
            one.poller.retry()
        if one.opinions is not None:
            one.opinions.retry()

    async def _until(self, happened: Callable[[], bool], within_s: float) -> None:
        await until(lambda: self._stop.is_set() or happened(), within_s)

    async def _hold(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            return

    async def _do(self, act: Callable[[], object]) -> None:
        await self._desk.workers.run("drill", act, _STRIKE_LIMIT_S, "mischief")

    def _heard(self, line: AuditLine) -> None:
        """What the program decided meanwhile, of any source: failing over concerns others."""
        running = self._running
        if running is None or line.after == "drill":
            return
        words = f"{line.subject}: {line.before or '—'} → {line.after} ({line.rule})"
        self._say(SourceId(line.source or running[0]), "did", words)

    def _say(self, source: SourceId, level: str, words: str) -> None:
        now = self._desk.clock
        after = (now.monotonic() - self._struck) / SECOND
        self._lines.append(DrillLine(now.now(), after, source, level, words))
        self.tell()

    def _offers(self) -> tuple[DrillOffer, ...]:
        return tuple(DrillOffer(one.spec.id, one.spec.title, offered(one)) for one in self._sources.values())

    def _one(self, source: SourceId) -> Plugged:
        if source not in self._sources:
            raise ConfigError(f"There is no simulator of {source}.")
        return self._sources[source]

    def _fault(self, source: SourceId, fault_id: str) -> Fault:
        for fault in offered(self._one(source)):
            if fault.id == fault_id:
                return fault
        raise ConfigError(f"{self._title(source)} cannot be broken that way.")

    def _title(self, source: SourceId) -> str:
        return self._desk.health.title(source)

    def _hand(self) -> Mischief:
        if self._mischief is None:
            raise ConfigError("Drills are for the demo: nobody breaks a real vendor.")
        return self._mischief


async def _quietly(work: Awaitable[str]) -> None:
    """Its answer is seen in the watches."""
    await work
