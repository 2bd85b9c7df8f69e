"""What happens before the window: folders, settings, log, crash hooks, and the check for a second start.

Everything found damaged was set aside by its reader; the notices collected here are shown in the window.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

from app.cli.values import moment_of
from app.domain.errors import ConfigError
from app.domain.replay import SPEEDS
from app.domain.session import Calendar
from app.domain.settings import Settings
from app.domain.units import Ns
from app.elsewhere import Elsewhere, WindowClock, read_url_map
from app.engine.feeds import SourceSpec
from app.engine.outbox import Outbox
from app.sources import discover
from app.system.calendar_file import load_calendar
from app.system.clock import RealClock
from app.system.crash import CrashHooks, previous_crash
from app.system.deck import refuse_at_sight
from app.system.instance import SingleInstance
from app.system.logs import Logs, start_logging
from app.system.paths import Paths
from app.system.profile_files import ProfileFiles
from app.system.redact import SecretRedactor
from app.system.settings_file import SettingsFile
from app.system.store import SqliteStore


@dataclass(frozen=True, slots=True)
class Start:
    """All that was prepared; `notices` are sentences the user must read, `at` a simulated start."""

    paths: Paths
    calendar: Calendar
    settings_file: SettingsFile
    settings: Settings
    redactor: SecretRedactor
    outbox: Outbox
    instance: SingleInstance
    hooks: CrashHooks
    logs: Logs
    clock: WindowClock
    notices: tuple[str, ...]
    crashed: str | None
    first_run: bool
    demo: bool
    at: Ns | None
    seed: int
    speed: float
    activity: float
    elsewhere: Elsewhere
    exit_after: float | None
    shot: Path | None
    replay: tuple[Path, ...] = ()
    profile: str | None = None

    @property
    def asks_first(self) -> bool:
        """A newcomer who did not say what to show, and who is there to be asked."""
        said = self.demo or self.elsewhere.addresses or self.replay or self.exit_after is not None
        return self.first_run and not said


def prepare(arguments: argparse.Namespace) -> Start | str:
    """Everything the window needs, or the sentence of a second start."""
    elsewhere = read_url_map(arguments.sources)
    at = moment_of(arguments.at) if arguments.at is not None else None
    shot = writable_picture(arguments.shot)
    replay = playable(arguments)
    paths = Paths(arguments.data_dir)
    profile = known_profile(arguments.profile, paths)
    instance = SingleInstance(paths)
    if not instance.acquire():
        raised = "; its window was brought to the front" if instance.call_first() else ""
        return f"Pitwall is already open with this data folder{raised}."
    first_run = not paths.settings.exists()
    crashed = previous_crash(paths)
    redactor, outbox = SecretRedactor(), Outbox()
    hooks = CrashHooks(paths, redactor, RealClock())
    hooks.install()
    settings_file = SettingsFile(paths.settings)
    settings, notices = settings_file.load()
    notices += checked_database(paths, redactor)
    clock = WindowClock()
    logs = start_logging(paths, redactor, settings.log_level, outbox.put_stream, clock)
    return Start(
        paths=paths,
        calendar=load_calendar(paths.overrides),
        settings_file=settings_file,
        settings=settings,
        redactor=redactor,
        outbox=outbox,
        instance=instance,
        hooks=hooks,
        logs=logs,
        clock=clock,
        notices=notices,
        crashed=crashed,
        first_run=first_run,
        demo=arguments.demo,
        at=at,
        seed=arguments.seed,
        speed=arguments.speed,
        activity=arguments.activity,
        elsewhere=elsewhere,
        replay=replay,
        exit_after=arguments.exit_after,
        shot=shot,
        profile=profile,
    )


def known_profile(name: str | None, paths: Paths) -> str | None:
    """One that was asked for by name must be there, and without a fault."""
    if name is None:
        return None
    found, faults = profile_files(paths, discover()[0]).load()
    if name not in {profile.name for profile in found}:
        there = ", ".join(profile.name for profile in found)
        raise ConfigError(" ".join((f"There is no profile {name}. There are: {there}.", *faults)))
    return name


def profile_files(paths: Paths, sources: tuple[SourceSpec, ...]) -> ProfileFiles:
    polled = tuple(one.id for one in sources if one.chain_feed is not None or one.poll_feed is not None)
    return ProfileFiles(paths.profiles, tuple(source.id for source in sources), polled)


def playable(arguments: argparse.Namespace) -> tuple[Path, ...]:
    """The tapes to replay, each of which at least begins as one."""
    files = tuple(arguments.replay or ())
    if not files:
        return ()
    if arguments.demo or arguments.sources:
        raise ConfigError("A replay runs alone: leave out --demo and --sources.")
    if not min(SPEEDS) <= arguments.speed <= max(SPEEDS):
        raise ConfigError(f"A replay runs at a speed of {min(SPEEDS):g} to {max(SPEEDS):g}.")
    refuse_at_sight(files)
    return tuple(file.absolute() for file in files)


def checked_database(paths: Paths, redactor: SecretRedactor) -> tuple[str, ...]:
    """Opens the database once before the engine does, so that a damaged one is told and not only logged."""
    store = SqliteStore(paths, redactor)
    try:
        return store.open()
    finally:
        store.close()


def writable_picture(path: Path | None) -> Path | None:
    """Refused now rather than when the window closes."""
    if path is None:
        return None
    if path.suffix.lower() != ".png":
        raise ConfigError(f"The picture {path} must be a .png file.")
    if not path.parent.is_dir():
        raise ConfigError(f"There is no folder {path.parent} for the picture.")
    return path.absolute()
