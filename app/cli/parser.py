"""All arguments of `pitwall`: the window's own and one sub-parser a command."""

import argparse
import sys
from pathlib import Path
from typing import NoReturn

from app.cli import bench, book, captures, cost, fetch, keys, parse, session, sim, tape, verify
from app.cli.outcome import EXIT_BAD_INPUT, complain
from app.cli.values import positive

COMMANDS = (session, tape, book, parse, fetch, captures, cost, keys, verify, sim, bench)


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong in one line; the usage text is for `--help` alone."""

    def error(self, message: str) -> NoReturn:
        complain(f"{message} (see {self.prog} --help)", self.prog)
        sys.exit(EXIT_BAD_INPUT)


def parser() -> argparse.ArgumentParser:
    top = OneLineParser(
        prog="pitwall",
        allow_abbrev=False,
        parents=[_shared()],
        description="A workstation for NQ futures options. Without a command it opens the window.",
    )
    top.set_defaults(run=None, data_dir=None)
    _window(top)
    commands = top.add_subparsers(title="commands", metavar="COMMAND", parser_class=OneLineParser)
    # not the window's own: its default for a missing folder would hide what stands before the command
    base = _shared()
    for module in COMMANDS:
        module.add(commands, base)
    return top


def _shared() -> argparse.ArgumentParser:
    base = argparse.ArgumentParser(add_help=False)
    base.add_argument(
        "--data-dir", type=Path, default=argparse.SUPPRESS, help="folder of all state (env PITWALL_DATA_DIR)"
    )
    return base


def _window(top: argparse.ArgumentParser) -> None:
    window = top.add_argument_group("window")
    window.add_argument("--demo", action="store_true", help="run on local simulators, clearly marked")
    window.add_argument(
        "--profile", metavar="NAME", help="which sources may feed what, in this run (default: as set)"
    )
    window.add_argument(
        "--sources", type=Path, metavar="URLMAP", help="JSON file with other vendor addresses"
    )
    window.add_argument(
        "--replay",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="play recorded DBN files instead of live sources",
    )
    window.add_argument("--seed", type=int, default=1, help="seed of the simulated market (default 1)")
    window.add_argument(
        "--speed", type=positive, default=1.0, help="speed of the simulated market or the replay (default 1)"
    )
    window.add_argument("--activity", type=positive, default=1.0, help="how busy the simulated market is")
    window.add_argument(
        "--at", metavar="ISO", help="market time of demo or replay at the start, with its zone"
    )
    window.add_argument("--exit-after", type=positive, metavar="S", help="close the window after S seconds")
    window.add_argument(
        "--shot", type=Path, metavar="FILE.png", help="save a picture of the window at the end"
    )
