"""One thing a request source is asked for regularly, and how its answer is told to the screen."""

from dataclasses import dataclass

from app.domain.routing import Provenance
from app.domain.second_opinion import FuturePrice, Opinion, PriceBars, ProxyChain
from app.domain.second_updates import FuturePriced, PriceBarsArrived, ProxyChainArrived
from app.domain.units import Ns
from app.engine.poll_feed import Wanted


@dataclass(slots=True)
class Turn:
    """One thing that is asked for regularly; times are monotonic. `refused` until the user asks again."""

    wanted: Wanted
    due: Ns
    failures: int = 0
    refused: str = ""
    kept: Ns | None = None
    newest: Ns | None = None
    shown: Opinion | None = None


def told(opinion: Opinion, capture_id: str, now: Ns) -> FuturePriced | PriceBarsArrived | ProxyChainArrived:
    provenance = Provenance(
        opinion.source, opinion.fidelity, opinion.as_of, opinion.received, now, capture_id
    )
    match opinion:
        case FuturePrice():
            return FuturePriced(opinion, provenance)
        case PriceBars():
            return PriceBarsArrived(opinion, provenance)
        case ProxyChain():
            return ProxyChainArrived(opinion, capture_id, provenance)


def rows_of(opinion: Opinion) -> int:
    match opinion:
        case ProxyChain():
            return len(opinion.quotes)
        case PriceBars():
            return len(opinion.bars)
        case FuturePrice():
            return 1
