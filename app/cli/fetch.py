"""`pitwall fetch`: one chain or quote of a source, normalised."""

import argparse
from pathlib import Path
from typing import Any

from app.cli.outcome import EXIT_DONE, EXIT_SOURCE_FAILED, complain, print_document
from app.cli.parse import print_summary


def add(commands: Any, base: argparse.ArgumentParser) -> None:
    command = commands.add_parser("fetch", parents=[base], help="one chain or quote of a source")
    command.add_argument("source", help="which source, e.g. barchart")
    command.add_argument("--series", metavar="S", help="series to ask for (default: the nearest listed)")
    command.add_argument(
        "--sources", type=Path, metavar="URLMAP", help="JSON file with other vendor addresses"
    )
    command.add_argument("--json", action="store_true", help="print one JSON document")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from app.cli.one_source import one_fetch

    document, why_not = one_fetch(
        arguments.source, arguments.series, addresses=arguments.sources, data_dir=arguments.data_dir
    )
    if arguments.json:
        print_document(document)
    else:
        print_summary(document)
    if why_not:
        complain(why_not)
        return EXIT_SOURCE_FAILED
    return EXIT_DONE
