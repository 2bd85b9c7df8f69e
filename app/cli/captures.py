"""`pitwall captures`: the answers that were stored, for scripts: list, show one, take one out as a file."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.cli.outcome import EXIT_DONE, complain, print_document, print_line
from app.cli.values import whole
from app.domain.errors import ConfigError
from app.domain.units import iso

if TYPE_CHECKING:
    from app.domain.capture import Capture, CaptureLine, Step
    from app.system.store import SqliteStore

_SUFFIXES: Final = {"application/json": ".json", "text/html": ".html"}


def add(commands: Any, base: argparse.ArgumentParser) -> None:
    command = commands.add_parser("captures", parents=[base], help="stored answers: list, show, export")
    actions = command.add_subparsers(dest="action", required=True, metavar="list|show|export")
    listing = actions.add_parser("list", parents=[base], help="the newest first")
    listing.add_argument("--limit", type=whole, default=50, metavar="N", help="how many at most (default 50)")
    listing.set_defaults(run=run, act=_list)
    showing = actions.add_parser("show", parents=[base], help="what was asked, answered and made of it")
    showing.add_argument("id", metavar="ID", help="as `list` names it")
    showing.set_defaults(run=run, act=_show)
    exporting = actions.add_parser("export", parents=[base], help="the answer itself, as a file")
    exporting.add_argument("id", metavar="ID", help="as `list` names it")
    exporting.add_argument(
        "--out", type=Path, metavar="FILE", help="where to (default: its id, in this folder)"
    )
    exporting.set_defaults(run=run, act=_export)
    for one in (listing, showing, exporting):
        one.add_argument("--json", action="store_true", help="print one JSON document")


def run(arguments: argparse.Namespace) -> int:
    with _store(arguments.data_dir) as store:
        arguments.act(store, arguments)
    return EXIT_DONE


@contextmanager
def _store(data_dir: Path | None) -> "Iterator[SqliteStore]":
    from app.system.paths import Paths
    from app.system.redact import SecretRedactor
    from app.system.store import SqliteStore

    store = SqliteStore(Paths(data_dir), SecretRedactor())
    try:
        for notice in store.open():
            complain(notice)
        yield store
    finally:
        store.close()


def _list(store: "SqliteStore", arguments: argparse.Namespace) -> None:
    lines = store.capture_lines(arguments.limit)
    if arguments.json:
        print_document({"captures": [_of_line(line) for line in lines]})
        return
    for line in lines:
        rows = "" if line.rows is None else f"{line.rows} rows"
        status = "—" if line.status is None else str(line.status)
        print_line(
            f"{line.id}  {iso(line.fetched)[:19]}Z  {line.source:<10} {line.key:<10} {status:<4}"
            f" {line.outcome.value:<9}{rows:>10}  {line.verdict}"
        )
    if not lines:
        print_line("There is no stored answer yet.")


def _show(store: "SqliteStore", arguments: argparse.Namespace) -> None:
    capture = _found(store, arguments.id)
    document = _of_capture(capture)
    if arguments.json:
        print_document(document)
        return
    for name, value in document.items():
        if name not in ("steps", "headers"):
            print_line(f"{name.replace('_', ' '):<14} {'—' if value is None else value}")
    for step in capture.steps:
        print_line(f"  {'done' if step.ok else 'FAILED':<7}{step.name:<16}{step.ms:>9.1f} ms  {step.note}")


def _export(store: "SqliteStore", arguments: argparse.Namespace) -> None:
    capture = _found(store, arguments.id)
    out = arguments.out or Path(f"{_plain(capture.id)}{_SUFFIXES.get(capture.content_type, '.txt')}")
    try:
        with out.open("xb") as file:
            file.write(capture.body)
    except FileExistsError as e:
        raise ConfigError(f"There is a file {out} already; nothing was written.") from e
    except OSError as e:
        raise ConfigError(f"{out} cannot be written: {e.strerror}.") from e
    if arguments.json:
        print_document({"id": capture.id, "file": str(out), "bytes": len(capture.body)})
    else:
        print_line(f"{len(capture.body)} bytes in {out}")


def _found(store: "SqliteStore", capture_id: str) -> "Capture":
    capture = store.load_capture(capture_id)
    if capture is None:
        raise ConfigError(
            f"There is no readable stored answer called {capture_id!r}; `pitwall captures list` names them."
        )
    return capture


def _of_line(line: "CaptureLine") -> dict[str, object]:
    return {
        "id": line.id,
        "source": line.source,
        "channel": line.channel.value,
        "key": line.key,
        "fetched": iso(line.fetched),
        "fetched_ns": line.fetched,
        "status": line.status,
        "outcome": line.outcome.value,
        "verdict": line.verdict,
        "rows": line.rows,
        "bytes": line.size,
        "steps": _of_steps(line.steps),
        "picture": line.picture,
    }


def _of_capture(capture: "Capture") -> dict[str, object]:
    return {
        "id": capture.id,
        "source": capture.source,
        "channel": capture.channel.value,
        "key": capture.key,
        "fetched": iso(capture.fetched),
        "fetched_ns": capture.fetched,
        "status": capture.status,
        "outcome": capture.outcome.value,
        "verdict": capture.verdict,
        "rows": capture.rows,
        "bytes": len(capture.body),
        "steps": _of_steps(capture.steps),
        "picture": capture.picture,
        "url": capture.url,
        "content_type": capture.content_type,
        "headers": dict(capture.headers),
    }


def _of_steps(steps: "tuple[Step, ...]") -> list[dict[str, object]]:
    return [{"name": s.name, "ms": round(s.ms, 3), "ok": s.ok, "note": s.note} for s in steps]


def _plain(name: str) -> str:
    """As a file name, whatever the name is."""
    return "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in name)
