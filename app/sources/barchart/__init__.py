"""Barchart's public site: delayed option chains of every NQ series, without an account.

Its terms restrict automated reading, so it is off until the user agrees, and slow when on.
"""

from typing import Final

from app.domain.capture import Capture
from app.domain.chain import Chain, ChainPage
from app.domain.routing import EOD, Channel, Offer, SourceId, delayed
from app.domain.session import Calendar
from app.engine.feeds import ChainFeed, SecretSpec, SourceContext, SourceSpec
from app.sources.barchart.account import PASSWORD_KEY, USER_KEY

ID: Final = SourceId("barchart")
# Another one reads some answer otherwise: kept with every capture, and part of every key of the cache.
PARSER: Final = "2"
_DELAY_MINUTES: Final = 10


def _feed(context: SourceContext) -> ChainFeed:
    from app.sources.barchart.fetch import BarchartFeed

    return BarchartFeed(context)


def _read_stored(capture: Capture, calendar: Calendar) -> Chain | ChainPage:
    from app.sources.barchart.fetch import read_stored

    return read_stored(capture, calendar)


SOURCE: Final = SourceSpec(
    id=ID,
    title="Barchart",
    tier=10,
    about="Option chains from the public web site, ten minutes or more behind the market.",
    offers=(Offer(Channel.OPT_CHAIN, delayed(_DELAY_MINUTES)), Offer(Channel.OPT_OI, EOD)),
    addresses={"barchart": "https://www.barchart.com"},
    secrets=(
        SecretSpec(USER_KEY, "BARCHART_USER", "E-mail address of a Barchart account", required=False),
        SecretSpec(PASSWORD_KEY, "BARCHART_PASSWORD", "Password of a Barchart account", required=False),
    ),
    chain_feed=_feed,
    read_stored=_read_stored,
    enabled_by="barchart_enabled",
    scrapes=True,
    extras={"data_route": "api", "parser": PARSER},
)
