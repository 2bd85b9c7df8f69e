"""The store as the commands about captures use it: opened, searched, examined, written to files."""

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.cli.outcome import complain, print_document, print_line
from app.domain.errors import ConfigError

if TYPE_CHECKING:
    from app.domain.capture import Capture
    from app.domain.examination import Examination
    from app.system.redact import SecretRedactor
    from app.system.store import SqliteStore

_SUFFIXES: Final = {"application/json": ".json", "text/html": ".html"}


@contextmanager
def opened_store(data_dir: Path | None) -> "Iterator[SqliteStore]":
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


def stored_capture(store: "SqliteStore", capture_id: str) -> "Capture":
    capture = store.load_capture(capture_id)
    if capture is None:
        raise ConfigError(
            f"There is no readable stored answer called {capture_id!r}; `pitwall captures list` names them."
        )
    return capture


def examined(
    store: "SqliteStore", capture_id: str, data_dir: Path | None, against: str | None = None
) -> "Examination":
    from app.cli.chain_document import calendar_of
    from app.engine.evidence import Evidence
    from app.sources import discover

    evidence = Evidence(discover()[0], calendar_of(data_dir))
    found = evidence.gather(store, stored_capture(store, capture_id).id, against)
    if found is None:
        raise ConfigError(f"The stored answer {capture_id!r} has just gone.")
    return evidence.examine(found)


def export(store: "SqliteStore", arguments: argparse.Namespace) -> None:
    capture = stored_capture(store, arguments.id)
    if arguments.raw:
        kind, suffix = "raw", _SUFFIXES.get(capture.content_type, ".txt")
    else:
        kind, suffix = ("har", ".har") if arguments.har else ("bundle", ".nqcap")
        if arguments.warc:
            kind, suffix = "warc", ".warc"
    out = arguments.out or Path(f"{_plain(capture.id)}{suffix}")
    if arguments.fixture is not None:
        kind, out = "fixture", arguments.fixture
    elif out.exists():
        raise ConfigError(f"There is a file {out} already; nothing was written.")
    if kind == "raw":
        said = _write_raw(capture, out)
    else:
        from app.system.bundle import CaptureExporter

        redactor = _knowing_all_secrets(arguments.data_dir)
        said = CaptureExporter(redactor)(examined(store, capture.id, arguments.data_dir), kind, str(out))
    if arguments.json:
        print_document({"id": capture.id, "kind": kind, "file": str(out), "bytes": _size(out)})
    else:
        print_line(said)


def _knowing_all_secrets(data_dir: Path | None) -> "SecretRedactor":
    """What is written is searched for every key of the user and every cookie that is kept."""
    from app.composition import secrets_for
    from app.elsewhere import read_url_map
    from app.sources import discover
    from app.system.http import RequestsHttp
    from app.system.paths import Paths
    from app.system.redact import SecretRedactor

    redactor = SecretRedactor()
    sources = discover()[0]
    specs = tuple(key for source in sources for key in source.secrets)
    secrets = secrets_for(specs, read_url_map(None), redactor)
    for spec in specs:
        secrets.get(spec.name)
    http = RequestsHttp(redactor, Paths(data_dir).cookies)
    for source in sources:
        http.session(source.id).close()  # it learns what it finds
    return redactor


def _write_raw(capture: "Capture", out: Path) -> str:
    try:
        with out.open("xb") as file:
            file.write(capture.body)
    except OSError as e:
        raise ConfigError(f"{out} cannot be written: {e.strerror}.") from e
    return f"{len(capture.body):,} bytes are in {out}."


def _size(out: Path) -> int | None:
    return out.stat().st_size if out.is_file() else None


def _plain(name: str) -> str:
    """As a file name, whatever the name is."""
    return "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in name)
