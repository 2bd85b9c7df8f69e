"""What the minutes of the charted future closed at, by each source: as bars that were asked for, or summed
from the trades it streams. A second price for the past, where `nq.quotes` compares what is of now.
"""

from collections.abc import Mapping
from typing import Final

from app.domain.contract import Future
from app.domain.routing import SourceId
from app.domain.second_opinion import PriceBars
from app.domain.units import MINUTE, SECOND, Ns, Px
from app.engine.plugging import Plugged

_MINUTE_S: Final = 60
# a minute whose last trade is older than this at its end may have lost some
_TO_THE_END: Final = 10 * SECOND
_KEPT: Final = 60 * MINUTE

Closes = Mapping[Ns, Px]


class MinuteCloses:
    def __init__(self) -> None:
        self._asked: dict[SourceId, Closes] = {}
        self._streamed: dict[SourceId, Closes] = {}

    def forget(self) -> None:
        """The chart has turned to another future."""
        self._asked, self._streamed = {}, {}

    def heard(self, bars: PriceBars) -> None:
        """The newest bar may still grow."""
        whole = [bar for bar in bars.bars[:-1] if bar.seconds == _MINUTE_S]
        self._asked[bars.source] = {bar.start: bar.close for bar in whole}

    def look(self, one: Plugged, future: Future, now: Ns) -> None:
        """At what was streamed; costs a walk over an hour of seconds."""
        if one.streamer is None:
            return
        intake, closes = one.streamer.day.intake, dict[Ns, Px]()
        numbers = [known.id for known in intake.instruments.futures() if known.future == future]
        this_minute = now - now % MINUTE
        for number in numbers[:1]:
            for bar in intake.seconds.bars(number):
                minute = Ns(bar.start - bar.start % MINUTE)
                if now - _KEPT <= minute < this_minute and bar.end >= minute + MINUTE - _TO_THE_END:
                    closes[minute] = bar.close
        self._streamed[one.spec.id] = closes

    def of(self, source: SourceId) -> Closes:
        """As bars where it told bars, else summed from its trades."""
        return self._asked.get(source) or self._streamed.get(source, {})
