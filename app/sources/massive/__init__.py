"""Massive (formerly Polygon): options of the Nasdaq 100 index as a proxy, a second price of the NQ future.

It has no options of NQ. What is delayed, or not part of the plan, is said by each answer of its own.
"""

from typing import Final

from app.domain.capture import Capture
from app.domain.routing import SNAPSHOT, Channel, Offer, SourceId, delayed
from app.domain.second_opinion import Opinion
from app.domain.session import Calendar
from app.engine.feeds import SecretSpec, SourceContext, SourceSpec
from app.engine.poll_feed import PollFeed

ID: Final = SourceId("massive")
KEY: Final = SecretSpec(name="massive", env="MASSIVE_API_KEY", title="Massive (Polygon) API key")


def _feed(context: SourceContext) -> PollFeed:
    from app.sources.massive.fetch import MassiveFeed

    return MassiveFeed(context)


def _read(capture: Capture, calendar: Calendar) -> Opinion:
    from app.sources.massive.parse import read

    return read(capture, calendar)


SOURCE: Final = SourceSpec(
    id=ID,
    title="Massive",
    tier=20,
    about="Options of the Nasdaq 100 index as a proxy, never NQ's own; the NQ future as a second price.",
    offers=(
        Offer(Channel.NQ_QUOTES, SNAPSHOT),
        Offer(Channel.BARS, delayed(10)),
        Offer(Channel.PROXY_CHAIN, delayed(15)),
    ),
    addresses={"massive": "https://api.massive.com"},
    secrets=(KEY,),
    poll_feed=_feed,
    read_opinion=_read,
)
