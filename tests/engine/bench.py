"""An engine on a bench: real store and keys, scripted vendors, a clock moved by hand."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from app.domain.capture import Capture
from app.domain.chain import Chain, ChainPage
from app.domain.routing import SNAPSHOT, TICK, Channel, Offer, SourceId, delayed
from app.domain.session import Calendar
from app.domain.settings import Settings
from app.domain.updates import Mode
from app.engine.accounts import PlanBook
from app.engine.engine import Engine
from app.engine.feeds import ChainFeed, SecretSpec, SourceContext, SourceSpec, TickFeed
from app.engine.history_feed import Download
from app.engine.outbox import Outbox
from app.engine.parts import EngineParts
from app.engine.ports import Drawn, Http, HttpSession
from app.engine.profiles import ProfileShelf
from app.engine.shelf import Shelf
from app.engine.tapes import Archive
from app.system.paths import Paths
from app.system.redact import SecretRedactor
from app.system.secrets import MemorySecrets
from app.system.store import SqliteStore
from tests.engine.clocks import ManualClock
from tests.engine.screen import Screen
from tests.waiting import until as until

TICKS = SourceId("ticks")
CHAINS = SourceId("chains")
KEY = SecretSpec("ticks", "TICKS_KEY", "Key of the tick vendor")


class NoHttp:
    def session(self, source: SourceId) -> HttpSession:
        raise AssertionError("nothing here speaks HTTP")


class NoPictures:
    async def picture(self, capture: Capture, read: Chain | ChainPage | None) -> Drawn | None:
        return None

    async def close(self) -> None:
        return


def tick_source(make: Callable[[SourceContext], TickFeed], **changes: object) -> SourceSpec:
    spec = SourceSpec(
        id=TICKS,
        title="Ticks",
        tier=40,
        about="A tick vendor in memory.",
        offers=(
            Offer(Channel.NQ_TRADES, TICK),
            Offer(Channel.NQ_QUOTES, TICK),
            Offer(Channel.OPT_TRADES, TICK),
        ),
        addresses={"ticks": "127.0.0.1:1"},
        secrets=(KEY,),
        tick_feed=make,
    )
    return replace(spec, **changes)  # type: ignore[arg-type]


def chain_source(make: Callable[[SourceContext], ChainFeed], **changes: object) -> SourceSpec:
    spec = SourceSpec(
        id=CHAINS,
        title="Chains",
        tier=10,
        about="A chain vendor in memory.",
        offers=(Offer(Channel.OPT_CHAIN, delayed(10)),),
        addresses={"chains": "http://127.0.0.1:1"},
        chain_feed=make,
    )
    return replace(spec, **changes)  # type: ignore[arg-type]


__all__ = ["SNAPSHOT", "Bench", "chain_source", "tick_source"]


@dataclass
class Bench:
    folder: Path
    clock: ManualClock = field(default_factory=ManualClock)
    settings: Settings = field(default_factory=Settings)
    keys: Mapping[str, str] = field(default_factory=lambda: {"ticks": "a-key"})
    sources: tuple[SourceSpec, ...] = ()
    addresses: Mapping[str, str] = field(default_factory=dict)
    mode: Mode = Mode.LIVE
    plans: PlanBook | None = None
    read_text: Callable[[str], str] | None = None
    shelf: Shelf | None = None
    http: Http | None = None
    download: Download | None = None
    profiles: ProfileShelf | None = None
    machine_clock: ManualClock | None = None
    recorder: Archive | None = None

    def __post_init__(self) -> None:
        self.outbox = Outbox()
        self.screen = Screen(self.outbox)
        self.redactor = SecretRedactor()
        self.secrets = MemorySecrets(dict(self.keys))

    def parts(self) -> EngineParts:
        return EngineParts(
            settings=self.settings,
            clock=self.clock,
            calendar=Calendar(),
            store=SqliteStore(Paths(self.folder), self.redactor, self.clock),
            secrets=self.secrets,
            http=self.http or NoHttp(),
            renderer=NoPictures(),
            redactor=self.redactor,
            sources=self.sources,
            outbox=self.outbox,
            addresses=self.addresses,
            mode=self.mode,
            plans=self.plans,
            read_text=self.read_text,
            shelf=self.shelf,
            download=self.download,
            profiles=self.profiles,
            machine_clock=self.machine_clock,
            recorder=self.recorder,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Engine]:
        engine = Engine(self.parts())
        running = asyncio.get_running_loop().create_task(engine.run())
        try:
            yield engine
        finally:
            await engine.stop()
            await running
