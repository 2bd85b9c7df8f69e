"""`pitwall keys`: put vendor keys into the system's keyring, test them, take them out again.

A key is read from the terminal without echo, never from an argument (other users can list those), and
is never printed.
"""

import argparse
import getpass
import sys
from pathlib import Path
from typing import Any

from app.cli.outcome import EXIT_DONE, print_document, print_line
from app.domain.errors import ConfigError


def add(commands: Any, base: argparse.ArgumentParser) -> None:
    command = commands.add_parser("keys", parents=[base], help="vendor keys in the system's keyring")
    command.add_argument("action", choices=("list", "set", "test", "forget"))
    command.add_argument("name", nargs="?", help="which key; `list` names them")
    command.add_argument(
        "--sources", type=Path, metavar="URLMAP", help="JSON file with other vendor addresses, for `test`"
    )
    command.add_argument("--json", action="store_true", help="print one JSON document")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    from app.sources import discover
    from app.system.secrets import KeyringSecrets

    sources = discover()[0]
    specs = {spec.name: spec for source in sources for spec in source.secrets}
    owners = {spec.name: str(source.id) for source in sources for spec in source.secrets}
    secrets = KeyringSecrets(tuple(specs.values()))
    if arguments.action == "list":
        state, sentence = secrets.state()
        where = {name: secrets.where(name) for name in sorted(specs)}
        if arguments.json:
            print_document({"keyring": state, "keys": where})
        else:
            print_line(sentence)
            for name, place in where.items():
                print_line(f"{name:<22} {place:<12} {specs[name].title}")
        return EXIT_DONE
    if arguments.name not in specs:
        raise ConfigError(f"Which key? One of: {', '.join(sorted(specs))}.")
    if arguments.action == "test":
        outcome = _tested(arguments.name, owners[arguments.name], secrets, arguments)
    else:
        outcome = _act(arguments.action, arguments.name, secrets)
    if arguments.json:
        print_document({"name": arguments.name, "outcome": outcome})
    else:
        print_line(f"{arguments.name}: {outcome}")
    return EXIT_DONE


def _act(action: str, name: str, secrets: Any) -> str:
    if action == "set":
        value = _typed(name)
        place = str(secrets.put(name, value))
        if place != "keyring":
            raise ConfigError(f"{secrets.state()[1]} The key was not kept.")
        return "saved in the system keyring"
    secrets.forget(name)
    return "forgotten"


def _typed(name: str) -> str:
    asked = f"Key for {name} (not shown): "
    value = (getpass.getpass(asked) if sys.stdin.isatty() else sys.stdin.readline()).strip()
    if not value:
        raise ConfigError("No key was typed; nothing was changed.")
    return value


def _tested(name: str, source: str, secrets: Any, arguments: argparse.Namespace) -> str:
    """By a login at the vendor, or at simulators, which take none of the user's own keys."""
    from app.cli.one_source import one_test

    if arguments.sources is None and secrets.get(name) is None:
        raise ConfigError(f"No key called {name} is saved. Save one with: pitwall keys set {name}")
    return one_test(source, addresses=arguments.sources, data_dir=getattr(arguments, "data_dir", None))
