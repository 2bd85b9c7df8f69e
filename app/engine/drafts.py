"""Purchases of history that were thought of and put off, kept over restarts."""

import json
from typing import Final

from app.domain.history import HistoryWant
from app.domain.intervals import Span
from app.domain.routing import SourceId
from app.domain.units import Ns
from app.engine.desk import Desk
from app.engine.workers import DB

_FACT: Final = "history.drafts"
_LIMIT_S: Final = 15.0
_MOST: Final = 50


class Drafts:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def all(self) -> tuple[HistoryWant, ...]:
        store = self._desk.store
        kept = await self._desk.workers.run("drafts", lambda: store.remembered(_FACT), _LIMIT_S, DB)
        return _read(kept.get(_FACT, ""))

    async def save(self, want: HistoryWant) -> None:
        """The newest first; the same twice is one."""
        others = [one for one in await self.all() if one != want]
        await self._keep((want, *others)[:_MOST])

    async def drop(self, want: HistoryWant) -> None:
        await self._keep(tuple(one for one in await self.all() if one != want))

    async def _keep(self, wants: tuple[HistoryWant, ...]) -> None:
        store, now = self._desk.store, self._desk.clock.now()
        text = json.dumps([_written(want) for want in wants]) if wants else ""
        await self._desk.workers.run("drafts", lambda: store.remember(_FACT, text, now), _LIMIT_S, DB)


def _written(want: HistoryWant) -> list[object]:
    return [
        want.source, want.dataset, want.schema, want.symbols, want.symbols_as, want.span.start, want.span.end,
    ]  # fmt: skip


def _read(text: str) -> tuple[HistoryWant, ...]:
    """What cannot be read is no draft."""
    try:
        rows = json.loads(text or "[]")
        return tuple(
            HistoryWant(SourceId(source), dataset, schema, tuple(symbols), kind, Span(Ns(start), Ns(end)))
            for source, dataset, schema, symbols, kind, start, end in rows
        )
    except (ValueError, TypeError):
        return ()
