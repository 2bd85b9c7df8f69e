"""`pitwall sim`: the vendors' simulators alone, for scripts and for other programs."""

import argparse
from typing import Any

from app.cli.values import moment_of, positive


def add(commands: Any, base: argparse.ArgumentParser) -> None:
    command = commands.add_parser(
        "sim", parents=[base], help="run the simulators alone, print their addresses"
    )
    command.add_argument("--seed", type=int, default=1, help="seed of the simulated market (default 1)")
    command.add_argument("--at", metavar="ISO", help="simulated market time at the start, with its zone")
    command.add_argument("--speed", type=positive, default=1.0, help="speed of the simulated market")
    command.add_argument("--activity", type=positive, default=1.0, help="how busy the simulated market is")
    command.add_argument("--json", action="store_true", help="print the addresses as one JSON document")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from app.sim.__main__ import serve

    start = moment_of(arguments.at) if arguments.at is not None else None
    return serve(
        seed=arguments.seed,
        start=start,
        speed=arguments.speed,
        activity=arguments.activity,
        as_json=arguments.json,
    )
