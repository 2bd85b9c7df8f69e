"""The folder of bought history: whole files only, each with a note beside it until its index entry is safe.

The note is written before a request is sent. After a crash it says what a finished file is and which
reservation paid for it, so that it is neither lost nor bought again.
"""

import hashlib
import json
from pathlib import Path
from typing import Final

from app.domain.errors import ConfigError
from app.domain.history import HistoryPiece, HistoryWant
from app.domain.intervals import Span
from app.domain.routing import SourceId
from app.domain.units import MicroUsd, Ns
from app.engine.shelf import Note
from app.system.atomic import write_atomically

_SUFFIX: Final = ".dbn.zst"
_NOTE: Final = ".note.json"
_PIECE: Final = 1024 * 1024


class HistoryFiles:
    """Blocking; for any thread. Names are plain: what is in a file is told by the index."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, note: Note) -> str:
        """The path to write to."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            target = self._folder / f"{_name(note.want)}{_SUFFIX}"
            write_atomically(self._note(target.name), json.dumps(_document(note)).encode())
        except OSError as e:
            raise ConfigError(f"The folder of bought history cannot be written: {e.strerror}.") from e
        return str(target)

    def piece(self, want: HistoryWant, target: str) -> HistoryPiece:
        path = Path(target)
        return HistoryPiece(want, path.name, _digest(path), path.stat().st_size)

    def finish(self, file: str) -> None:
        self._note(file).unlink(missing_ok=True)

    def is_whole(self, piece: HistoryPiece) -> bool:
        """Whether the file still is what was stored."""
        path = self._folder / piece.file
        try:
            return path.stat().st_size == piece.size and _digest(path) == piece.sha256
        except OSError:
            return False

    def path(self, piece: HistoryPiece) -> str:
        return str(self._folder / piece.file)

    def left_behind(self) -> tuple[tuple[Note, HistoryPiece | None], ...]:
        """Notes whose purchase was not finished: with the file, if all of it came."""
        found: list[tuple[Note, HistoryPiece | None]] = []
        for path in sorted(self._folder.glob(f"*{_NOTE}")):
            note = _read(path)
            if note is None:
                path.unlink(missing_ok=True)
                continue
            target = self._folder / path.name.removesuffix(_NOTE)
            for part in self._folder.glob(f"{target.name}.part"):
                part.unlink(missing_ok=True)
            found.append((note, self.piece(note.want, str(target)) if target.exists() else None))
        return tuple(found)

    def file_of(self, note: Note) -> str:
        return f"{_name(note.want)}{_SUFFIX}"

    def remove(self, file: str) -> None:
        (self._folder / file).unlink(missing_ok=True)

    def _note(self, file: str) -> Path:
        return self._folder / f"{file}{_NOTE}"


def _name(want: HistoryWant) -> str:
    told = hashlib.sha256(f"{want.source}/{want.request}".encode()).hexdigest()[:16]
    return f"{want.source}-{want.schema}-{want.span.start}-{want.span.end}-{told}"


def _digest(path: Path) -> str:
    made = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            made.update(piece)
    return made.hexdigest()


def _document(note: Note) -> dict[str, object]:
    want = note.want
    return {
        "reservation": note.reservation, "cost": note.cost, "source": want.source, "dataset": want.dataset,
        "schema": want.schema, "symbols": want.symbols, "symbols_as": want.symbols_as,
        "start": want.span.start, "end": want.span.end,
    }  # fmt: skip


def _read(path: Path) -> Note | None:
    try:
        said = json.loads(path.read_bytes())
        want = HistoryWant(
            SourceId(said["source"]), said["dataset"], said["schema"], tuple(said["symbols"]),
            said["symbols_as"], Span(Ns(said["start"]), Ns(said["end"])),
        )  # fmt: skip
        return Note(want, said["reservation"], MicroUsd(said["cost"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
