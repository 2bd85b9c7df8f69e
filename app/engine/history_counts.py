"""The shelf of bought history in the figures of the cache: what it answered, what that saved, what it holds.

A closed range never changes, so its entries never expire; they are bought, so nothing here forgets them.
"""

from collections.abc import Sequence
from typing import Final

from app.domain.cache_updates import NEVER, CacheCounted, CacheListed, CacheRow, CacheWindow, Window
from app.domain.history import HistoryPiece, HistoryQuote, HistoryWant
from app.domain.routing import Channel, SourceId
from app.domain.units import DAY, MINUTE, MicroUsd, Ns, moment
from app.engine.cache_tallies import BYTES_ASKED, BYTES_HIT, COLD, HIT, SAVED, misses_of, windows_of
from app.engine.desk import Desk
from app.engine.workers import DB

_LIMIT_S: Final = 15.0
_MISS: Final = f"miss/{COLD}"
_RECENT: Final = 120
_LISTED: Final = 300
_REFERENCE: Final = ("definition", "statistics", "status")
_WHY: Final = "a closed range never changes: bought once, kept for good, only missing parts are bought"


class HistoryCounts:
    """A quote that is wholly on the shelf is a hit; what the held share would have cost is saved."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._recent: dict[SourceId, list[tuple[Ns, bool]]] = {}

    async def asked(self, quote: HistoryQuote) -> None:
        saved = 0
        if quote.whole is not None and quote.cost is not None:
            saved = max(0, quote.whole - quote.cost)
        hit, source = not quote.tags, quote.want.source
        self._recent.setdefault(source, []).append((self._desk.clock.now(), hit))
        del self._recent[source][:-_RECENT]
        by = {HIT if hit else _MISS: 1, SAVED: saved}
        if hit:
            size = await self._size(quote.want)
            by |= {BYTES_HIT: size, BYTES_ASKED: size}
        await self._count(source, by)

    async def kept(self, source: SourceId, size: int) -> None:
        await self._count(source, {BYTES_ASKED: size})

    async def tell(self, source: SourceId) -> None:
        prefix, store, now = _prefix(source), self._desk.store, int(self._desk.clock.now() // MINUTE)
        market = self._desk.market
        session = int(market.calendar.session(market.day)[0] // MINUTE)
        spans = ((Window.RECENT, now - 4), (Window.SESSION, session), (Window.LONG, now - 30 * DAY // MINUTE))

        def read() -> tuple[dict[str, int], tuple[CacheWindow, ...], Sequence[tuple[HistoryPiece, Ns]]]:
            counters = {name.removeprefix(prefix): n for name, n in store.counters(prefix).items()}
            return counters, windows_of(store, prefix, spans), store.all_pieces(source)

        said, windows, pieces = await self._desk.workers.run("counts", read, _LIMIT_S, DB)
        if not said and not pieces:
            return
        self._desk.outbox.put_state(
            CacheCounted(
                source, Channel.BARS, said.get(HIT, 0), misses_of(said), 0, 0,
                len(pieces), sum(piece.size for piece, _ in pieces), 0, tuple(self._recent.get(source, ())),
                windows, MicroUsd(said.get(SAVED, 0)), shelf=True,
            )
        )  # fmt: skip
        rows = tuple(_row(piece, at) for piece, at in pieces[:_LISTED])
        self._desk.outbox.put_state(CacheListed(source, Channel.BARS, rows, shelf=True))

    async def _size(self, want: HistoryWant) -> int:
        store = self._desk.store
        pieces = await self._desk.workers.run("counts", lambda: store.pieces(want), _LIMIT_S, DB)
        return sum(p.size for p in pieces if p.want.span.common(want.span) is not None)

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


def _row(piece: HistoryPiece, at: Ns) -> CacheRow:
    want = piece.want
    symbols = ",".join(want.symbols[:3]) + ("…" if len(want.symbols) > 3 else "")
    name = (
        f"{want.source}/history/{want.dataset}/{want.schema} {symbols} "
        f"{moment(want.span.start):%d %b %Y %H:%M} – {moment(want.span.end):%d %b %H:%M} UTC"
    )
    channel = Channel.REFERENCE if want.schema in _REFERENCE else Channel.BARS
    return CacheRow(
        name, want.source, channel, "", at, NEVER, NEVER, at, 0, piece.size, piece.sha256, True, _WHY
    )


def _prefix(source: SourceId) -> str:
    return f"cache/{source}/{Channel.BARS.value}/"
