"""A bounded list of lines that can be filtered; tells what changed since it was last asked. No Qt."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.ui.widgets.cells import Row

MOST_LINES: Final = 5_000


@dataclass(frozen=True, slots=True)
class Line:
    """`level` and `source` are what the filters compare, `words` what the search looks in."""

    row: Row
    level: str
    source: str
    words: str


@dataclass(frozen=True, slots=True)
class Filter:
    """Empty sets and texts let everything pass."""

    levels: frozenset[str] = frozenset()
    source: str = ""
    search: str = ""

    def passes(self, line: Line) -> bool:
        if self.levels and line.level not in self.levels:
            return False
        if self.source and line.source != self.source:
            return False
        return self.search.casefold() in line.words.casefold()


@dataclass(frozen=True, slots=True)
class Moved:
    """What the shown list did: `rows` is everything after a `reset`, else what joined at the end."""

    reset: bool
    dropped: int
    rows: tuple[Row, ...]


class Journal:
    def __init__(self, most: int = MOST_LINES) -> None:
        self._most = most
        self._lines: deque[Line] = deque()
        self._filter = Filter()
        self._reset, self._dropped = True, 0
        self._joined: list[Row] = []
        self.sources: list[str] = []
        """Every source seen so far, in order of appearance."""
        self.shown = 0

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, line: Line) -> None:
        if line.source not in self.sources:
            self.sources.append(line.source)
        self._lines.append(line)
        if self._filter.passes(line):
            self._joined.append(line.row)
            self.shown += 1
        while len(self._lines) > self._most:
            gone = self._lines.popleft()
            if self._filter.passes(gone):
                self._dropped += 1
                self.shown -= 1

    def replace(self, lines: Iterable[Line]) -> None:
        """These instead of all that were here."""
        self._lines.clear()
        self._joined, self._dropped, self.shown = [], 0, 0
        for line in lines:
            self.add(line)
        self._reset = True

    def choose(self, chosen: Filter) -> None:
        if chosen != self._filter:
            self._filter, self._reset = chosen, True
            self.shown = sum(chosen.passes(line) for line in self._lines)

    def moved(self) -> Moved | None:
        """What changed since the last call; None when nothing did."""
        if not (self._reset or self._dropped or self._joined):
            return None
        if self._reset or self._dropped > self.shown:
            rows = tuple(line.row for line in self._lines if self._filter.passes(line))
            moved = Moved(True, 0, rows)
        else:
            moved = Moved(False, self._dropped, tuple(self._joined))
        self._reset, self._dropped, self._joined = False, 0, []
        return moved
