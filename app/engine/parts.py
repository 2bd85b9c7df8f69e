"""All that an engine is made of: what the composition roots plug in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from app.domain.capture import Capture
from app.domain.session import Calendar
from app.domain.settings import Settings
from app.domain.ticks import Rare
from app.domain.updates import Mode
from app.engine.accounts import PlanBook
from app.engine.feeds import BrokenSource, SourceSpec
from app.engine.ground import keep_in_mind
from app.engine.history_feed import Download
from app.engine.mischief import Mischief
from app.engine.outbox import Outbox
from app.engine.ports import (
    Browser,
    Clock,
    Exporter,
    Http,
    Probe,
    Redactor,
    Renderer,
    Secrets,
    Store,
    TableWriter,
)
from app.engine.profiles import ProfileShelf
from app.engine.shelf import Shelf
from app.engine.tapes import Archive, Deck, TapeClock


@dataclass(frozen=True, slots=True)
class Replay:
    """Tapes to be played instead of live sources, and the clock that runs with them."""

    deck: Deck
    clock: TapeClock


@dataclass(frozen=True, slots=True)
class EngineParts:
    """`addresses` replace those of the sources by name. In a demo a source is reached only if all of its
    addresses are replaced: then it counts as simulated.

    `warm_up` takes long and makes things faster (compiling kernels): done on a worker, awaited by nobody.
    `plans` are dated fees, `read_text` reads a file that the user chose, `shelf` keeps bought history that
    `download` brings. `probe` and `mischief` are used on simulated sources only. Without
    `save_settings` changes last until the end of the run.
    """

    settings: Settings
    clock: Clock
    calendar: Calendar
    store: Store
    secrets: Secrets
    http: Http
    renderer: Renderer
    redactor: Redactor
    sources: tuple[SourceSpec, ...]
    outbox: Outbox
    addresses: Mapping[str, str] = field(default_factory=dict)
    mode: Mode = Mode.LIVE
    broken: tuple[BrokenSource, ...] = ()
    probe: Probe | None = None
    exporter: Exporter | None = None
    table_writer: TableWriter | None = None
    recorder: Archive | None = None
    replay: Replay | None = None
    profiles: ProfileShelf | None = None
    profile: str | None = None
    machine_clock: Clock | None = None
    network: Callable[[], bool] | None = None
    time_server: Callable[[str], float | None] | None = None
    save_settings: Callable[[Settings], None] | None = None
    warm_up: Callable[[], None] | None = None
    plans: PlanBook | None = None
    shelf: Shelf | None = None
    mischief: Mischief | None = None
    download: Download | None = None
    read_text: Callable[[str], str] | None = None
    read_rare: Callable[[str], Sequence[Rare]] | None = None
    browser: Browser | None = None
    open_saved: Callable[[str], tuple[Capture, ...]] | None = None
    keep: Callable[[str, Callable[[], str]], str] = keep_in_mind
    workers: int = 4
