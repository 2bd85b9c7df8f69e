"""A prepared start without its process-wide hooks, for tests that run the window inside themselves."""

from pathlib import Path
from typing import cast

from app.domain.session import Calendar
from app.domain.settings import Settings
from app.elsewhere import Elsewhere, WindowClock
from app.engine.outbox import Outbox
from app.startup import Start
from app.system.crash import CrashHooks
from app.system.instance import SingleInstance
from app.system.logs import Logs
from app.system.paths import Paths
from app.system.redact import SecretRedactor
from app.system.settings_file import SettingsFile


def start_in(folder: Path, elsewhere: Elsewhere, settings: Settings) -> Start:
    paths, redactor = Paths(folder / "data"), SecretRedactor()
    return Start(
        paths=paths,
        calendar=Calendar(),
        settings_file=SettingsFile(paths.settings),
        settings=settings,
        redactor=redactor,
        outbox=Outbox(),
        instance=SingleInstance(paths),
        # Neither is touched by the engine or the window; both would take over the whole test process.
        hooks=cast(CrashHooks, None),
        logs=cast(Logs, None),
        clock=WindowClock(),
        notices=(),
        crashed=None,
        first_run=False,
        demo=True,
        at=None,
        seed=1,
        speed=1.0,
        activity=1.0,
        elsewhere=elsewhere,
        exit_after=None,
        shot=None,
    )
