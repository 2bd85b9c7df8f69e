"""The chains of a tick source: which it lists, and a snapshot of the one on screen, once a second at most.

Only while the source feeds the chain is it put together and told; otherwise its health alone says that it
could.
"""

import asyncio
from dataclasses import replace
from typing import Final

from app.domain.chain import Chain, ListedSeries
from app.domain.chain_metrics import board, strip, years_left
from app.domain.contract import Series
from app.domain.errors import ConfigError
from app.domain.health import Freshness, Link
from app.domain.quality import judge
from app.domain.routing import Channel, Provenance, SourceId
from app.domain.smile import smile
from app.domain.symbols import family
from app.domain.units import Ns, Px
from app.domain.updates import ChainArrived, ChainMissing, SeriesOffered
from app.engine.desk import Desk
from app.engine.instruments import Instrument
from app.engine.streamer import Streamer
from app.engine.tick_chain import Ingredients, tick_chain

_EVERY_S: Final = 1.0
_LIMIT_S: Final = 10.0
_FRESH: Final = (Freshness.LIVE, Freshness.QUIET)
# The channel is as stale as this after the quotes it is made of; looked at every second.
_INTERVAL_S: Final = 2.0
_NOT_YET: Final = "The option quotes it is made of are not live yet."


class TickChains:
    def __init__(self, desk: Desk, source: SourceId, streamer: Streamer) -> None:
        self.source: Final = source
        self._desk = desk
        self._streamer = streamer
        self._version = -1
        self._listed: dict[Series, tuple[Instrument, ...]] = {}
        self._chosen: Series | None = None
        self._by_user = False
        self._offered: SeriesOffered | None = None
        self._last: ChainArrived | None = None
        self._missing = ""

    async def run(self) -> None:
        while True:
            await asyncio.sleep(_EVERY_S)
            await self.look()

    async def look(self) -> None:
        """Once a second: health, the list, and the chain on screen if this source feeds it."""
        fresh = self._follow_health()
        self._read_listing()
        router = self._desk.router
        if self._chosen is None or router.is_fed_by_another(self.source, Channel.OPT_CHAIN):
            return
        if fresh in _FRESH and router.active(Channel.OPT_CHAIN) == self.source:
            await self._tell(self._chosen, fresh)
        else:
            self._age(fresh)

    def series(self, key: str) -> Series | None:
        return next((series for series in self._listed if series.raw == key), None)

    def follow(self, series: Series) -> None:
        """Another source shows this one: the same here, if it is listed."""
        if series in self._listed:
            self._chosen, self._by_user = series, True
            self._streamer.look_at(series)
            self._offer()

    async def choose(self, key: str) -> str:
        found = self.series(key)
        if found is None:
            raise ConfigError(f"{self._desk.health.title(self.source)} lists no series {key}.")
        self.follow(found)
        await self.look()
        return "Put together."

    async def refresh(self, key: str | None) -> str:
        if key is not None and key != (self._chosen.raw if self._chosen else None):
            return await self.choose(key)
        await self.look()
        return "It is put together anew every second."

    def _follow_health(self) -> Freshness:
        """The channel lives as long as the quotes it is made of."""
        health, source = self._desk.health, self.source
        quotes, own = health.of(source, Channel.OPT_QUOTES), health.of(source, Channel.OPT_CHAIN)
        own.interval_s = _INTERVAL_S
        link = quotes.link if self._listed or quotes.link is not Link.UP else Link.CONNECTING
        if (own.link, own.note) != (link, quotes.note):
            health.link(source, (Channel.OPT_CHAIN,), link, quotes.note)
        fresh = quotes.freshness()
        if fresh in _FRESH and self._listed:
            health.data(source, Channel.OPT_CHAIN, 1, quotes.event, None)
        return fresh

    def _read_listing(self) -> None:
        """By series, when definitions came since the last look; what has ended is left out."""
        instruments, now = self._streamer.day.intake.instruments, self._desk.clock.now()
        if instruments.version != self._version:
            self._version = instruments.version
            found: dict[Series, list[Instrument]] = {}
            for one in instruments.options():
                if one.option is not None and one.expiration is not None:
                    found.setdefault(one.option.series, []).append(one)
            self._listed = {series: tuple(those) for series, those in found.items()}
        alive = self._alive(now)
        if alive and (self._chosen not in alive or not self._by_user):
            self._chosen = alive[0]
        self._offer()

    def _alive(self, now: Ns) -> tuple[Series, ...]:
        ends = {series: those[0].expiration or 0 for series, those in self._listed.items()}
        return tuple(sorted((s for s, end in ends.items() if end > now), key=lambda s: (ends[s], s.raw)))

    def _offer(self) -> None:
        listed = tuple(
            ListedSeries(s.raw, family(s.root).value, "", series=s)
            for s in self._alive(self._desk.clock.now())
        )
        chosen = None if self._chosen is None else self._chosen.raw
        offered = SeriesOffered(self.source, (), listed, chosen, None)
        if offered != self._offered and listed:
            self._offered = offered
            self._desk.outbox.put_state(offered)

    def _chain(self, series: Series) -> Chain:
        day = self._streamer.day
        intake = day.intake
        listed = self._listed[series]
        tops = intake.quotes(Channel.OPT_QUOTES)
        opens = intake.flow.opens
        whole = day.began is not None and day.began <= opens
        underlying, future = self._underlying(listed)
        return tick_chain(
            Ingredients(
                source=self.source,
                series=series,
                listed=listed,
                tops=() if tops is None else tops.all(),
                day=intake.options,
                whole=whole and not day.gaps.unfilled_since(Channel.OPT_TRADES, opens),
                underlying=underlying,
                future=future,
                now=self._desk.clock.now(),
            )
        )

    def _underlying(self, listed: tuple[Instrument, ...]) -> tuple[str, Px | None]:
        """The future that the definitions name, at its middle, or where it has none at its last trade."""
        intake, health = self._streamer.day.intake, self._desk.health
        raw = next((one.underlying for one in listed if one.underlying), "")
        for one in intake.instruments.futures():
            if one.raw_symbol != raw or one.future is None:
                continue
            quotes = intake.quotes(Channel.NQ_QUOTES)
            top = None if quotes is None else quotes.get(one.id)
            if health.freshness(self.source, Channel.NQ_QUOTES) in _FRESH and top and top.bid and top.ask:
                return one.future.code, Px((top.bid + top.ask) // 2)
            traded = health.freshness(self.source, Channel.NQ_TRADES) in _FRESH
            return one.future.code, intake.flow.last(one.id) if traded else None
        return raw, None

    async def _tell(self, series: Series, fresh: Freshness) -> None:
        """The sums are worked out on a worker: they take longer than a beat of the loop may."""
        chain = self._chain(series)
        expiration = next((one.expiration for one in self._listed[series]), None)
        rate, calendar = self._desk.settings().option_rate, self._desk.market.calendar

        def worked_out() -> ChainArrived:
            now = chain.received
            made = board(chain, expiration, now, rate)
            summed = strip(chain, made, expiration, now)
            return ChainArrived(
                chain=chain,
                verdict=judge(chain, chain.series, None, now, calendar),
                freshness=fresh,
                level="live",
                capture_id="",
                provenance=Provenance(
                    self.source, chain.fidelity, chain.as_of, now, now, f"{chain.vendor_series}/{now}"
                ),
                board=made,
                strip=summed,
                expiration=expiration,
                smile=smile(made, summed.future, years_left(expiration, now), rate),
            )

        arrived = await self._desk.workers.run("tick chain", worked_out, _LIMIT_S)
        self._last = replace(arrived, interest=self._desk.interest.change(chain))
        self._missing = ""
        self._desk.outbox.put_state(self._last)

    def _age(self, fresh: Freshness) -> None:
        """What was told last stays, as old as it is; before the first, why there is none."""
        if self._chosen is None:
            return
        if self._last is not None and self._last.chain.series == self._chosen:
            if self._last.freshness is not fresh:
                self._last = replace(self._last, freshness=fresh)
                self._desk.outbox.put_state(self._last)
        elif self._missing != self._chosen.raw:
            self._missing = self._chosen.raw
            self._desk.outbox.put_state(ChainMissing(self.source, self._chosen.raw, _NOT_YET, None))
