"""`pitwall parse`: the same parser as the window's, on a stored answer or page, without any network."""

import argparse
from pathlib import Path
from typing import Any

from app.cli.outcome import EXIT_DONE, print_document, print_line
from app.cli.values import existing, moment_of


def add(commands: Any, base: argparse.ArgumentParser) -> None:
    command = commands.add_parser("parse", parents=[base], help="read a stored answer or page, offline")
    command.add_argument("source", help="whose answer it is, e.g. barchart")
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument(
        "--fetched", metavar="ISO", help="when it was received (default: the file's own time)"
    )
    command.add_argument("--series", metavar="S", help="the series that was asked for")
    command.add_argument("--json", action="store_true", help="print one JSON document")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from app.cli.chain_document import calendar_of, parse_file

    fetched = moment_of(arguments.fetched) if arguments.fetched is not None else None
    calendar = calendar_of(arguments.data_dir)
    document = parse_file(arguments.source, existing(arguments.file), fetched, arguments.series, calendar)
    if arguments.json:
        print_document(document)
    else:
        print_summary(document)
    return EXIT_DONE


def print_summary(document: Any) -> None:
    """The document's plain facts for a reader; rows are left to `--json`."""
    for name, value in document.items():
        if isinstance(value, list):
            print_line(f"{name.replace('_', ' '):<18} {len(value)}")
        elif isinstance(value, dict):
            print_line(f"{name.replace('_', ' '):<18} " + ", ".join(f"{k} {v}" for k, v in value.items()))
        else:
            print_line(f"{name.replace('_', ' '):<18} {'—' if value is None else value}")
