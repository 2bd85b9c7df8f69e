"""The cross-check without a screen: the pairs as rows, and how far they were apart lately. No Qt."""

from collections import deque
from collections.abc import Mapping
from typing import Final

from app.domain.contract import Future
from app.domain.cross_check import Agreement, CrossCheck, Heard, Pair
from app.domain.units import MINUTE, Ns, points
from app.ui import format as text
from app.ui.panels.cross.served import ServedMarks
from app.ui.widgets.cells import Cell, Column, Mark, Row

SPAN: Final = Ns(10 * MINUTE)
_WIDE_PX: Final = 640
COLUMNS: Final = (
    Column("Sources", 138),
    Column("Apart", 58, right=True, tip="in points, at the moment of the older of the two"),
    Column("Verdict", 92),
    Column("First", 84, right=True, from_px=_WIDE_PX),
    Column("age", 66, right=True, tip="since the source's own time", from_px=_WIDE_PX),
    Column("Second", 84, right=True, from_px=_WIDE_PX),
    Column("age", 66, right=True, tip="since the source's own time", from_px=_WIDE_PX),
    Column("Why", 0),
)
_LOOKS: Final = {
    Agreement.AGREE: ("up", Mark.GOOD),
    Agreement.DIFFER: ("warn", Mark.WARN),
    Agreement.NO_DATA: ("dim", Mark.OFF),
}
Point = tuple[Ns, float]


class CrossModel:
    def __init__(self) -> None:
        self.check: CrossCheck | None = None
        self.marks = ServedMarks()
        self._lately: dict[str, deque[Point]] = {}

    @property
    def future(self) -> Future | None:
        return None if self.check is None else self.check.future

    def put(self, check: CrossCheck) -> None:
        """Another future begins with nothing: differences of two contracts make no line."""
        if self.check is not None and self.check.future != check.future:
            self._lately.clear()
        self.check = check
        for pair in check.pairs:
            line = self._lately.setdefault(name_of(pair), deque())
            if pair.difference is not None:
                line.append((check.at, points(pair.difference)))
            while line and line[0][0] < check.at - SPAN:
                line.popleft()

    def lines(self) -> Mapping[str, tuple[Point, ...]]:
        """Difference in points by pair, oldest first; a pair that never had one is left out."""
        return {name: tuple(line) for name, line in self._lately.items() if line}

    def rows(self) -> tuple[Row, ...]:
        check = self.check
        return () if check is None else tuple(_row(pair, check, self.marks) for pair in check.pairs)

    def summary(self) -> str:
        if self.check is None:
            return ""
        counts = [
            f"{sum(pair.agreement is one for pair in self.check.pairs)} {one.value}"
            for one in Agreement
            if any(pair.agreement is one for pair in self.check.pairs)
        ]
        return f"{self.check.future.code} · {', '.join(counts)}"


def name_of(pair: Pair) -> str:
    return f"{pair.one.source} – {pair.other.source}"


def _row(pair: Pair, check: CrossCheck, marks: ServedMarks) -> Row:
    colour, mark = _LOOKS[pair.agreement]
    apart = "" if pair.difference is None else text.number(points(pair.difference), 2, sign=True)
    verdict = Cell(pair.agreement.value, colour, mark=mark, mark_colour=colour, spoken=pair.agreement.value)
    both = (pair.one, pair.other)
    said = [marks.words(one.source, check.future, check.at) for one in both]
    stale = [marks.is_stale(one.source, check.future) for one in both]
    why = " · ".join(words for words in (*said, _words(pair)) if words)
    return Row(
        name_of(pair),
        (
            Cell(name_of(pair)),
            Cell(apart or text.DASH, "text" if apart else "dim"),
            verdict,
            *_heard(pair.one, said[0], stale=stale[0]),
            *_heard(pair.other, said[1], stale=stale[1]),
            Cell(why, "warn" if any(stale) else "dim", tip=why),
        ),
    )


def _words(pair: Pair) -> str:
    return " · ".join(words for words in (pair.why or _ages(pair), _bars(pair)) if words)


def _bars(pair: Pair) -> str:
    """A second price of the past: the closes of the minutes that both have told."""
    if pair.bars is None:
        return ""
    apart = text.number(points(pair.bars.farthest), 2, sign=True)
    one = "1 minute bar" if pair.bars.minutes == 1 else f"{pair.bars.minutes} minute bars"
    return f"{one}: closes at most {apart} apart" if pair.bars.farthest else f"{one}: the same closes"


def _ages(pair: Pair) -> str:
    return f"{text.age(pair.one.age_s)} and {text.age(pair.other.age_s)} old"


def _heard(heard: Heard, served: str, *, stale: bool) -> tuple[Cell, Cell]:
    """The price with its fidelity beside it where that is not of the tick, and how it was served."""
    tip = " · ".join(words for words in (f"{heard.source}: {heard.fidelity}", served) if words)
    if heard.price is None:
        return Cell(text.DASH, "dim", tip), Cell(text.DASH, "dim", tip)
    late = heard.fidelity.minutes > 0
    price = f"{text.price(heard.price)}{' d' if late else ''}"
    return (
        Cell(price, "warn" if late or stale else "text", tip, spoken=f"{price} {tip}"),
        Cell(text.age(heard.age_s), "dim", tip),
    )
