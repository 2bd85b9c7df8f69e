"""What the user decided about sources by hand, kept over restarts: pinned, preferred, off, drained."""

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any, Final

from app.domain.errors import ConfigError
from app.domain.routing import Channel, Pin, SourceId
from app.domain.units import Ns
from app.engine.audit import SYSTEM
from app.engine.health_watch import HealthWatch
from app.engine.ports import Clock, Store
from app.engine.router import Router
from app.engine.workers import DB, Workers

_log = logging.getLogger(__name__)
_PREFIX: Final = "override/"
_EJECTIONS: Final = "ejections/"
_LIMIT_S: Final = 10.0
_EVERYTHING: Final = "*"


class Overrides:
    """`loaded` once it is known what was decided in an earlier run; until then nothing connects."""

    def __init__(
        self, clock: Clock, store: Store, workers: Workers, health: HealthWatch, router: Router
    ) -> None:
        self.loaded = False
        self._clock = clock
        self._store = store
        self._workers = workers
        self._health = health
        self._router = router
        self._off: dict[tuple[SourceId, Channel | None], str] = {}
        self._drained: dict[tuple[SourceId, Channel], str] = {}
        self._ejections: dict[Channel, Mapping[SourceId, int]] = {}

    async def load(self, heard: Callable[[], None]) -> None:
        """Applies what still holds; what has expired, or names what is no more, is passed over."""
        try:
            kept = await self._workers.run("overrides", self._read, _LIMIT_S, DB)
        except (TimeoutError, ConfigError) as e:
            _log.warning(
                "What was decided about sources before is not known: %s", str(e) or "no answer in time"
            )
            kept = {}
        for name, said in kept.items():
            try:
                self._apply(name, said)
            except KeyError:
                _log.info("%s is kept, though its source is not here now", name)
            except (ValueError, TypeError):
                self._forget(name)
        self.loaded = True
        heard()

    def off(self, source: SourceId, channels: tuple[Channel, ...]) -> str | None:
        """Why none of these channels of the source is wanted; None if one is."""
        whole = self._off.get((source, None))
        if whole is not None:
            return whole
        reasons = [self._off.get((source, channel)) for channel in channels]
        return reasons[0] if channels and all(r is not None for r in reasons) else None

    def disable(self, source: SourceId, channel: Channel | None, reason: str) -> None:
        self._off[source, channel] = reason
        self._force(source)
        self._keep(f"off/{source}/{_of(channel)}", {"reason": reason})

    def enable(self, source: SourceId, channel: Channel | None) -> tuple[str, ...]:
        """Of one channel, or of the source with all its channels; what was in force before."""
        gone = [k for k in self._off if k[0] == source and (channel is None or k[1] in (channel, None))]
        undone = [f"off: {self._off.pop(key)}" for key in gone]
        for _, which in gone:
            self._forget(f"{_PREFIX}off/{source}/{_of(which)}")
        drained = [k for k in self._drained if k[0] == source and channel in (None, k[1])]
        undone += [f"drained: {self._drained.pop(key)}" for key in drained]
        for _, which in drained:
            self._forget(f"{_PREFIX}drain/{source}/{which.value}")
        self._force(source)
        return tuple(undone)

    def drain(self, source: SourceId, channel: Channel, reason: str) -> None:
        self._drained[source, channel] = reason
        self._force(source)
        self._keep(f"drain/{source}/{channel.value}", {"reason": reason})

    def pinned(self, channel: Channel, pin: Pin | None) -> None:
        """Kept only; the router has done it."""
        if pin is None:
            self._forget(f"{_PREFIX}pin/{channel.value}")
            return
        said = {"source": pin.source, "reason": pin.reason, "since": pin.since, "until": pin.until}
        self._keep(f"pin/{channel.value}", said)

    def preferred(self, channel: Channel, source: SourceId | None) -> None:
        if source is None:
            self._forget(f"{_PREFIX}prefer/{channel.value}")
        else:
            self._keep(f"prefer/{channel.value}", {"source": source})

    def keep_ejections(self, channel: Channel) -> None:
        """When they have changed."""
        now = dict(self._router.standings.ejections(channel))
        if now != self._ejections.get(channel, {}):
            self._ejections[channel] = now
            self._write(f"{_EJECTIONS}{channel.value}", json.dumps(now) if now else "")

    def _read(self) -> dict[str, dict[str, Any]]:
        facts = {**self._store.remembered(_PREFIX), **self._store.remembered(_EJECTIONS)}
        found: dict[str, dict[str, Any]] = {}
        for name, text in facts.items():
            try:
                said = json.loads(text)
            except ValueError:
                continue
            if isinstance(said, dict):
                found[name] = said
        return found

    def _apply(self, name: str, said: dict[str, Any]) -> None:
        if name.startswith(_EJECTIONS):
            channel = Channel(name.removeprefix(_EJECTIONS))
            self._ejections[channel] = {SourceId(s): int(n) for s, n in said.items()}
            self._router.standings.remember(channel, self._ejections[channel])
            return
        verb, _, rest = name.removeprefix(_PREFIX).partition("/")
        if verb in ("off", "drain"):
            source, _, which = rest.partition("/")
            self._apply_source(verb, SourceId(source), which, str(said["reason"]))
            return
        channel = Channel(rest)
        watches, source_id = self._health.feeding(channel), SourceId(said["source"])
        self._health.of(source_id, channel)
        if verb == "prefer":
            self._router.route(channel).preferred = source_id
            return
        until = None if said["until"] is None else Ns(int(said["until"]))
        if until is not None and until <= self._clock.now():
            self._forget(name)
            return
        pin = Pin(source_id, str(said["reason"]), Ns(int(said["since"])), until)
        self._router.pin(channel, pin, watches, by=SYSTEM)

    def _apply_source(self, verb: str, source: SourceId, which: str, reason: str) -> None:
        if verb == "off":
            self._off[source, None if which == _EVERYTHING else Channel(which)] = reason
        else:
            self._drained[source, Channel(which)] = reason
        self._force(source)

    def _force(self, source: SourceId) -> None:
        for watch in self._health.watches(source):
            watch.breaker.forced = self.off(source, (watch.channel,)) is not None
            watch.draining = (source, watch.channel) in self._drained

    def _keep(self, name: str, said: dict[str, Any]) -> None:
        self._write(_PREFIX + name, json.dumps(said))

    def _forget(self, name: str) -> None:
        self._write(name, "")

    def _write(self, name: str, value: str) -> None:
        now = self._clock.now()
        self._workers.post("override", lambda: self._store.remember(name, value, now), DB)


def _of(channel: Channel | None) -> str:
    return _EVERYTHING if channel is None else channel.value
