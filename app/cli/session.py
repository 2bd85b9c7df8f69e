"""`pitwall session`: what the exchange's calendar says of a moment."""

import argparse
from typing import Any

from app.cli.outcome import EXIT_DONE, print_document, print_line
from app.cli.values import moment_of


def add(commands: Any, base: argparse.ArgumentParser) -> None:
    command = commands.add_parser("session", parents=[base], help="market state, trading day, next change")
    command.add_argument("at", nargs="?", metavar="ISO-TIME", help="with its zone; without it: now")
    command.add_argument("--json", action="store_true", help="print one JSON document")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from app.cli.session_document import session_document
    from app.system.calendar_file import load_calendar
    from app.system.clock import RealClock

    at = moment_of(arguments.at) if arguments.at is not None else RealClock().now()
    document = session_document(load_calendar(), at)
    if arguments.json:
        print_document(document)
    else:
        for name, value in document.items():
            print_line(f"{name.replace('_', ' '):<12} {value}")
    return EXIT_DONE
