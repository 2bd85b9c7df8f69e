"""One series of a chain source as the poller follows it: when it is due, what is shown, how old that is."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import date

from app.domain.chain import ChainPage, ListedSeries
from app.domain.health import Freshness
from app.domain.units import SECOND, Ns
from app.domain.updates import ChainArrived
from app.engine.chain_reading import ends
from app.engine.freshness import Signs, judge
from app.engine.market import Market


@dataclass(slots=True)
class SeriesWatch:
    """`due`, `page_until` and `page_read` are market time. `asked` are those who wait for the next answer;
    while `recorded`, a saved chain is on screen and nothing else is shown or asked for.
    """

    key: str
    due: Ns
    page: ChainPage | None = None
    page_until: Ns = Ns(0)
    page_read: Ns = Ns(0)
    page_trouble: str = ""
    recorded: bool = False
    shown: ChainArrived | None = None
    failures: int = 0
    unmoved: int = 0
    moved_at: Ns = Ns(0)
    bypass: bool = False
    asked: list[asyncio.Future[str]] = field(default_factory=list)

    def answer(self, sentence: str) -> None:
        for one in self.asked:
            if not one.done():
                one.set_result(sentence)
        self.asked.clear()

    def aged(self, market: Market, now: Ns, stale_after_s: float) -> ChainArrived | None:
        """What is shown, if its age has become another since it was last told."""
        if self.shown is None or self.recorded:
            return None
        freshness = chain_freshness(self.shown.chain.received, market, now, stale_after_s)
        if freshness is self.shown.freshness:
            return None
        self.shown = replace(self.shown, freshness=freshness)
        return self.shown


def chain_freshness(received: Ns, market: Market, now: Ns, stale_after_s: float) -> Freshness:
    age = (now - received) / SECOND
    return judge(Signs(market.state, stale_after_s, age, None))


def in_order(listed: dict[str, ListedSeries], near: date, now: Ns) -> tuple[ListedSeries, ...]:
    """The nearest expiry first; what has ended by rule is left out, what no rule knows comes last."""
    by_end = {key: ends(key, near) for key in listed}
    alive = [key for key, end in by_end.items() if end is None or end > now]
    ordered = sorted(alive, key=lambda key: (by_end[key] is None, by_end[key] or 0, key))
    return tuple(listed[key] for key in ordered)
