"""The captures on screen, newest first: which one is looked at, and what is said of it in words."""

from typing import Final

from app.domain.capture import CaptureLine, Outcome
from app.domain.units import iso
from app.domain.updates import CaptureStored, Update
from app.ui.format import megabytes, millis

# The strip keeps this many; older ones stay on disk.
STRIP: Final = 200

WORDS: Final = {
    Outcome.PENDING: "being read",
    Outcome.ACCEPTED: "good",
    Outcome.REJECTED: "refused",
    Outcome.FAILED: "failed",
}


class CaptureModel:
    """Follows the newest capture until the user picks one; a picked one stays until unpicked."""

    def __init__(self) -> None:
        self._lines: dict[str, CaptureLine] = {}
        self._picked: str | None = None
        self._words: tuple[str, ...] = ()

    def apply(self, update: Update) -> bool:
        if not isinstance(update, CaptureStored):
            return False
        self._lines[update.line.id] = update.line
        if len(self._lines) > STRIP:
            oldest = min(self._lines.values(), key=lambda line: line.fetched)
            del self._lines[oldest.id]
        return True

    def search(self, words: str) -> None:
        """By symbol, date, verdict or outcome; all words must be there."""
        self._words = tuple(words.lower().split())

    @property
    def found(self) -> tuple[CaptureLine, ...]:
        """What the search leaves of the lines; the one looked at always stays."""
        shown = self.shown
        return tuple(line for line in self.lines if line is shown or self._matches(line))

    def _matches(self, line: CaptureLine) -> bool:
        pinned = "pinned" if line.pinned else ""
        text = f"{line.key} {iso(line.fetched)} {WORDS[line.outcome]} {line.verdict} {line.status} {pinned}"
        return all(word in text.lower() for word in self._words)

    @property
    def lines(self) -> tuple[CaptureLine, ...]:
        return tuple(sorted(self._lines.values(), key=lambda line: (line.fetched, line.id), reverse=True))

    @property
    def shown(self) -> CaptureLine | None:
        if self._picked in self._lines:
            return self._lines[self._picked]
        lines = self.lines
        return lines[0] if lines else None

    @property
    def follows(self) -> bool:
        return self._picked not in self._lines

    def pick(self, capture_id: str | None) -> None:
        self._picked = capture_id

    def summary(self) -> str:
        """How the captures on the strip ended, e.g. `12 good · 1 refused`."""
        counted = dict.fromkeys(WORDS.values(), 0)
        for line in self._lines.values():
            counted[WORDS[line.outcome]] += 1
        return " · ".join(f"{n} {word}" for word, n in counted.items() if n)


def what_happened(line: CaptureLine) -> str:
    """One line under the time: rows when it is good, the reason when it is not."""
    if line.outcome is Outcome.ACCEPTED:
        return "page read" if line.rows is None else f"{line.rows:,} rows"
    return line.verdict or WORDS[line.outcome]


def in_one_line(line: CaptureLine) -> str:
    status = "no answer" if line.status is None else f"HTTP {line.status}"
    verdict = f": {line.verdict}" if line.verdict else ""
    took = millis(sum(step.ms for step in line.steps))
    return f"{asked(line)} · {status} · {megabytes(line.size)} · {took} · {WORDS[line.outcome]}{verdict}"


def asked(line: CaptureLine) -> str:
    return line.key or line.channel.value
