"""`pitwall book`: the top of the order book after each complete event of an MBO file."""

import argparse
import json
from pathlib import Path
from typing import Any

from app.cli.outcome import EXIT_DONE, complain, print_line
from app.cli.values import existing, whole


def add(commands: Any, base: argparse.ArgumentParser) -> None:
    command = commands.add_parser("book", parents=[base], help="the order book's top, from an MBO file")
    command.add_argument("file", type=Path, metavar="FILE", help=".dbn or .dbn.zst with MBO records")
    command.add_argument("--instrument", type=whole, metavar="ID", help="this instrument only")
    command.add_argument("--json", action="store_true", help="print JSON lines (the only form there is)")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from app.cli.book_lines import book_lines

    for line in book_lines(existing(arguments.file), arguments.instrument):
        if line.get("truncated"):
            complain("the tape ends in the middle of a record; everything before it was read.")
        print_line(json.dumps(line, allow_nan=False))
    return EXIT_DONE
