"""What the user may do with one stored capture: read it again from its file, or delete it."""

from collections.abc import Awaitable, Callable
from typing import Final

from app.domain.errors import ConfigError
from app.domain.examination import Examination
from app.domain.updates import CaptureForgotten
from app.engine.audit import USER
from app.engine.desk import Desk
from app.engine.evidence import Evidence
from app.engine.workers import DB

_STORE_LIMIT_S: Final = 10.0

Examine = Callable[[str], Awaitable[Examination | None]]


class CaptureCommands:
    def __init__(self, desk: Desk, evidence: Evidence, examine: Examine) -> None:
        self._desk, self._evidence, self._examine = desk, evidence, examine

    async def reread(self, capture_id: str) -> str:
        """From the stored bytes with today's parser, whatever is remembered of it; says what came of it."""
        self._evidence.forget(capture_id)
        examination = await self._examine(capture_id)
        if examination is None:
            raise ConfigError("This capture is no longer on disk.")
        return examination.then_and_now

    async def forget(self, capture_id: str) -> str:
        """Raises ConfigError for one that is pinned or that the cache still serves."""
        store = self._desk.store
        await self._desk.workers.run(
            "delete capture", lambda: store.forget_capture(capture_id), _STORE_LIMIT_S, DB
        )
        self._evidence.forget(capture_id)
        self._desk.audit.note(USER, "capture", capture_id, "deleted", "command")
        self._desk.outbox.put_state(CaptureForgotten(capture_id))
        return "The capture, its picture and its steps are deleted."
