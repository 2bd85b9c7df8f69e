"""What the header says of a future: last trade, change, cumulative volume delta since the session's open."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final

import numpy as np

from app.domain.health import Freshness
from app.domain.routing import Provenance
from app.domain.ticks import NO_SIDE, StatisticSaid, TradeColumns
from app.domain.units import Ns, Px, moment
from app.domain.updates import FlowChanged
from app.engine.measures import Rate

SETTLEMENT: Final = 3
PRESSURE_WINDOW_S: Final = 30
_TICK_RATE_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class Pressing:
    """Pressure over the window of the header: P, bought + sold, share without a side."""

    pressure: float | None
    contracts: int
    unknown_share: float | None


@dataclass(slots=True)
class _Future:
    last: Px | None = None
    last_side: int = NO_SIDE
    last_event: int = 0
    last_received: int = 0
    cvd: int = 0
    volume: int = 0
    ticks: Rate = field(default_factory=lambda: Rate(_TICK_RATE_S))


class Flow:
    """The session sums of all futures of one source. One session only: the next one gets a new Flow."""

    def __init__(self, day: date, opens: Ns, closes: Ns) -> None:
        self._day = day
        self._opens = opens
        self._closes = closes
        self._futures: dict[int, _Future] = {}
        self._settled: dict[int, tuple[Ns, Px]] = {}
        self._seen_from: Ns | None = None

    @property
    def opens(self) -> Ns:
        return self._opens

    def seen_from(self, start: Ns) -> None:
        """From when on every trade was delivered."""
        if self._seen_from is None:
            self._seen_from = start

    def add(self, trades: TradeColumns, live: bool, monotonic: Ns) -> None:
        for instrument in np.unique(trades.instrument_id):
            rows = np.flatnonzero(trades.instrument_id == instrument)
            self._add(self._futures.setdefault(int(instrument), _Future()), trades, rows, live, monotonic)

    def settled(self, said: StatisticSaid) -> None:
        """A settlement of an earlier trade date; today's own is not what today's change is measured from."""
        if said.kind != SETTLEMENT or said.price is None or said.ts_ref is None:
            return
        if moment(said.ts_ref).date() >= self._day:
            return
        known = self._settled.get(said.instrument_id)
        if known is None or said.ts_ref >= known[0]:
            self._settled[said.instrument_id] = said.ts_ref, said.price

    def tick(self, monotonic: Ns) -> None:
        for future in self._futures.values():
            future.ticks.add(0, monotonic)

    def instruments(self) -> tuple[int, ...]:
        return tuple(self._futures)

    def last(self, instrument: int) -> Px | None:
        future = self._futures.get(instrument)
        return None if future is None else future.last

    def volume(self, instrument: int) -> int:
        """Of the session, as far as it was seen."""
        future = self._futures.get(instrument)
        return 0 if future is None else future.volume

    def newest(self, instrument: int) -> tuple[int, int]:
        """(event, received) of the last trade."""
        future = self._futures[instrument]
        return future.last_event, future.last_received

    def update(
        self,
        instrument: int,
        pressing: Pressing,
        missing: bool,
        freshness: Freshness,
        provenance: Provenance,
        monotonic: Ns,
    ) -> FlowChanged:
        """`missing`: some of the session is lost for good."""
        future, settled = self._futures[instrument], self._settled.get(instrument)
        change = None if settled is None or future.last is None else Px(future.last - settled[1])
        since = None if self._seen_from is None else max(self._seen_from, self._opens)
        return FlowChanged(
            instrument=instrument,
            last=future.last,
            last_side=future.last_side,
            change=change,
            change_from="" if settled is None else f"settlement {moment(settled[0]).date().isoformat()}",
            pressure=pressing.pressure,
            pressure_window_s=PRESSURE_WINDOW_S,
            contracts=pressing.contracts,
            unknown_share=pressing.unknown_share,
            cvd=future.cvd,
            cvd_since=None if since is None else Ns(since),
            cvd_partial=missing or since is None or since > self._opens,
            ticks_per_s=future.ticks.per_s(monotonic),
            freshness=freshness,
            provenance=provenance,
        )

    def _add(
        self, future: _Future, trades: TradeColumns, rows: "np.ndarray[tuple[int], np.dtype[np.intp]]",
        live: bool, monotonic: Ns,
    ) -> None:  # fmt: skip
        events = trades.ts_event[rows]
        newest = int(rows[len(rows) - 1 - int(np.argmax(events[::-1]))])
        if int(trades.ts_event[newest]) >= future.last_event:
            future.last = Px(int(trades.price[newest]))
            future.last_side = int(trades.side[newest])
            future.last_event = int(trades.ts_event[newest])
            future.last_received = int(trades.ts_recv[newest])
        inside = rows[(events >= self._opens) & (events < self._closes)]
        signed = trades.size[inside].astype(np.int64) * trades.side[inside].astype(np.int64)
        future.cvd += int(signed.sum())
        future.volume += int(trades.size[inside].sum())
        if live:
            future.ticks.add(len(rows), monotonic)
