"""What a reader of two pages would find changed: lines of visible text that came or went."""

from difflib import SequenceMatcher
from typing import Final

from app.domain.capture_diff import Difference
from app.domain.html_tree import Page, visible_text

# Longer pages are compared as far as this: the comparison takes time by the square of it.
_MOST_LINES: Final = 4_000
_ABSENT: Final = "absent"


def text_difference(before: Page, after: Page) -> tuple[Difference, ...]:
    """Each named by the number of its line in the page it stands on."""
    old, new = visible_text(before)[:_MOST_LINES], visible_text(after)[:_MOST_LINES]
    found: list[Difference] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        for n in range(max(b - a, d - c)):
            was = old[a + n] if a + n < b else _ABSENT
            now = new[c + n] if c + n < d else _ABSENT
            found.append(Difference(f"line {(c if now != _ABSENT else a) + n + 1}", was, now))
    return tuple(found)
