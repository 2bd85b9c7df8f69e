"""Bought history as the engine sees it: files that hold, an index that knows, notes that outlive a crash."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from app.domain.history import HistoryPiece, HistoryWant
from app.domain.routing import SourceId
from app.domain.units import MicroUsd, Ns


@dataclass(frozen=True, slots=True)
class Note:
    """A purchase that was begun: what, by which reservation, for how much."""

    want: HistoryWant
    reservation: str
    cost: MicroUsd


class HistoryIndex(Protocol):
    """Part of the store: on its lane, and within its transactions."""

    def add_piece(self, piece: HistoryPiece, at: Ns) -> None: ...
    def pieces(self, want: HistoryWant) -> Sequence[HistoryPiece]: ...
    def all_pieces(self, source: SourceId) -> Sequence[tuple[HistoryPiece, Ns]]:
        """All of a source, each with when it was bought, the newest first."""
        ...

    def drop_piece(self, file: str) -> None: ...


class Shelf(Protocol):
    """The files. Blocking."""

    def begin(self, note: Note) -> str: ...
    def piece(self, want: HistoryWant, target: str) -> HistoryPiece: ...
    def finish(self, file: str) -> None: ...
    def is_whole(self, piece: HistoryPiece) -> bool: ...
    def path(self, piece: HistoryPiece) -> str: ...
    def left_behind(self) -> tuple[tuple[Note, HistoryPiece | None], ...]: ...
    def file_of(self, note: Note) -> str: ...
    def remove(self, file: str) -> None: ...
