"""Notifications as rows: one a matter, with how often it was told and whether it has ended. No Qt."""

from typing import Final

from app.domain.updates import Notice
from app.ui import format as text
from app.ui.format import Zone
from app.ui.widgets.cells import Cell, Mark, Row

MOST: Final = 500
_LOOKS: Final = {
    "ERROR": ("down", Mark.BAD),
    "CRITICAL": ("down", Mark.BAD),
    "WARNING": ("warn", Mark.WARN),
    "WARN": ("warn", Mark.WARN),
}
ALL: Final = "everything"
OPEN: Final = "still so"
SERIOUS: Final = "warnings and errors"


class Notifications:
    def __init__(self) -> None:
        self._told: dict[str, Notice] = {}

    def __len__(self) -> int:
        return len(self._told)

    def take(self, notice: Notice) -> None:
        """Of one matter the newest; what is withdrawn without a word leaves."""
        self._told.pop(notice.topic, None)
        if notice.sentence:
            self._told[notice.topic] = notice
        while len(self._told) > MOST:
            del self._told[next(iter(self._told))]

    def open(self) -> int:
        return sum(_is_serious(one) and not one.over for one in self._told.values())

    def rows(self, zone: Zone, choice: str, search: str) -> tuple[Row, ...]:
        """The newest first."""
        told = reversed(tuple(self._told.values()))
        return tuple(_row(one, zone) for one in told if _passes(one, choice, search))


def _passes(one: Notice, choice: str, search: str) -> bool:
    if choice == OPEN and (one.over or not _is_serious(one)):
        return False
    if choice == SERIOUS and not _is_serious(one) and not one.over:
        return False
    return search.casefold() in f"{one.sentence} {one.topic}".casefold()


def _is_serious(one: Notice) -> bool:
    return one.severity.upper() in _LOOKS


def _row(one: Notice, zone: Zone) -> Row:
    colour, mark = _LOOKS.get(one.severity.upper(), ("info", Mark.REST))
    word = "over" if one.over else f"{one.severity.lower()}, seen" if one.seen else one.severity.lower()
    if one.over:
        colour, mark = "dim", Mark.GOOD
    elif one.seen:
        colour = "dim"
    since = text.clock(one.first, zone, named=False) if one.count > 1 else ""
    cells = (
        Cell(text.clock(one.at, zone, named=False), "dim", text.day_clock(one.at, zone)),
        Cell(word, colour, mark=mark, mark_colour=colour),
        Cell(f"×{one.count:,}" if one.count > 1 else "", "text", f"since {since}" if since else ""),
        Cell(one.sentence, "dim" if one.over else "text", one.sentence),
    )
    return Row(one.topic, cells)
