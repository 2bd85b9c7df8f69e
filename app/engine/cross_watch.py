"""Holds the price of the charted future from every source against every other one, once a second."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from itertools import combinations
from typing import Final

from app.domain.contract import Future
from app.domain.cross_check import CrossCheck, Pair, Said, bars_apart, compared
from app.domain.routing import RECORDED, Channel, SourceId
from app.domain.second_opinion import FuturePrice, Opinion, PriceBars
from app.domain.second_updates import CrossChecked
from app.domain.units import Ns, Px
from app.engine.desk import Desk
from app.engine.minute_closes import MinuteCloses
from app.engine.plugging import Plugged

_LOOK_EVERY_S: Final = 0.25
_TELL_EVERY: Final = 4
# looks: every half minute
_BARS_EVERY: Final = 120


class CrossWatch:
    """Takes no part in any decision: it only shows."""

    def __init__(self, desk: Desk, sources: tuple[Plugged, ...]) -> None:
        self._desk = desk
        self._sources = tuple(
            one
            for one in sources
            if any(o.channel is Channel.NQ_QUOTES and o.fidelity != RECORDED for o in one.spec.offers)
        )
        self._future: Future | None = None
        self._said: dict[SourceId, Said] = {}
        self._closes = MinuteCloses()
        for one in self._sources:
            if one.opinions is not None:
                one.opinions.heard = self.heard

    async def run(self) -> None:
        if len(self._sources) < 2:
            return
        looks = 0
        while True:
            looks += 1
            self.look()
            if looks % _TELL_EVERY == 0:
                self.tell()
            if looks % _BARS_EVERY == 0:
                self.look_at_bars()
            await asyncio.sleep(_LOOK_EVERY_S)

    def look_at_bars(self) -> None:
        if self._future is not None:
            for one in self._sources:
                self._closes.look(one, self._future, self._desk.clock.now())

    def heard(self, opinion: Opinion) -> None:
        """What was asked for and has come."""
        if isinstance(opinion, PriceBars) and opinion.future == self._future:
            self._closes.heard(opinion)
        if (
            isinstance(opinion, FuturePrice)
            and opinion.future == self._future
            and opinion.source in self._said
        ):
            price = opinion.mid if opinion.mid is not None else opinion.last
            at = opinion.quoted if opinion.mid is not None else opinion.traded
            if price is not None and at is not None:
                said = self._said[opinion.source]
                said.fidelity = opinion.fidelity
                said.add(at, price)

    def look(self) -> None:
        """What streams say now."""
        if self._desk.roll.charted != self._future:
            self._begin(self._desk.roll.charted)
        for source, at, price in self._tops():
            self._said[source].add(at, price)

    def tell(self) -> None:
        if self._future is None:
            return
        now = self._desk.clock.now()
        pairs = tuple(self._pair(one, other, now) for one, other in combinations(self._said.values(), 2))
        self._desk.outbox.put_state(CrossChecked(CrossCheck(self._future, now, pairs)))

    def _pair(self, one: Said, other: Said, now: Ns) -> Pair:
        bars = bars_apart(self._closes.of(one.source), self._closes.of(other.source))
        return replace(compared(one, other, now), bars=bars)

    def _begin(self, future: Future | None) -> None:
        """Prices of two contracts are never held against each other."""
        self._future = future
        self._said = {}
        self._closes.forget()
        for one in self._sources:
            offer = next(o for o in one.spec.offers if o.channel is Channel.NQ_QUOTES)
            self._said[one.spec.id] = Said(one.spec.id, offer.fidelity)

    def _tops(self) -> Iterable[tuple[SourceId, Ns, Px]]:
        for one in self._sources:
            if one.streamer is None:
                continue
            intake = one.streamer.day.intake
            quotes = intake.quotes(Channel.NQ_QUOTES)
            known = [i.id for i in intake.instruments.futures() if i.future == self._future]
            top = quotes.get(known[0]) if quotes is not None and known else None
            if top is None or top.bid is None or top.ask is None or top.ask < top.bid:
                continue
            yield one.spec.id, top.ts_event, Px((top.bid + top.ask) // 2)
