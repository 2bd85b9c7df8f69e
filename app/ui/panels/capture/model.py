"""The captures on screen, newest first: which one is looked at, which are in view, what came before it."""

from datetime import date
from typing import Final

from app.domain.capture import CaptureLine, Outcome
from app.domain.units import iso
from app.domain.updates import CaptureForgotten, CaptureStored, Update
from app.ui.panels.capture.words import WORDS

# The strip keeps this many; older ones stay on disk.
STRIP: Final = 200


class CaptureModel:
    """Follows the newest capture until the user picks one; a picked one stays until unpicked."""

    def __init__(self) -> None:
        self._lines: dict[str, CaptureLine] = {}
        self._sorted: tuple[CaptureLine, ...] | None = None
        self._picked: str | None = None
        self._words: tuple[str, ...] = ()
        self._span: tuple[str, str] | None = None

    def apply(self, update: Update) -> bool:
        if isinstance(update, CaptureForgotten):
            self._sorted = None
            return self._lines.pop(update.capture_id, None) is not None
        if not isinstance(update, CaptureStored):
            return False
        self._lines[update.line.id] = update.line
        self._sorted = None
        if len(self._lines) > STRIP:
            oldest = min(self._lines.values(), key=lambda line: line.fetched)
            del self._lines[oldest.id]
        return True

    def search(self, words: str) -> None:
        """By symbol, date, expiry, verdict or outcome; all words must be there."""
        self._words = tuple(words.lower().split())

    def choose_span(self, first: str | None, last: str | None = None) -> None:
        """Only captures from one to another are in view; None lifts it."""
        self._span = None if first is None or last is None else (first, last)

    @property
    def span(self) -> tuple[CaptureLine, CaptureLine] | None:
        """The older and the newer end of what was chosen on the strip, if both are still there."""
        ends = [self._lines[one] for one in self._span or () if one in self._lines]
        if len(ends) != 2:
            return None
        older, newer = sorted(ends, key=lambda line: (line.fetched, line.id))
        return older, newer

    @property
    def found(self) -> tuple[CaptureLine, ...]:
        """What search and span leave of the lines; the one looked at always stays."""
        shown, span = self.shown, self.span
        return tuple(
            line
            for line in self.lines
            if line is shown
            or (self._matches(line) and (span is None or span[0].fetched <= line.fetched <= span[1].fetched))
        )

    def _matches(self, line: CaptureLine) -> bool:
        if not self._words:
            return True
        pinned = "pinned" if line.pinned else ""
        text = (
            f"{line.key} {iso(line.fetched)} {line.expiry or ''} {WORDS[line.outcome]} {line.verdict} "
            f"{line.status} {pinned}"
        )
        return all(word in text.lower() for word in self._words)

    @property
    def lines(self) -> tuple[CaptureLine, ...]:
        if self._sorted is None:
            newest = sorted(self._lines.values(), key=lambda line: (line.fetched, line.id), reverse=True)
            self._sorted = tuple(newest)
        return self._sorted

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

    def step(self, by: int) -> str | None:
        """The capture so many places further down the list, as far as it goes."""
        found = self.found
        here = next((n for n, line in enumerate(found) if line is self.shown), 0)
        return found[max(0, min(len(found) - 1, here + by))].id if found else None

    def before(self, line: CaptureLine) -> CaptureLine | None:
        """The last good one of the same question, older than this one."""
        return next(
            (
                one
                for one in self.lines
                if one.outcome is Outcome.ACCEPTED
                and (one.source, one.key, is_page(one)) == (line.source, line.key, is_page(line))
                and (one.fetched, one.id) < (line.fetched, line.id)
            ),
            None,
        )

    def summary(self) -> str:
        """How the captures on the strip ended, e.g. `12 good · 1 refused`."""
        counted = dict.fromkeys(WORDS.values(), 0)
        for line in self._lines.values():
            counted[WORDS[line.outcome]] += 1
        return " · ".join(f"{n} {word}" for word, n in counted.items() if n)


def is_page(line: CaptureLine) -> bool:
    """Whether a page was asked for: only a call for data has a step of that name."""
    return not any(step.name in ("token", "request") for step in line.steps)


def days_left(line: CaptureLine, day: date) -> int | None:
    """Days from the trading day of the capture to the expiry that was read in it."""
    return None if line.expiry is None else (line.expiry - day).days
