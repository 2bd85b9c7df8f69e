"""What is asked of Databento's live gateway, and of which gateway."""

from dataclasses import dataclass
from typing import Final

from app.domain.units import Ns
from app.engine.feeds import TickWant

_EVERYTHING: Final = Ns(0)


@dataclass(frozen=True, slots=True)
class Subscription:
    """`start` 0 asks for all that the gateway still has; None for what happens from now on."""

    schema: str
    symbols: tuple[str, ...]
    is_parent: bool = False
    start: Ns | None = None


@dataclass(frozen=True, slots=True)
class Gateway:
    """`host` None is the vendor's own for the dataset."""

    host: str | None
    port: int
    dataset: str
    heartbeat_seconds: int


def subscriptions(want: TickWant) -> tuple[Subscription, ...]:
    """Trades reach back to `since`; definitions to the week's beginning, because they are said only once."""
    futures = want.futures
    parents = tuple(f"{root}.OPT" for root in want.option_roots)
    asked: list[Subscription] = []
    if want.trades:
        asked += [
            Subscription("definition", futures, start=_EVERYTHING),
            Subscription("definition", parents, is_parent=True, start=_EVERYTHING),
            Subscription("statistics", futures, start=_EVERYTHING),
            Subscription("statistics", parents, is_parent=True),
            Subscription("status", futures),
            Subscription("trades", futures, start=want.since),
            Subscription("trades", parents, is_parent=True, start=want.since),
        ]
    if want.quotes:
        asked += [Subscription("mbp-1", futures), Subscription("mbp-1", want.option_quote_symbols)]
    return tuple(one for one in asked if one.symbols)
