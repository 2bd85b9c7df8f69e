"""Databento: every trade and quote of NQ futures and their options, as the exchange sent them."""

from typing import Final

from app.domain.routing import SNAPSHOT, TICK, Channel, Offer, SourceId
from app.engine.feeds import (
    Ladder,
    Listing,
    PastOrders,
    PastQuotes,
    Rung,
    SecretSpec,
    SourceContext,
    SourceSpec,
    TickFeed,
)
from app.engine.history_feed import HistoryFeed

ID: Final = SourceId("databento")
KEY: Final = SecretSpec(
    name="databento",
    env="DATABENTO_API_KEY",
    title="Databento API key (db- and 29 letters or digits)",
    pattern=r"^db-[A-Za-z0-9]{29}$",
)
_BEST_PRICES: Final = (
    Rung("mbp-1", "the quotes between two trades"),
    Rung("tbbo", "all quotes; trades and their sides are still complete"),
)
_ORDERS: Final = (
    Rung("mbo", "single orders: how many rest at a price and in which order", builds=True),
    Rung("mbp-10", "the depth behind the best prices"),
)
_LADDERS: Final = {
    Channel.NQ_TRADES: Ladder(
        rungs=(
            Rung("trades", "nothing, the same trades come with quotes beside them"),
            Rung("tbbo", "trades, and with them bars, pressure and CVD"),
        ),
        beside=(
            Rung("status", "halts, as the exchange says them"),
            Rung("statistics", "settlements and open interest"),
            Rung("definition", "expiries, ticks and which roots are listed"),
        ),
    ),
    Channel.NQ_QUOTES: Ladder((*_ORDERS, *_BEST_PRICES)),
    Channel.OPT_QUOTES: Ladder(_BEST_PRICES),
}


def _history(context: SourceContext) -> HistoryFeed:
    from app.sources.databento.history import DatabentoHistory

    return DatabentoHistory(context)


def _feed(context: SourceContext) -> TickFeed:
    from app.sources.databento.live import DatabentoFeed

    return DatabentoFeed(context)


def _datasets(context: SourceContext) -> Listing:
    from app.sources.databento.listing import listed

    return listed(context)


def _past_quotes(context: SourceContext) -> PastQuotes:
    from app.sources.databento import past_quotes

    return past_quotes.PastQuotes(context)


def _past_orders(context: SourceContext) -> PastOrders:
    from app.sources.databento import past_orders

    return past_orders.PastOrders(context)


SOURCE: Final = SourceSpec(
    id=ID,
    title="Databento",
    tier=40,
    about="Trades and quotes of CME Globex tick by tick; the exchange itself says who was the aggressor.",
    offers=(
        Offer(Channel.NQ_TRADES, TICK),
        Offer(Channel.NQ_QUOTES, TICK),
        Offer(Channel.OPT_TRADES, TICK),
        Offer(Channel.OPT_QUOTES, TICK),
        Offer(Channel.OPT_CHAIN, SNAPSHOT),
    ),
    # empty: the vendor's own gateway of the dataset
    addresses={"databento_live": "", "databento_hist": "https://hist.databento.com"},
    secrets=(KEY,),
    tick_feed=_feed,
    datasets=_datasets,
    past_quotes=_past_quotes,
    past_orders=_past_orders,
    history_feed=_history,
    ladders=_LADDERS,
    extras={"stream_route": "stream/trades"},
)
