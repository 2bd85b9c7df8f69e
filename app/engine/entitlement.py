"""What a vendor gives of one channel: the richest schema that it did not refuse, remembered over restarts.

A listing is no proof, so everything is asked for, and each step down follows a real refusal. It is told in
the vendor's words with what is lost by it, and asked again only when the user says so.
"""

import json
import logging
import re
from typing import Any, Final

from app.domain.errors import NotEntitled
from app.domain.routing import Channel, SourceId
from app.domain.updates import Notice
from app.engine.audit import AUTO, USER
from app.engine.desk import Desk
from app.engine.feeds import Ladder, Rung
from app.engine.workers import DB

_log = logging.getLogger(__name__)
_LIMIT_S: Final = 10.0
_NOTHING: Final = Ladder()
_WORDS: Final = {
    Channel.NQ_TRADES: "trades",
    Channel.NQ_QUOTES: "quotes of the futures",
    Channel.OPT_QUOTES: "quotes of options",
}


class Entitlement:
    """`schema` is what to ask for ("": the feed decides), `without` what not to ask for any more."""

    def __init__(
        self, desk: Desk, source: SourceId, title: str, channel: Channel, ladder: Ladder = _NOTHING
    ) -> None:
        self._desk = desk
        self._source = source
        self.title = title
        self._channel = channel
        self._ladder = ladder
        self._rung = 0
        self._words: dict[str, str] = {}
        self._is_loaded = False

    @property
    def schema(self) -> str:
        return self._ladder.rungs[self._rung].schema if self._ladder.rungs else ""

    @property
    def builds(self) -> bool:
        """Each record of what is asked for builds on the one before."""
        return bool(self._ladder.rungs) and self._ladder.rungs[self._rung].builds

    @property
    def without(self) -> frozenset[str]:
        return frozenset(one.schema for one in self._ladder.beside if one.schema in self._words)

    @property
    def note(self) -> str:
        """What is missing, as a health row has room for it."""
        missing = [*self._ladder.rungs[: self._rung], *self._refused_beside()]
        if not missing:
            return ""
        names = ", ".join(one.schema for one in missing)
        losses = "; ".join(one.loses for one in missing)
        return f"{names} refused ({self._quoted(missing[-1])}): {losses}"

    async def load(self) -> None:
        """What was refused in an earlier run is not asked for again by itself."""
        if self._is_loaded or not self._ladder.rungs:
            return
        self._is_loaded = True
        kept = await self._desk.workers.run(
            "facts", lambda: self._desk.store.remembered(self._fact), _LIMIT_S, DB
        )
        self._words = _read(kept.get(self._fact, ""))
        while self._rung < len(self._ladder.rungs) - 1 and self.schema in self._words:
            self._rung += 1

    async def refused(self, error: NotEntitled) -> bool:
        """Steps down; False when there is nothing left that could be asked for instead."""
        if error.everything or not self._ladder.rungs:
            self._tell(str(error))
            return False
        part = self._refused_part(error.words)
        self._words[part.schema] = error.words or str(error)
        if part in self._ladder.rungs and not self._step_down():
            self._tell(f"{error} There is nothing else to ask for in place of {self._about}.")
            return False
        await self._remember()
        self._desk.audit.note(
            AUTO, f"{self._source}/{self._channel.value}", part.schema, self._instead(part), error.words
        )
        self._tell(
            f"{self.title} refuses {part.schema} for {self._about} ({self._quoted(part)}). "
            f"{self._used(part)} Not known without it: {part.loses}. When your plan has changed, choose "
            "“Ask again for refused data”."
        )
        return True

    async def forget(self) -> bool:
        """The user wants everything asked for again; False when nothing was refused."""
        refused, self._words, self._rung = bool(self._words), {}, 0
        await self._remember()
        self._desk.outbox.put_state(Notice(self._desk.clock.now(), "INFO", "", self._fact))
        subject = f"{self._source}/{self._channel.value}"
        self._desk.audit.note(USER, subject, "refused" if refused else "", "asked again", "command")
        return refused

    @property
    def _about(self) -> str:
        return _WORDS.get(self._channel, self._channel.value)

    @property
    def _fact(self) -> str:
        return f"schema/{self._source}/{self._channel.value}"

    def _refused_part(self, words: str) -> Rung:
        """Of several subscriptions the one that the vendor names; else the one most easily done without."""
        beside = [one for one in self._ladder.beside if one.schema not in self._words]
        for one in beside:
            if _names(words, one.schema):
                return one
        here = self._ladder.rungs[self._rung]
        return beside[0] if beside and not _names(words, here.schema) else here

    def _step_down(self) -> bool:
        if self._rung + 1 >= len(self._ladder.rungs):
            return False
        self._rung += 1
        return True

    def _refused_beside(self) -> list[Rung]:
        return [one for one in self._ladder.beside if one.schema in self._words]

    def _instead(self, part: Rung) -> str:
        return self.schema if part in self._ladder.rungs else f"without {part.schema}"

    def _used(self, part: Rung) -> str:
        return f"{self.schema} is used instead." if part in self._ladder.rungs else "The rest goes on."

    def _quoted(self, part: Rung) -> str:
        return f"“{' '.join(self._words.get(part.schema, '').split())}”"

    def _tell(self, sentence: str) -> None:
        _log.info("%s", sentence)
        self._desk.outbox.put_state(Notice(self._desk.clock.now(), "WARNING", sentence, self._fact))

    async def _remember(self) -> None:
        value, now = json.dumps(self._words) if self._words else "", self._desk.clock.now()
        await self._desk.workers.run(
            "facts", lambda: self._desk.store.remember(self._fact, value, now), _LIMIT_S, DB
        )


def _names(words: str, schema: str) -> bool:
    """Whether a refusal speaks of this schema, and not of one whose name contains it."""
    return re.search(rf"(?<![\w-]){re.escape(schema)}(?![\w-])", words.lower()) is not None


def _read(kept: str) -> dict[str, str]:
    """A fact that cannot be read is none."""
    try:
        found: Any = json.loads(kept or "{}")
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(schema): str(words) for schema, words in found.items()}
