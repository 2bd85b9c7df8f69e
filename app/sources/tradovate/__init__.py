"""Tradovate: trades and quotes of the NQ future over its socket, a second tick source. No options there.

It needs a user's own login and an application's key beside it; without them it is off, never simulated.
"""

from typing import Final

from app.domain.capture import Capture
from app.domain.routing import SNAPSHOT, TICK, Channel, Offer, SourceId
from app.domain.second_opinion import Opinion
from app.domain.session import Calendar
from app.engine.feeds import SecretSpec, SourceContext, SourceSpec, TickFeed
from app.engine.poll_feed import PollFeed

ID: Final = SourceId("tradovate")
USER: Final = SecretSpec("tradovate_user", "TRADOVATE_USER", "Tradovate user name")
PASSWORD: Final = SecretSpec("tradovate_password", "TRADOVATE_PASSWORD", "Tradovate password")
CLIENT: Final = SecretSpec("tradovate_client", "TRADOVATE_CID", "Tradovate API client id (cid, a number)")
SECRET: Final = SecretSpec("tradovate_secret", "TRADOVATE_SECRET", "Tradovate API secret (sec)")
APP: Final = SecretSpec("tradovate_app", "TRADOVATE_APP", "Name of the Tradovate API key", required=False)


def _feed(context: SourceContext) -> TickFeed:
    from app.sources.tradovate.live import TradovateFeed

    return TradovateFeed(context)


def _bars(context: SourceContext) -> PollFeed:
    from app.sources.tradovate.bars import TradovateBars

    return TradovateBars(context)


def _read(capture: Capture, calendar: Calendar) -> Opinion:
    from app.sources.tradovate.parse import read

    return read(capture, calendar)


SOURCE: Final = SourceSpec(
    id=ID,
    title="Tradovate",
    tier=30,
    about="Trades and quotes of the NQ future; who was the aggressor is inferred from its own quote.",
    offers=(Offer(Channel.NQ_TRADES, TICK), Offer(Channel.NQ_QUOTES, TICK), Offer(Channel.BARS, SNAPSHOT)),
    addresses={"tradovate": "https://live.tradovateapi.com"},
    secrets=(USER, PASSWORD, CLIENT, SECRET, APP),
    tick_feed=_feed,
    poll_feed=_bars,
    read_opinion=_read,
    replays=False,
    extras={"stream_route": "stream", "login_route": "login"},
)
