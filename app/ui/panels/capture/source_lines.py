"""The lines of a source with some blocks folded away: which are seen, where a path is, what is found."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from app.domain.answer import Answer
from app.domain.html_tree import Page
from app.domain.json_tree import SourceLine, lines_of, lines_of_text

# Rows of the chain are folded at first: two lists of them can be overlooked, 30,000 lines cannot.
_FOLDED_FROM: Final = 3


@dataclass(slots=True)
class Source:
    """Without Qt. Made beside the GUI thread; folding and searching take about 2 ms."""

    lines: tuple[SourceLine, ...]
    places: dict[str, int]
    folded: set[int] = field(default_factory=set)
    seen: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._look()

    def text(self, number: int) -> str:
        line = self.lines[number]
        if line.last == number:
            return f"{'    ' * line.depth}  {line.text}"
        if number not in self.folded:
            return f"{'    ' * line.depth}▾ {line.text}"
        return f"{'    ' * line.depth}▸ {line.text} … {self.lines[line.last].text}  {self._gist(number)}"

    def fold(self, number: int) -> bool:
        """Folds the block begun by a line, or unfolds it; False when it begins none."""
        if self.lines[number].last == number:
            return False
        self.folded ^= {number}
        self._look()
        return True

    def reveal(self, number: int) -> None:
        """Unfolds whatever hides a line."""
        hiding = {n for n in self.folded if n < number <= self.lines[n].last}
        if hiding:
            self.folded -= hiding
            self._look()

    def hits(self, words: str) -> tuple[int, ...]:
        """Numbers of the lines with these words."""
        low = words.lower()
        return tuple(n for n, line in enumerate(self.lines) if low in line.text.lower()) if low else ()

    def place(self, locator: str) -> int | None:
        """Where a path stands; the nearest one around it if it is not there."""
        while locator and locator not in self.places:
            cut = max(locator.rfind("."), locator.rfind("["))
            locator = locator[:cut] if cut > 0 else ""
        return self.places.get(locator)

    def _look(self) -> None:
        self.seen = list(self._visible())

    def _visible(self) -> Iterator[int]:
        number = 0
        while number < len(self.lines):
            yield number
            number = self.lines[number].last + 1 if number in self.folded else number + 1

    def _gist(self, number: int) -> str:
        """A folded row names its contract; a folded list says how many lines it has."""
        last = self.lines[number].last
        for line in self.lines[number + 1 : min(last, number + 40)]:
            if line.text.startswith('"symbol": '):
                return line.text[10:].strip('"')
        return f"{last - number - 1:,} lines"


def next_hit(hits: tuple[int, ...], here: int, *, back: bool = False) -> int | None:
    """The hit after a line, or before it; round from the other end after the last one."""
    if not hits:
        return None
    if back:
        return next((n for n in reversed(hits) if n < here), hits[-1])
    return next((n for n in hits if n > here), hits[0])


def source_of(answer: Answer, body: bytes, page: Page | None = None) -> Source:
    if page is not None:
        lines = page.lines
    else:
        lines = lines_of_text(body) if answer.document is None else lines_of(answer.document)
    places: dict[str, int] = {}
    for number, line in enumerate(lines):
        if line.path:
            places.setdefault(line.path, number)
    folded = {
        n
        for n, line in enumerate(lines)
        if line.last != n and (_is_unseen(line.text) if page else line.depth >= _FOLDED_FROM)
    }
    return Source(lines, places, folded)


def _is_unseen(text: str) -> bool:
    """Scripts and styles of a page are folded at first: nobody reads them to find a number."""
    return text.startswith(("<script", "<style", "<head", "<svg", "<noscript"))
