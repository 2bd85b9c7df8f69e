"""The record of decisions: who changed what, from what to what, by which rule. Kept and shown."""

from app.domain.updates import AuditLine
from app.engine.outbox import Outbox
from app.engine.ports import Clock, Store
from app.engine.workers import DB, Workers

AUTO = "auto"
USER = "user"
SYSTEM = "system"


class Audit:
    def __init__(self, clock: Clock, store: Store, workers: Workers, outbox: Outbox) -> None:
        self._clock = clock
        self._store = store
        self._workers = workers
        self._outbox = outbox

    def note(self, actor: str, subject: str, before: str, after: str, rule: str) -> None:
        at = self._clock.now()
        self._outbox.put_stream(AuditLine(at, actor, subject, before, after, rule))
        self._workers.post(
            "audit", lambda: self._store.append_audit(at, actor, subject, before, after, rule), DB
        )
