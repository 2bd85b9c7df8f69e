"""`pitwall verify`: every source tried and measured, against simulators or, on request, the real vendors.

The evidence file holds what was measured and nothing else: no key, no part of one, no text of a vendor.
"""

import argparse
import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.cli.outcome import EXIT_DONE, EXIT_SOURCE_FAILED, print_document, print_line
from app.cli.values import positive
from app.domain.units import DOLLAR, MicroUsd, usd
from app.domain.verify_plan import WITHOUT_QUESTION

if TYPE_CHECKING:
    from app.domain.verification import Verification
    from app.elsewhere import Elsewhere

_WORDS: Final = {"pass": "passed", "fail": "failed", "skipped": "skipped"}


def add(commands: Any, base: argparse.ArgumentParser) -> None:
    command = commands.add_parser("verify", parents=[base], help="try and measure every source")
    command.add_argument("--live", action="store_true", help="against the real vendors, with your own keys")
    command.add_argument(
        "--sources", type=Path, metavar="URLMAP", help="against simulators that run already (their addresses)"
    )
    command.add_argument("--evidence", type=Path, metavar="FILE.json", help="where the evidence is written")
    command.add_argument(
        "--approve",
        type=positive,
        metavar="USD",
        default=usd(WITHOUT_QUESTION),
        help="most that --live may cost in metered data (default %(default).2f)",
    )
    command.add_argument("--json", action="store_true", help="print one JSON document")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    import asyncio

    from app.cli.verify_run import verified
    from app.domain.verification import Verdict
    from app.system.paths import Paths

    with _vendors(arguments) as elsewhere, _folder(arguments, elsewhere) as folder:
        found = asyncio.run(verified(folder, elsewhere, MicroUsd(round(arguments.approve * DOLLAR))))
    evidence = arguments.evidence or Paths(arguments.data_dir).data / f"verification-{found.mode}.json"
    _write(evidence, found)
    if arguments.json:
        print_document(found.document())
    else:
        _print(found, evidence)
    return EXIT_SOURCE_FAILED if found.count(Verdict.FAIL) else EXIT_DONE


@contextlib.contextmanager
def _vendors(arguments: argparse.Namespace) -> Iterator["Elsewhere"]:
    """The real ones, those of a map, or simulators of our own that end with the command."""
    from app.domain.errors import ConfigError
    from app.elsewhere import Elsewhere, from_map, read_url_map
    from app.sim.child import FarmChild

    if arguments.live and arguments.sources is not None:
        raise ConfigError("Choose --live or --sources, not both.")
    if arguments.live:
        yield Elsewhere()
    elif arguments.sources is not None:
        yield read_url_map(arguments.sources)
    else:
        with FarmChild() as farm:
            if farm.clock_origin is None:
                raise ConfigError("The simulators did not say their clock.")
            yield from_map({**farm.addresses, "clock": asdict(farm.clock_origin)}, "the simulators")


@contextlib.contextmanager
def _folder(arguments: argparse.Namespace, elsewhere: "Elsewhere") -> Iterator[Path | None]:
    """Simulated answers leave nothing behind; real ones are kept where the user's are."""
    if not elsewhere.simulated:
        yield arguments.data_dir
        return
    with tempfile.TemporaryDirectory(prefix="pitwall-verify-") as made:
        yield Path(made)


def _write(path: Path, found: "Verification") -> None:
    import json

    from app.domain.errors import ConfigError
    from app.system.atomic import write_atomically

    try:
        write_atomically(path, json.dumps(found.document(), indent=2).encode() + b"\n")
    except OSError as e:
        raise ConfigError(f"The evidence could not be written to {path}: {e.strerror}.") from e


def _print(found: "Verification", evidence: Path) -> None:
    from app.domain.verification import Verdict

    for check in found.checks:
        measured = ", ".join(f"{name} {value}" for name, value in check.measured.items())
        words = "; ".join(part for part in (measured, check.why) if part)
        print_line(f"{check.verdict.value:<8}{check.source:<12}{check.check.value:<15}{words}")
    counts = (found.count(verdict) for verdict in (Verdict.PASS, Verdict.FAIL, Verdict.SKIPPED))
    print_line(
        "{} passed, {} failed, {} skipped".format(*counts) + f" ({found.mode}); evidence in {evidence}"
    )
