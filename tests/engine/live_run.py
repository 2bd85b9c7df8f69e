"""An engine on the simulated live gateway, and what the market itself says really traded."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from app.domain.bars import PressureBar
from app.domain.contract import Future
from app.domain.health import ChannelHealth, Link
from app.domain.routing import Channel
from app.domain.session import Calendar
from app.domain.settings import Settings
from app.domain.units import SECOND, Ns, ns_from_iso
from app.domain.updates import (
    BarChanged,
    BookChanged,
    FlowChanged,
    GapChanged,
    HealthChanged,
    InstrumentKnown,
    Mode,
    Notice,
)
from app.elsewhere import simulated_keys
from app.engine.engine import Engine
from app.engine.feeds import SourceSpec
from app.engine.host import EngineHost
from app.engine.outbox import Outbox
from app.engine.parts import EngineParts
from app.sim.clock import SimClock
from app.sim.farm import Farm
from app.sim.feed import Feed
from app.sim.listing import future_id
from app.sim.market import Market
from app.sources.databento import SOURCE
from app.system.clock import MarketClock
from app.system.download import Downloads
from app.system.farm_control import FarmControl
from app.system.history_files import HistoryFiles
from app.system.http import RequestsHttp
from app.system.paths import Paths
from app.system.rare_records import rare_records
from app.system.redact import SecretRedactor
from app.system.secrets import MemorySecrets
from app.system.store import SqliteStore
from tests.engine.bench import NoHttp, NoPictures
from tests.engine.screen import Screen
from tests.waiting import wait as wait

# a Tuesday in regular hours
START = ns_from_iso("2025-06-10T15:00:00Z")
SPEED = 8.0
# of the pressure by strike
WINDOW_S = 5
Sums = dict[tuple[str, int], tuple[int, int, int, int]]


@dataclass
class Run:
    farm: Farm
    clock: MarketClock
    host: EngineHost[Engine]
    screen: Screen

    def health(self, channel: Channel = Channel.NQ_TRADES) -> ChannelHealth | None:
        for told in self.screen.now(HealthChanged):
            for health in told.health.channels:
                if health.channel is channel:
                    return health
        return None

    def gaps(self, channel: Channel = Channel.NQ_TRADES) -> list[GapChanged]:
        return [gap for gap in self.screen.now(GapChanged) if gap.channel is channel]

    def notices(self) -> str:
        return " ".join(notice.sentence for notice in self.screen.ever(Notice))

    def newest_bar(self) -> int:
        return max(
            (told.bar.start for told in self.screen.now(BarChanged) if told.bar.seconds == 1), default=0
        )

    def watch(self, seconds: float) -> None:
        """So much of the market's time is charted."""
        until = self.clock.now() + int(seconds * SECOND)
        wait(lambda: self.newest_bar() > until, f"no bars for {seconds} s")

    def shown(self, since: int, until: int) -> Sums:
        names = {
            known.instrument: known.raw_symbol for known in self.screen.now(InstrumentKnown) if known.future
        }
        return {
            (names[bar.instrument], bar.start): (bar.bought, bar.sold, bar.unknown, bar.trades)
            for bar in self._bars()
            if bar.instrument in names and bar.trades and since <= bar.start < until
        }

    def freeze(self) -> None:
        """The gateway is gone, and all that came has been told."""
        self.farm.kill("databento_live")
        wait(lambda: (h := self.health()) is not None and h.link is Link.RECONNECTING, "it was not noticed")
        threading.Event().wait(0.3)

    def sums_of_bars(self) -> dict[str, int]:
        sums: dict[str, int] = {}
        for (name, _), (bought, sold, *_) in self.shown(0, 2**63).items():
            sums[name] = sums.get(name, 0) + bought - sold
        return sums

    def cvd(self) -> dict[str, int]:
        names = {known.instrument: known.raw_symbol for known in self.screen.now(InstrumentKnown)}
        return {names[flow.instrument]: flow.cvd for flow in self.screen.now(FlowChanged)}

    def _bars(self) -> list[PressureBar]:
        return [told.bar for told in self.screen.now(BarChanged) if told.bar.seconds == 1]

    def shown_options(self, since: int, until: int) -> Sums:
        """By window."""
        names = {one.instrument: one.raw_symbol for one in self.screen.now(InstrumentKnown) if one.option}
        bars = [told.bar for told in self.screen.now(BarChanged) if told.bar.seconds == WINDOW_S]
        return {
            (names[bar.instrument], bar.start): (bar.bought, bar.sold, bar.unknown, bar.trades)
            for bar in bars
            if bar.instrument in names and bar.trades and since <= bar.start < until
        }

    def traded_options(self, since: int, until: int) -> Sums:
        """By window, from the market and not from any record."""
        market = self.farm.market
        day, found = market.day(Ns(since)), dict[tuple[str, int], list[int]]()
        table, trades = market.options.table(day), market.option_flow.trades(day, since, until)
        windows = trades.at // (WINDOW_S * SECOND) * (WINDOW_S * SECOND)
        for row, start, side, size in zip(
            trades.row.tolist(), windows.tolist(), trades.side.tolist(), trades.size.tolist(), strict=True
        ):
            sums = found.setdefault((table.contract(row).raw, start), [0, 0, 0, 0])
            sums[{1: 0, -1: 1, 0: 2}[side]] += size
            sums[3] += 1
        return {key: (sums[0], sums[1], sums[2], sums[3]) for key, sums in found.items()}

    def name_of(self, instrument: int) -> str:
        found = (k.raw_symbol for k in self.screen.now(InstrumentKnown) if k.instrument == instrument)
        return next(found, "")

    def book(self, future: Future) -> BookChanged | None:
        return next(
            (told for told in self.screen.now(BookChanged) if self.name_of(told.instrument) == future.raw),
            None,
        )

    def books_since(self, future: Future, at: int) -> list[BookChanged]:
        told = self.screen.ever(BookChanged)
        return [one for one in told if one.at > at and self.name_of(one.instrument) == future.raw]

    def rested(self, future: Future, at: Ns) -> tuple[list[tuple[int, int]], list[tuple[int, int]]]:
        """Price and size of the ten best levels of each side, as they rest in the market itself."""
        depth = self.farm.market.depth(future, at)
        return (
            [(level.price, level.size) for level in depth.bids],
            [(level.price, level.size) for level in depth.asks],
        )

    def quoted(self, future: Future, since: int, until: int) -> dict[int, tuple[int, int, int, int]]:
        """The last best prices of each second, from the market and not from any stream."""
        ids = np.array([future_id(future)])
        quotes = np.concatenate(
            [batch.records for batch in Feed(self.farm.market).batches("mbp-1", ids, since, until)]
        )
        found = {}
        for row in quotes[np.argsort(quotes["ts_event"], kind="stable")]:
            top = row["levels"][0]
            values = tuple(int(top[name]) for name in ("bid_px", "ask_px", "bid_sz", "ask_sz"))
            found[int(row["ts_event"]) // int(SECOND) * int(SECOND)] = values
        return found  # type: ignore[return-value]

    def traded(self, futures: tuple[Future, ...], since: int, until: int) -> Sums:
        """By second, from the market and not from any record."""
        found: Sums = {}
        for future in futures:
            prints = self.farm.market.prints(future, Ns(since), Ns(until))
            seconds = prints.ts_event // SECOND * SECOND
            for start in np.unique(seconds).tolist():
                rows = seconds == start
                size, side = prints.size[rows].astype(np.int64), prints.side[rows]
                bought, sold, unknown = (int(size[side == which].sum()) for which in (1, -1, 0))
                found[future.raw, start] = bought, sold, unknown, int(rows.sum())
        return found


@cache
def _market(seed: int, activity: float) -> Market:
    """Its day costs half a second to work out, which is spent once for all runs."""
    return Market(seed, SimClock(START, 0.0), activity)


@contextmanager
def live_run(
    folder: Path,
    seed: int = 7,
    speed: float = SPEED,
    activity: float = 3.0,
    *,
    begin: bool = True,
    pays: bool = False,
    sources: tuple[SourceSpec, ...] = (SOURCE,),
    drills: bool = False,
    settings: Settings | None = None,
) -> Iterator[Run]:
    """In regular hours, with five minutes of the past. Without `begin` the test starts the engine. `pays`:
    with all that buying history needs; `drills`: the engine may break the simulators."""
    with Farm(start=START, speed=speed, known=_market(seed, activity)) as farm:
        facts = farm.clock_facts()
        clock = MarketClock(facts["start_ns"], facts["wall_ns"], facts["speed"])
        redactor, outbox = SecretRedactor(), Outbox()
        more: dict[str, object] = {}
        if pays:
            more["shelf"], more["download"] = HistoryFiles(folder / "history"), Downloads(redactor)
            more["read_rare"] = rare_records
        if drills:
            more["mischief"] = FarmControl(farm.addresses()["control"])
        parts = EngineParts(
            settings=settings or Settings(chart_backfill=5, flow_window=WINDOW_S),
            clock=clock,
            calendar=Calendar(),
            store=SqliteStore(Paths(folder), redactor, clock),
            secrets=MemorySecrets(simulated_keys(), redactor.learn),
            http=RequestsHttp(redactor) if pays or sources != (SOURCE,) else NoHttp(),
            renderer=NoPictures(),
            redactor=redactor,
            sources=sources,
            outbox=outbox,
            mode=Mode.DEMO,
            addresses=farm.addresses(),
            **more,  # type: ignore[arg-type]
        )
        host = EngineHost(lambda: Engine(parts))
        if begin:
            host.start()
        try:
            yield Run(farm, clock, host, Screen(outbox))
        finally:
            assert host.stop().in_time
