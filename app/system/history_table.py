"""The index of bought history: which file holds which span of which symbols."""

import json
from collections.abc import Sequence
from sqlite3 import Row

from app.domain.history import HistoryPiece, HistoryWant
from app.domain.intervals import Span
from app.domain.routing import SourceId
from app.domain.units import Ns
from app.system.database import Database


class HistoryTable:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, piece: HistoryPiece, at: Ns) -> None:
        want = piece.want
        self._database.write(
            "INSERT OR REPLACE INTO history_piece VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                piece.file, want.source, want.dataset, want.schema, want.symbols_as,
                json.dumps(want.symbols), want.span.start, want.span.end, piece.sha256, piece.size, at,
            ),
        )  # fmt: skip

    def of_kind(self, want: HistoryWant) -> Sequence[HistoryPiece]:
        """Pieces of the same dataset, schema and kind of symbol, oldest span first."""
        rows = self._database.rows(
            "SELECT * FROM history_piece WHERE source = ? AND dataset = ? AND schema = ? AND symbols_as = ? "
            "ORDER BY start",
            (want.source, want.dataset, want.schema, want.symbols_as),
        )
        return tuple(_piece(row) for row in rows)

    def all(self, source: SourceId) -> Sequence[tuple[HistoryPiece, Ns]]:
        """The newest first, each with when it was bought."""
        rows = self._database.rows("SELECT * FROM history_piece WHERE source = ? ORDER BY at DESC", (source,))
        return tuple((_piece(row), Ns(row["at"])) for row in rows)

    def files(self) -> frozenset[str]:
        return frozenset(row["file"] for row in self._database.rows("SELECT file FROM history_piece"))

    def drop(self, file: str) -> None:
        self._database.write("DELETE FROM history_piece WHERE file = ?", (file,))


def _piece(row: Row) -> HistoryPiece:
    want = HistoryWant(
        SourceId(row["source"]), row["dataset"], row["schema"], tuple(json.loads(row["symbols"])),
        row["symbols_as"], Span(Ns(row["start"]), Ns(row["end"])),
    )  # fmt: skip
    return HistoryPiece(want, row["file"], row["sha256"], row["size"])
