"""`pitwall captures`: the answers that were stored, for scripts: find, read again, compare, export."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from app.cli.outcome import EXIT_DONE, print_document, print_line
from app.cli.stored_captures import examined, export, opened_store, stored_capture
from app.cli.values import existing, whole
from app.domain.errors import ConfigError
from app.domain.units import iso

if TYPE_CHECKING:
    from app.domain.capture import CaptureLine
    from app.system.store import SqliteStore

_DIFFERENCES_PRINTED: Final = 40


def add(commands: Any, base: argparse.ArgumentParser) -> None:
    command = commands.add_parser("captures", parents=[base], help="stored answers: list, compare, export …")
    actions = command.add_subparsers(
        dest="action", required=True, metavar="list|show|export|reparse|diff|pin|unpin|delete"
    )

    def action(name: str, act: Any, words: str, *ids: str) -> argparse.ArgumentParser:
        one: argparse.ArgumentParser = actions.add_parser(name, parents=[base], help=words)
        for each in ids:
            one.add_argument(each, metavar=each.upper(), help="as `list` names it")
        one.add_argument("--json", action="store_true", help="print one JSON document")
        one.set_defaults(run=run, act=act)
        return one

    listing = action("list", _list, "the newest first")
    listing.add_argument("--limit", type=whole, default=50, metavar="N", help="how many at most (default 50)")
    listing.add_argument("--search", default="", metavar="WORDS", help="symbol, date or verdict")
    action("show", _show, "what was asked, answered and made of it", "id")
    exporting = action("export", export, "everything known of it, as a .nqcap bundle", "id")
    exporting.add_argument("--out", type=Path, metavar="FILE", help="where to (default: its id, here)")
    form = exporting.add_mutually_exclusive_group()
    form.add_argument("--har", action="store_true", help="request and answer as HAR 1.2 instead")
    form.add_argument("--warc", action="store_true", help="request and answer as WARC 1.1 instead")
    form.add_argument("--raw", action="store_true", help="the answer alone instead")
    form.add_argument("--fixture", type=Path, metavar="FOLDER", help="answer and expected values, for a test")
    again = action("reparse", _reparse, "read it again with today's parser", "id")
    again.add_argument("--against", type=Path, metavar="EXPECTED.json", help="values of a fixture")
    action("diff", _diff, "how two differ", "before", "after")
    action("delete", _delete, "with its answer and picture", "id")
    action("pin", _pin, "never thin it", "id").set_defaults(pinned=True)
    action("unpin", _pin, "thin it when its time comes", "id").set_defaults(pinned=False)


def run(arguments: argparse.Namespace) -> int:
    with opened_store(arguments.data_dir) as store:
        arguments.act(store, arguments)
    return EXIT_DONE


def _list(store: "SqliteStore", arguments: argparse.Namespace) -> None:
    from app.cli.capture_document import line_document

    words = arguments.search.lower().split()
    lines = [
        line for line in store.capture_lines(arguments.limit) if all(w in _searched(line) for w in words)
    ]
    if arguments.json:
        print_document({"captures": [line_document(line) for line in lines]})
        return
    for line in lines:
        rows = "" if line.rows is None else f"{line.rows} rows"
        status = "—" if line.status is None else str(line.status)
        print_line(
            f"{line.id}  {iso(line.fetched)[:19]}Z  {line.source:<10} {line.key:<10} {status:<4}"
            f" {line.outcome.value:<9}{rows:>10}  {'pinned  ' if line.pinned else ''}{line.verdict}"
        )
    if not lines:
        print_line("There is no such stored answer." if words else "There is no stored answer yet.")


def _searched(line: "CaptureLine") -> str:
    pinned = "pinned" if line.pinned else ""
    return f"{line.id} {line.key} {iso(line.fetched)} {line.outcome.value} {line.verdict} {pinned}".lower()


def _show(store: "SqliteStore", arguments: argparse.Namespace) -> None:
    from app.cli.capture_document import capture_document

    capture = stored_capture(store, arguments.id)
    document = capture_document(capture)
    if arguments.json:
        print_document(document)
        return
    for name, value in document.items():
        if name not in ("steps", "headers"):
            print_line(f"{name.replace('_', ' '):<14} {'—' if value is None else value}")
    for step in capture.steps:
        print_line(f"  {'done' if step.ok else 'FAILED':<7}{step.name:<16}{step.ms:>9.1f} ms  {step.note}")


def _reparse(store: "SqliteStore", arguments: argparse.Namespace) -> None:
    from app.cli.capture_document import examination_document
    from app.domain.examination_document import compared, values_of
    from app.system.fixture import expected_values

    examination = examined(store, arguments.id, arguments.data_dir)
    document = examination_document(examination)
    expected = None if arguments.against is None else expected_values(existing(arguments.against))
    changed = [] if expected is None else list(compared(expected, values_of(examination)))
    if expected is not None:
        document["differences"] = [{"field": f, "expected": old, "now": new} for f, old, new in changed]
    if arguments.json:
        print_document(document)
        return
    print_line(examination.then_and_now)
    for check in examination.checks:
        print_line(f"  {check.finding.value:<13}{check.name:<24}{check.expected}  →  {check.actual}")
    if expected is not None:
        print_line(f"{len(changed)} fields differ from {arguments.against}.")
    for name, old, new in changed[:_DIFFERENCES_PRINTED]:
        print_line(f"  {name}: {'—' if old is None else old} → {'—' if new is None else new}")


def _diff(store: "SqliteStore", arguments: argparse.Namespace) -> None:
    from app.cli.capture_document import diff_document

    stored_capture(store, arguments.before)
    found = examined(store, arguments.after, arguments.data_dir, arguments.before).difference
    if found is None:
        raise ConfigError("There is nothing to compare with.")
    if arguments.json:
        print_document(diff_document(arguments.before, arguments.after, found))
        return
    for one in (*found.request, *found.structure):
        print_line(f"{one.name}: {one.before} → {one.after}")
    for row in found.rows[:_DIFFERENCES_PRINTED]:
        cells = ", ".join(f"{cell.name} {cell.before} → {cell.after}" for cell in row.cells)
        print_line(f"{row.symbol}: {cells or row.word}")
    print_line(f"{len(found.rows)} contracts differ, {found.unchanged} are the same.")


def _pin(store: "SqliteStore", arguments: argparse.Namespace) -> None:
    from app.cli.capture_document import line_document

    line = store.pin_capture(stored_capture(store, arguments.id).id, arguments.pinned)
    if arguments.json and line is not None:
        print_document(line_document(line))
    else:
        print_line("It is kept until you unpin it." if arguments.pinned else "It is thinned like the others.")


def _delete(store: "SqliteStore", arguments: argparse.Namespace) -> None:
    capture_id = stored_capture(store, arguments.id).id
    store.forget_capture(capture_id)
    if arguments.json:
        print_document({"id": capture_id, "deleted": True})
    else:
        print_line("It is deleted, with its answer and its picture.")
