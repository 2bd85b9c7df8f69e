"""Chains at moments that are easily got wrong: each is read whole, and what it says can be true then."""

import json
from dataclasses import dataclass

import pytest

from app.domain.capture import Capture
from app.domain.chain import Chain
from app.domain.quality import judge
from app.domain.routing import Channel, SourceId
from app.domain.session import Calendar
from app.domain.symbols import parse_barchart_series
from app.domain.units import Ns, moment, ns_from_iso
from app.sim.barchart import BarchartSite
from app.sim.barchart_api import CHAIN_FIELDS, chain_answer
from app.sim.clock import SimClock
from app.sim.faults import Faults
from app.sim.market import Market
from app.sources.barchart.parse_api import parse_chain

CALENDAR = Calendar()


@dataclass(frozen=True)
class Odd:
    name: str
    at: str
    series: str


ODD = (
    Odd("0DTE in the afternoon", "2025-06-27T19:06:00Z", "MQ4M25"),
    Odd("the night before", "2025-06-27T05:28:00Z", "MQ4M25"),
    Odd("expired, all settled", "2025-06-27T21:15:00Z", "MQ4M25"),
    Odd("thin overnight", "2025-06-27T05:28:00Z", "MM1N25"),
    Odd("days out and near-empty", "2025-06-12T14:18:00Z", "MC4M25"),
    Odd("Sunday evening, just opened", "2025-06-08T22:04:00Z", "MC7M25"),
    Odd("the quarterly before its last week", "2025-06-13T13:20:00Z", "NQM25"),
    Odd("the daily halt", "2025-06-10T21:30:00Z", "MC2M25"),
)


def read(odd: Odd) -> tuple[Chain, Ns]:
    at = ns_from_iso(odd.at)
    site = BarchartSite(Market(5, SimClock(at, 0.0), calendar=CALENDAR), lambda: at, Faults())
    listing = site.listing()
    listed = listing.find(odd.series)
    assert listed is not None
    asked = {"raw": "1", "groupBy": "optionType", "fields": ",".join(CHAIN_FIELDS)}
    body = json.dumps(chain_answer(listing.rows(listed), asked)).encode()
    capture = Capture("odd", SourceId("barchart"), Channel.OPT_CHAIN, odd.series, "", at, 200,
                      "application/json", {}, body)  # fmt: skip
    return parse_chain(capture, None, CALENDAR), at


@pytest.mark.parametrize("odd", ODD, ids=[odd.name for odd in ODD])
def test_every_row_is_read_and_belongs_to_its_session(odd: Odd) -> None:
    chain, at = read(odd)
    today = CALENDAR.last_session_day(Ns(at - 600 * 10**9))
    assert chain.rejects == ()
    assert chain.claimed_total == len(chain.quotes) > 0
    assert chain.vendor_series == odd.series
    assert chain.as_of <= chain.received
    verdict = judge(chain, parse_barchart_series(odd.series, moment(at).date()), None, at, CALENDAR)
    assert verdict.accepted, verdict.reasons
    for quote in chain.quotes:
        assert (quote.trade_time is None) == quote.is_settlement
        assert quote.bid != 0
        assert quote.ask != 0
        if quote.trade_time is not None:
            assert CALENDAR.last_session_day(quote.trade_time) == today
            assert not quote.volume_is_prior_session
        if quote.volume_is_prior_session:
            assert quote.volume_date is not None
            assert quote.volume_date < today
