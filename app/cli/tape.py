"""`pitwall tape`: pressure bars of DBN files."""

import argparse
from pathlib import Path
from typing import Any

from app.cli.outcome import EXIT_DONE, complain, print_document, print_line
from app.cli.values import existing, whole


def add(commands: Any, base: argparse.ArgumentParser) -> None:
    command = commands.add_parser("tape", parents=[base], help="pressure bars of DBN files")
    command.add_argument("files", nargs="+", type=Path, metavar="FILE", help=".dbn or .dbn.zst with trades")
    command.add_argument("--window", type=whole, default=300, metavar="S", help="seconds a bar (default 300)")
    command.add_argument("--instrument", type=whole, metavar="ID", help="this instrument only")
    command.add_argument("--json", action="store_true", help="print one JSON document")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from app.cli.tape_document import tape_document

    document: dict[str, Any] = tape_document(
        [existing(f) for f in arguments.files], arguments.window, arguments.instrument
    )
    if document["truncated"]:
        complain("the tape ends in the middle of a record; everything before it was read.")
    if arguments.instrument is not None and not document["totals"]:
        complain(f"there is no trade of instrument {arguments.instrument}.")
    if arguments.json:
        print_document(document)
        return EXIT_DONE
    print_line(f"{'start':<21}{'instrument':<24}{'bought':>8}{'sold':>8}{'unknown':>8}{'pressure':>10}")
    for bar in document["bars"]:
        name = bar["symbol"] or str(bar["instrument_id"])
        pressure = "—" if bar["pressure"] is None else f"{bar['pressure']:+.3f}"
        print_line(
            f"{bar['start']:<21}{name:<24}{bar['bought']:>8}{bar['sold']:>8}{bar['unknown']:>8}{pressure:>10}"
        )
    return EXIT_DONE
