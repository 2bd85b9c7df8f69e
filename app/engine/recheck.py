"""Makes today's bars again from what was recorded, and compares them with those on screen, one by one."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from app.domain.bars import PressureBar
from app.domain.pressure import PressureBook
from app.domain.routing import SourceId
from app.domain.units import SECOND, Ns
from app.engine.desk import Desk
from app.engine.lines import Day
from app.engine.overlap import Overlap
from app.engine.tapes import Archive, Deck

_log = logging.getLogger(__name__)
# what was received last is not on disk yet
UNSURE: Final = 3 * SECOND
_LIMIT_S: Final = 120.0


@dataclass(frozen=True, slots=True)
class Recheck:
    """`differing` of the one-second bars `compared` are not the same; `cvd` is their sum as recomputed."""

    compared: int
    differing: int
    cvd: int
    cvd_shown: int

    @property
    def sentence(self) -> str:
        if not self.compared:
            return "There is nothing to recompute yet: no bar of the future is older than a few seconds."
        if not self.differing:
            return f"Recomputed from the recording: identical ✓ (CVD {self.cvd:+,}, {self.compared:,} bars)."
        return (
            f"Recomputed from the recording: {self.differing:,} of {self.compared:,} bars differ "
            f"(CVD {self.cvd:+,}, on screen {self.cvd_shown:+,}). The recording may have a hole."
        )


async def recheck(desk: Desk, source: SourceId, day: Day, recorder: Archive) -> Recheck | None:
    """None when nothing of the day was recorded."""
    now, began, name, run = desk.clock.now(), day.began, day.intake.day, desk.workers.run
    if began is None:
        return None
    deck = await run("open the recording", lambda: recorder.tapes(source, name), _LIMIT_S)
    if deck is None:
        return None
    again = await run("recompute", lambda: recompute(deck, now), _LIMIT_S)
    futures = [i.id for i in day.intake.instruments.futures() if i.future in day.intake.charted]
    found = compare(day.intake.seconds, again, futures, Ns(began + SECOND), Ns(now - UNSURE))
    _log.info("%s", found.sentence)
    return found


def recompute(deck: Deck, until: Ns) -> PressureBook:
    """Blocks. The same sums as live: what a reconnect brought again counts once."""
    book, overlap = PressureBook(1), Overlap()
    overlap.replaying(deck.first_trade)
    while True:
        played = deck.play(until)
        if played.cut is not None:
            overlap.replaying(played.cut)
        for batch in played.batches:
            book.add(overlap.fresh(batch.trades))
        if played.following is None or played.following > until:
            return book


def compare(live: PressureBook, again: PressureBook, futures: Iterable[int], since: Ns, until: Ns) -> Recheck:
    """Bars that lie whole between the two moments."""
    compared = differing = cvd = shown = 0
    for future in futures:
        ours, theirs = (_sums(book.bars(future), since, until) for book in (live, again))
        compared += len(ours)
        differing += sum(1 for start in ours.keys() | theirs.keys() if ours.get(start) != theirs.get(start))
        cvd += sum(bought - sold for bought, sold, *_ in theirs.values())
        shown += sum(bought - sold for bought, sold, *_ in ours.values())
    return Recheck(compared, differing, cvd, shown)


def _sums(bars: Iterable[PressureBar], since: Ns, until: Ns) -> dict[int, tuple[int, ...]]:
    return {
        bar.start: (
            bar.bought, bar.sold, bar.unknown, bar.trades, bar.open, bar.high, bar.low, bar.close,
            bar.low_delta, bar.high_delta,
        )
        for bar in bars
        if since <= bar.start and bar.end <= until
    }  # fmt: skip
