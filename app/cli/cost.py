"""`pitwall cost`: what the data of a month costs, from the ledger of the data folder and the plans in use."""

import argparse
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from app.cli.outcome import EXIT_DONE, complain, print_document, print_line
from app.cli.values import moment_of
from app.domain.errors import ConfigError
from app.domain.plans import fees_of
from app.domain.routing import SourceId
from app.domain.settings import Settings
from app.domain.units import DOLLAR, MicroUsd, Ns, moment

if TYPE_CHECKING:
    from app.domain.advice import FreeOffer
    from app.domain.cost import MonthCost
    from app.engine.feeds import SourceSpec
    from app.engine.ports import Secrets
    from app.system.paths import Paths

_YEARS: Final = range(1970, 2200)


def add(commands: Any, base: argparse.ArgumentParser) -> None:
    command = commands.add_parser("cost", parents=[base], help="what the month's data costs, with a forecast")
    command.add_argument("--at", metavar="ISO", help="as of this moment, with its zone; without it: now")
    command.add_argument("--json", action="store_true", help="print one JSON document")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from app.cli.cost_document import cost_document, cost_lines
    from app.engine.free_offers import free_offers
    from app.sources import discover
    from app.system.clock import RealClock
    from app.system.paths import Paths
    from app.system.secrets import KeyringSecrets
    from app.system.settings_file import SettingsFile

    at = _within_reach(moment_of(arguments.at)) if arguments.at is not None else RealClock().now()
    paths = Paths(arguments.data_dir)
    settings, notices = SettingsFile(paths.settings).load()
    for notice in notices:
        complain(notice)
    sources = discover()[0]
    fees = fees_in_use(sources, settings, KeyringSecrets(tuple(s for one in sources for s in one.secrets)))
    cost = _month(paths, settings, fees, at, free_offers(sources, fees))
    if arguments.json:
        print_document(cost_document(cost))
    else:
        for line in cost_lines(cost):
            print_line(line)
    return EXIT_DONE


def _within_reach(at: Ns) -> Ns:
    """The months before and after must be dates too, and their nanoseconds numbers of a database."""
    if moment(at).year not in _YEARS:
        raise ConfigError(f"No ledger reaches the year {moment(at).year}.")
    return at


def fees_in_use(
    sources: "Iterable[SourceSpec]", settings: Settings, secrets: "Secrets"
) -> Mapping[SourceId, MicroUsd]:
    """Fees count only for plans that are used: those whose keys are there."""
    fees = {}
    for source in sources:
        fee = getattr(settings, f"cost_{source.id}", None)
        required = [key.name for key in source.secrets if key.required]
        if fee is None or not required:
            continue
        if all(secrets.where(name) != "missing" for name in required):
            fees[source.id] = MicroUsd(round(fee * DOLLAR))
        elif secrets.state()[0] == "locked":
            complain(f"The keyring is locked: the fee of {source.title} is not counted.")
    return fees


def _month(
    paths: "Paths",
    settings: Settings,
    fees: Mapping[SourceId, MicroUsd],
    at: Ns,
    free: "tuple[FreeOffer, ...]",
) -> "MonthCost":
    from app.engine.ledger import read_books, reconciled
    from app.engine.month import month_cost
    from app.system.calendar_file import load_calendar
    from app.system.plans_file import PlansFile
    from app.system.redact import SecretRedactor
    from app.system.store import SqliteStore

    plans, told = PlansFile(paths.plans).load()
    for notice in told:
        complain(notice)
    due = fees_of(plans, moment(at).date(), fees)
    store = SqliteStore(paths, SecretRedactor())
    try:
        for notice in store.open():
            complain(notice)
        books = read_books(store, at)
    finally:
        store.close()
    return month_cost(
        now=at,
        budget=MicroUsd(round(settings.cost_budget * DOLLAR)),
        notice=MicroUsd(round(settings.cost_notice * DOLLAR)),
        fixed=due.fixed,
        licences=due.licences,
        credits=due.credits,
        charges=books.lines,
        before=books.before,
        billed=reconciled(books),
        calendar=load_calendar(paths.overrides),
        free=free,
    )
