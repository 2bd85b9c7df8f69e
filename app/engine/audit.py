"""The record of decisions: who changed what, from what to what, by which rule. Kept and shown."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from app.domain.decisions import NO_GROUNDS, AuditFilter, Grounds
from app.domain.updates import AuditLine
from app.engine.outbox import Outbox
from app.engine.ports import Clock, Store
from app.engine.workers import DB, Workers

AUTO = "auto"
USER = "user"
SYSTEM = "system"
_READ_LIMIT_S: Final = 20.0


class Audit:
    """`profile` says which one is in force."""

    def __init__(
        self,
        clock: Clock,
        store: Store,
        workers: Workers,
        outbox: Outbox,
        profile: Callable[[], str] = lambda: "",
    ) -> None:
        self._clock = clock
        self._store = store
        self._workers = workers
        self._outbox = outbox
        self._profile = profile
        self._listeners: list[Callable[[AuditLine], None]] = []

    def listen(self, heard: Callable[[AuditLine], None]) -> None:
        """Called with each decision as it is written down."""
        self._listeners.append(heard)

    def note(
        self, actor: str, subject: str, before: str, after: str, rule: str, grounds: Grounds = NO_GROUNDS
    ) -> None:
        at = self._clock.now()
        more = replace(grounds, profile=self._profile(), monotonic=self._clock.monotonic())
        line = AuditLine(
            at, actor, subject, before, after, rule, more.channel, more.source, more.profile, more.evidence
        )
        self._outbox.put_stream(line)
        for heard in self._listeners:
            heard(line)
        self._workers.post(
            "audit", lambda: self._store.append_audit(at, actor, subject, before, after, rule, more), DB
        )

    async def read(self, wanted: AuditFilter) -> tuple[AuditLine, ...]:
        """What was decided, today or earlier; the newest last."""
        return await self._workers.run(
            "read audit", lambda: tuple(self._store.read_audit(wanted)), _READ_LIMIT_S, DB
        )
