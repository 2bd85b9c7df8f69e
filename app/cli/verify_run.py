"""An engine without a window that verifies its sources, and ends."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from app.cli.outcome import complain
from app.composition import engine_parts
from app.domain.errors import ConfigError
from app.domain.session import Calendar
from app.domain.settings import Settings
from app.domain.units import MicroUsd, usd
from app.domain.updates import VerificationChanged
from app.domain.verification import Verification
from app.domain.verify_plan import WITHOUT_QUESTION, money_words, source_words
from app.elsewhere import Elsewhere
from app.engine.engine import Engine
from app.engine.outbox import Outbox
from app.system.calendar_file import load_calendar
from app.system.paths import Paths
from app.system.redact import SecretRedactor
from app.system.settings_file import SettingsFile

# a simulator need not be spared; with the pace for the real site this would take minutes. Of the past a few
# minutes suffice, which the plain pass counts sooner than the compiled one is compiled.
_BRISK: Final[dict[str, Any]] = {"barchart_per_minute": 30, "barchart_spacing": 0.5, "chart_backfill": 5}


@dataclass(frozen=True, slots=True)
class _Headless:
    """What the window's start prepares, without a window."""

    paths: Paths
    calendar: Calendar
    settings_file: SettingsFile
    settings: Settings
    redactor: SecretRedactor
    outbox: Outbox
    profile: str | None = None


async def verified(
    folder: Path | None, elsewhere: Elsewhere, approved: MicroUsd = WITHOUT_QUESTION
) -> Verification:
    """Says first what is asked and what it may cost; ConfigError, and nothing asked, beyond `approved`."""
    paths = Paths(folder)
    file = SettingsFile(paths.settings)
    settings = replace(Settings(), **_BRISK) if elsewhere.simulated else file.load()[0]
    ready = _Headless(
        paths,
        load_calendar(paths.overrides),
        file,
        replace(settings, recorder_enabled=False),
        SecretRedactor(),
        Outbox(),
    )
    parts = replace(engine_parts(ready, elsewhere), save_settings=None)
    if elsewhere.simulated:
        parts = replace(parts, warm_up=None)
    engine = Engine(parts)
    running = asyncio.get_running_loop().create_task(engine.run())
    taking = asyncio.get_running_loop().create_task(_look(ready.outbox))
    try:
        if not elsewhere.simulated:
            await _say_first(engine, approved)
        return await engine.verifier.run()
    finally:
        await engine.stop()
        await running
        taking.cancel()


async def _say_first(engine: Engine, approved: MicroUsd) -> None:
    plan = await engine.verifier.plan()
    for one in plan.sources:
        complain(source_words(one))
    complain(money_words(plan))
    if plan.cost > approved:
        raise ConfigError(
            f"That is more than ${usd(approved):.2f}, so nothing was asked. "
            f"Give --approve {usd(plan.cost):.2f} if you agree."
        )


async def _look(outbox: Outbox) -> None:
    """Stands where the window stands: says on stderr what is looked at."""

    before = ""
    while True:
        for update in outbox.take(100_000):
            if isinstance(update, VerificationChanged) and update.doing != before:
                before = update.doing
                if before:
                    complain(before)
        await asyncio.sleep(0.05)
