"""Makes today's sums again from what was recorded, and compares them with those on screen, one by one:
every bar of a second, and every minute of volume at price.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from app.domain.bars import PressureBar
from app.domain.pressure import PressureBook
from app.domain.price_volume import PriceVolume, PriceVolumeBook
from app.domain.routing import SourceId
from app.domain.units import SECOND, Ns
from app.engine.columns import chosen
from app.engine.desk import Desk
from app.engine.lines import Day
from app.engine.tapes import Archive, Deck

_log = logging.getLogger(__name__)
# what was received last is not on disk yet
UNSURE: Final = 3 * SECOND
_LIMIT_S: Final = 120.0


@dataclass(frozen=True, slots=True)
class Recheck:
    """`differing` of the one-second bars `compared` are not the same, nor are `minutes_differing` of the
    `minutes` of volume at price; `cvd` is the sum of the bars as recomputed.
    """

    compared: int
    differing: int
    cvd: int
    cvd_shown: int
    minutes: int = 0
    minutes_differing: int = 0

    @property
    def sentence(self) -> str:
        if not self.compared:
            return "There is nothing to recompute yet: no bar of the future is older than a few seconds."
        if not self.differing and not self.minutes_differing:
            return (
                f"Recomputed from the recording: identical ✓ (CVD {self.cvd:+,}, {self.compared:,} bars, "
                f"{self.minutes:,} minutes of volume at price)."
            )
        return (
            f"Recomputed from the recording: {self.differing:,} of {self.compared:,} bars differ and "
            f"{self.minutes_differing:,} of {self.minutes:,} minutes of volume at price "
            f"(CVD {self.cvd:+,}, on screen {self.cvd_shown:+,}). The recording may have a hole."
        )


@dataclass(frozen=True, slots=True)
class DaySums:
    """What is compared: live, or made again."""

    bars: PressureBook
    volumes: PriceVolumeBook


async def recheck(desk: Desk, source: SourceId, day: Day, recorder: Archive) -> Recheck | None:
    """None when nothing of the day was recorded."""
    now, began, name, run = desk.clock.now(), day.began, day.intake.day, desk.workers.run
    if began is None:
        return None
    deck = await run("open the recording", lambda: recorder.tapes(source, name), _LIMIT_S)
    if deck is None:
        return None
    intake = day.intake
    futures = [i.id for i in intake.instruments.futures() if i.future in intake.charted]
    again = await run("recompute", lambda: recompute(deck, now, futures), _LIMIT_S)
    live = DaySums(intake.seconds, intake.charting.volumes)
    found = compare(live, again, futures, Ns(began + SECOND), Ns(now - UNSURE))
    _log.info("%s", found.sentence)
    return found


def recompute(deck: Deck, until: Ns, futures: Sequence[int]) -> DaySums:
    """Blocks. The same sums as live: what a reconnect brought again is played once."""
    sums = DaySums(PressureBook(1), PriceVolumeBook())
    while True:
        played = deck.play(until)
        for batch in played.batches:
            mine = chosen(batch.trades, np.isin(batch.trades.instrument_id, futures))
            sums.bars.add(mine)
            sums.volumes.add(mine)
        if played.following is None or played.following > until:
            return sums


def compare(live: DaySums, again: DaySums, futures: Iterable[int], since: Ns, until: Ns) -> Recheck:
    """Bars and minutes that lie whole between the two moments."""
    compared = differing = cvd = shown = minutes = minutes_differing = 0
    for future in futures:
        ours, theirs = (_sums(sums.bars.bars(future), since, until) for sums in (live, again))
        here, there = (_rows(sums.volumes.of(future), since, until) for sums in (live, again))
        minutes += len(here)
        minutes_differing += sum(1 for at in here.keys() | there.keys() if here.get(at) != there.get(at))
        compared += len(ours)
        differing += sum(1 for start in ours.keys() | theirs.keys() if ours.get(start) != theirs.get(start))
        cvd += sum(bought - sold for bought, sold, *_ in theirs.values())
        shown += sum(bought - sold for bought, sold, *_ in ours.values())
    return Recheck(compared, differing, cvd, shown, minutes, minutes_differing)


def _sums(bars: Iterable[PressureBar], since: Ns, until: Ns) -> dict[int, tuple[int, ...]]:
    return {
        bar.start: (
            bar.bought, bar.sold, bar.unknown, bar.trades, bar.open, bar.high, bar.low, bar.close,
            bar.low_delta, bar.high_delta,
        )
        for bar in bars
        if since <= bar.start and bar.end <= until
    }  # fmt: skip


def _rows(minutes: Iterable[PriceVolume], since: Ns, until: Ns) -> dict[int, tuple[object, ...]]:
    return {
        one.start: (one.low, one.bought.tolist(), one.sold.tolist(), one.unknown.tolist())
        for one in minutes
        if since <= one.start and one.start + one.seconds * SECOND <= until
    }
