"""`pitwall bench`: how fast Pitwall is on this machine, beside its peers in the same run."""

import argparse
import sys
from typing import Any

from app.cli.outcome import EXIT_DONE, print_document, print_line
from app.cli.values import positive


def add(commands: Any, base: argparse.ArgumentParser) -> None:
    command = commands.add_parser("bench", parents=[base], help="measure speed beside that of peers")
    command.add_argument("--only", action="append", default=[], metavar="NAME", help="only this one or group")
    command.add_argument(
        "--seconds",
        type=positive,
        default=20.0,
        metavar="S",
        help="how long the window is watched (default 20)",
    )
    command.add_argument(
        "--minutes",
        type=positive,
        default=1.0,
        metavar="M",
        help="how long its memory is watched (default 1)",
    )
    command.add_argument("--json", action="store_true", help="print one JSON document")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from app.bench.cases import chosen
    from app.bench.duel import Effort

    cases = chosen(arguments.only)
    effort = Effort(seconds=arguments.seconds, minutes=arguments.minutes, say=_say)
    documents = []
    for case in cases:
        documents.append(case.run(case, effort).document())
        if not arguments.json:
            _print(documents[-1], first=len(documents) == 1)
    if arguments.json:
        print_document({"cases": documents})
    return EXIT_DONE


def _say(doing: str) -> None:
    """Progress is for people: on a terminal it stays on one line."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{doing}\r")
    else:
        sys.stderr.write(doing + "\n")
    sys.stderr.flush()


def _print(case: dict[str, Any], *, first: bool) -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()
    if first:
        print_line(f"{'what':<23}{'ours':>14} {'unit':<14}{'peer':>14}{'ratio':>9}  peer is")
    print_line(
        f"{case['name']:<23}{_number(case['ours']):>14} {case['unit']:<14}{_number(case['peers']):>14}"
        f"{_ratio(case['ratio']):>9}  {case['peer']}"
    )
    if case["must"]:
        print_line(f"{'':<23}{'met' if case['met'] else 'NOT MET'}: {case['must']}")
    sys.stdout.flush()


def _number(value: float | None) -> str:
    if value is None:
        return "—"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.2f}"


def _ratio(value: float | None) -> str:
    return "—" if value is None else f"× {value:,.2f}"
