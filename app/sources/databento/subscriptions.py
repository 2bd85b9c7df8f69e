"""What is asked of Databento's live gateway, and of which gateway."""

from dataclasses import dataclass
from typing import Final

from app.domain.units import Ns
from app.engine.feeds import TickWant

ORDERS: Final = "mbo"
TRADES: Final = "trades"
RICHEST_TOP: Final = "mbp-1"
_EVERYTHING: Final = Ns(0)


@dataclass(frozen=True, slots=True)
class Subscription:
    """`start` 0 asks for all that the gateway still has; None for what happens from now on. `snapshot`: the
    order book as it stands comes first."""

    schema: str
    symbols: tuple[str, ...]
    is_parent: bool = False
    start: Ns | None = None
    snapshot: bool = False


@dataclass(frozen=True, slots=True)
class Gateway:
    """`host` None is the vendor's own for the dataset."""

    host: str | None
    port: int
    dataset: str
    heartbeat_seconds: int


def trade_schema(want: TickWant) -> str:
    return want.schema or TRADES if want.trades and not want.quotes else TRADES


def subscriptions(want: TickWant) -> tuple[Subscription, ...]:
    """Trades reach back to `since`. What is said once a day is asked for from the week's beginning, until all
    of it has come; after that from `since` too."""
    futures, trades = want.futures, trade_schema(want)
    parents = tuple(f"{root}.OPT" for root in want.option_roots)
    once = _EVERYTHING if want.known_from is None else want.known_from
    asked: list[Subscription] = []
    if want.trades:
        asked += [
            Subscription("definition", futures, start=once),
            Subscription("definition", parents, is_parent=True, start=once),
            Subscription("statistics", futures, start=once),
            Subscription("statistics", parents, is_parent=True, start=once),
            Subscription("status", futures, start=want.since),
            Subscription(trades, futures, start=want.since),
            Subscription(trades, parents, is_parent=True, start=want.since),
        ]
    if want.quotes:
        schema = want.schema or RICHEST_TOP
        asked += [
            Subscription(schema, symbols, snapshot=schema == ORDERS)
            for symbols in (futures, want.option_quote_symbols)
        ]
    return tuple(one for one in asked if one.symbols and one.schema not in want.without)
