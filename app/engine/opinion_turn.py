"""One thing a request source is asked for regularly, and how its answer is told to the screen."""

import asyncio
from dataclasses import dataclass, field

from app.domain.chain_updates import Served
from app.domain.routing import Provenance
from app.domain.second_opinion import FuturePrice, Opinion, PriceBars, ProxyChain
from app.domain.second_updates import FuturePriced, PriceBarsArrived, ProxyChainArrived
from app.domain.units import Ns
from app.engine.poll_feed import Wanted


@dataclass(slots=True)
class Turn:
    """One thing that is asked for regularly; times are monotonic. `refused` until the user asks again.

    `shown` is the last good answer of this run, `on_screen` what the screen has, with its capture. `bypass`:
    asked of the source whatever the cache has. `looked_up`: the cache has nothing fresh for it. `asked` are
    those who wait for it.
    """

    wanted: Wanted
    due: Ns
    failures: int = 0
    refused: str = ""
    kept: Ns | None = None
    newest: Ns | None = None
    shown: Opinion | None = None
    capture_id: str = ""
    on_screen: Opinion | None = None
    bypass: bool = False
    looked_up: bool = False
    asked: list["asyncio.Future[str]"] = field(default_factory=list)

    def answer(self, said: str) -> None:
        waiting, self.asked = self.asked, []
        for one in waiting:
            if not one.done():
                one.set_result(said)


def told(
    opinion: Opinion, capture_id: str, now: Ns, served: Served = Served.LIVE
) -> FuturePriced | PriceBarsArrived | ProxyChainArrived:
    provenance = Provenance(
        opinion.source, opinion.fidelity, opinion.as_of, opinion.received, now, capture_id
    )
    match opinion:
        case FuturePrice():
            return FuturePriced(opinion, provenance, served)
        case PriceBars():
            return PriceBarsArrived(opinion, provenance, served)
        case ProxyChain():
            return ProxyChainArrived(opinion, capture_id, provenance, served)
