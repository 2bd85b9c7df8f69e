"""The shelf of bought history in the figures of the cache: what it answered, and what that saved."""

from typing import Final

from app.domain.cache_updates import CacheCounted
from app.domain.history import HistoryQuote
from app.domain.routing import Channel, SourceId
from app.domain.units import MINUTE, MicroUsd
from app.engine.desk import Desk
from app.engine.workers import DB

_LIMIT_S: Final = 15.0
_HIT, _MISS, _SAVED, _BYTES, _PIECES = "hits", "miss/cold", "saved", "bytes", "pieces"


class HistoryCounts:
    """A quote that is wholly on the shelf is a hit; what the held share would have cost is saved."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def asked(self, quote: HistoryQuote) -> None:
        saved = 0
        if quote.whole is not None and quote.cost is not None:
            saved = max(0, quote.whole - quote.cost)
        by = {_HIT if not quote.tags else _MISS: 1, _SAVED: saved}
        await self._count(quote.want.source, by)

    async def kept(self, source: SourceId, size: int) -> None:
        await self._count(source, {_PIECES: 1, _BYTES: size})

    async def tell(self, source: SourceId) -> None:
        prefix, store = _prefix(source), self._desk.store
        kept = await self._desk.workers.run("counts", lambda: store.counters(prefix), _LIMIT_S, DB)
        said = {name.removeprefix(prefix): n for name, n in kept.items()}
        if not said:
            return
        misses = said.get(_MISS, 0)
        self._desk.outbox.put_state(
            CacheCounted(
                source, Channel.BARS, said.get(_HIT, 0), (("cold", misses),) if misses else (), 0, 0,
                said.get(_PIECES, 0), said.get(_BYTES, 0), 0, saved=MicroUsd(said.get(_SAVED, 0)),
            )
        )  # fmt: skip

    async def _count(self, source: SourceId, by: dict[str, int]) -> None:
        prefix, store, minute = _prefix(source), self._desk.store, int(self._desk.clock.now() // MINUTE)

        def write() -> None:
            with store.transaction():
                for name, n in by.items():
                    if n:
                        store.count(prefix + name, n)
                        store.tally(prefix + name, minute, n)

        await self._desk.workers.run("counts", write, _LIMIT_S, DB)
        await self.tell(source)


def _prefix(source: SourceId) -> str:
    return f"cache/{source}/{Channel.BARS.value}/"
