"""Parts put together: for the window's engine, and for a command that needs one source and no engine."""

from typing import Final, Protocol

from app.domain.session import Calendar
from app.domain.settings import Settings
from app.domain.tape import warm_up
from app.domain.units import Ns
from app.domain.updates import Mode, Notice
from app.elsewhere import Elsewhere, chosen_addresses, simulated_keys
from app.engine.feeds import SecretSpec
from app.engine.outbox import Outbox
from app.engine.parts import EngineParts, Replay
from app.engine.ports import Secrets
from app.engine.tapes import PATIENCE, REPLAY
from app.sources import discover
from app.startup import Start, profile_files
from app.system.bundle import CaptureExporter
from app.system.clock import RealClock
from app.system.deck import Deck
from app.system.download import Downloads
from app.system.farm_control import FarmControl
from app.system.har_answers import open_answers
from app.system.history_files import HistoryFiles
from app.system.http import RequestsHttp
from app.system.keepsakes import Keepsakes
from app.system.memory import give_back
from app.system.paths import Paths
from app.system.plans_file import PlansFile
from app.system.probe import has_route, listens
from app.system.rare_records import rare_records
from app.system.recorder import DiskRecorder
from app.system.redact import SecretRedactor
from app.system.renderer import ChildRenderer
from app.system.replay_clock import ReplayClock
from app.system.secrets import KeyringSecrets, MemorySecrets
from app.system.settings_file import SettingsFile
from app.system.site_browser import ChildBrowser
from app.system.store import SqliteStore
from app.system.table_files import write_table
from app.system.time_server import clock_offset
from app.system.usage_file import usage_text

_DEMO_PROFILE: Final = "demo"


def secrets_for(specs: tuple[SecretSpec, ...], elsewhere: Elsewhere, redactor: SecretRedactor) -> Secrets:
    """Simulators get simulated keys; the user's own never leave for this machine's simulators."""
    if elsewhere.simulated:
        return MemorySecrets(simulated_keys(), redactor.learn)
    return KeyringSecrets(specs, redactor.learn)


class Prepared(Protocol):
    """What an engine needs to have been made ready: by the window's start, or by a command without one."""

    @property
    def paths(self) -> Paths: ...
    @property
    def calendar(self) -> Calendar: ...
    @property
    def settings_file(self) -> SettingsFile: ...
    @property
    def settings(self) -> Settings: ...
    @property
    def redactor(self) -> SecretRedactor: ...
    @property
    def outbox(self) -> Outbox: ...
    @property
    def profile(self) -> str | None: ...


def engine_parts(start: Prepared, elsewhere: Elsewhere) -> EngineParts:
    """Simulated answers are kept apart from real ones: a demo has a data folder of its own."""
    paths = Paths(start.paths.data / "demo") if elsewhere.simulated else start.paths
    sources, broken = discover()
    chosen, fault = ({}, "") if elsewhere.simulated else chosen_addresses(start.settings)
    if fault:
        start.outbox.put_state(Notice(elsewhere.clock.now(), "WARNING", fault, "massive_address"))
    secrets = secrets_for(
        tuple(key for source in sources for key in source.secrets), elsewhere, start.redactor
    )
    return EngineParts(
        settings=start.settings,
        clock=elsewhere.clock,
        calendar=start.calendar,
        store=SqliteStore(paths, start.redactor),
        secrets=secrets,
        http=RequestsHttp(start.redactor, paths.cookies),
        renderer=ChildRenderer(),
        redactor=start.redactor,
        sources=sources,
        outbox=start.outbox,
        addresses={**chosen, **elsewhere.addresses},
        mode=Mode.DEMO if elsewhere.simulated else Mode.LIVE,
        broken=broken,
        probe=listens,
        exporter=CaptureExporter(start.redactor),
        table_writer=write_table,
        recorder=DiskRecorder(
            paths.recordings,
            elsewhere.clock,
            lambda severity, sentence: start.outbox.put_state(
                Notice(elsewhere.clock.now(), severity, sentence, "recorder")
            ),
            prefix="simulated-" if elsewhere.simulated else "",
        ),
        machine_clock=RealClock(),
        network=None if elsewhere.simulated else has_route,
        time_server=None if elsewhere.simulated else clock_offset,
        profiles=profile_files(start.paths, sources),
        profile=start.profile or (_DEMO_PROFILE if elsewhere.simulated else None),
        save_settings=start.settings_file.save,
        warm_up=lambda: _compiled(str(start.paths.cache / "numba")),
        plans=PlansFile(paths.plans, elsewhere.clock),
        read_text=usage_text,
        read_rare=rare_records,
        shelf=HistoryFiles(paths.data / "history"),
        mischief=FarmControl(elsewhere.control) if elsewhere.simulated and elsewhere.control else None,
        download=Downloads(start.redactor),
        browser=ChildBrowser(),
        open_saved=open_answers,
        keep=Keepsakes(paths.data),
    )


def _compiled(cache: str) -> None:
    warm_up(cache)
    give_back("llvmlite")


def replay_parts(start: Start) -> EngineParts:
    """Tapes instead of sources; reads them whole, which blocks. What is kept meanwhile is kept apart."""
    deck = Deck(start.replay)
    clock = ReplayClock(deck.begin, Ns(deck.end + PATIENCE), start.speed)
    if start.at is not None:
        clock.jump(start.at)
    if deck.simulated:
        sentence = "This tape was recorded in a demo: the market in it is simulated."
        start.outbox.put_state(Notice(clock.now(), "WARNING", sentence, "replay"))
    paths = Paths(start.paths.data / "replay")
    return EngineParts(
        settings=start.settings,
        clock=clock,
        calendar=start.calendar,
        store=SqliteStore(paths, start.redactor),
        secrets=MemorySecrets({}, start.redactor.learn),
        http=RequestsHttp(start.redactor, paths.cookies),
        renderer=ChildRenderer(),
        redactor=start.redactor,
        sources=(REPLAY,),
        outbox=start.outbox,
        mode=Mode.REPLAY,
        replay=Replay(deck, clock),
        table_writer=write_table,
        save_settings=start.settings_file.save,
    )
