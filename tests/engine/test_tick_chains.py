"""Chains put together from what a tick source brings."""

from datetime import date

import numpy as np
import pytest

from app.domain import black76
from app.domain.chain_metrics import FutureFrom
from app.domain.errors import ConfigError
from app.domain.health import Freshness
from app.domain.routing import SNAPSHOT, TICK, Channel, Offer
from app.domain.settings import with_value
from app.domain.symbols import parse_barchart_series
from app.domain.ticks import InstrumentDefined, StatisticSaid
from app.domain.units import DAY, Ns, ns_from_iso, px
from app.domain.updates import ChainArrived, ChainMissing, SeriesOffered
from app.engine.engine import Engine
from app.engine.option_day import CLEARED_VOLUME, OPEN_INTEREST, SETTLEMENT
from app.engine.tick_chains import TickChains
from tests.engine.bench import CHAINS, Bench, chain_source, tick_source, until
from tests.engine.gateway import Gateway, Trade
from tests.engine.site import Site

EXPIRY = ns_from_iso("2025-06-11T20:00:00Z")
STRIKES = tuple(range(21_400, 21_801, 50))
MONDAY = ns_from_iso("2025-06-09T00:00:00Z")
CHANNELS = (Channel.NQ_TRADES, Channel.NQ_QUOTES, Channel.OPT_TRADES, Channel.OPT_QUOTES)


def definition(number: int, name: str, expiry: Ns) -> InstrumentDefined:
    right, strike = name.split()[1][0], name.split()[1][1:]
    return InstrumentDefined(number, name, name[:3], "OOF", right, "NQM5", expiry, px(strike), px(0.25), 20)


@pytest.fixture
def listed(bench: Bench, gateway: Gateway) -> Bench:
    """One source with two series, told once the trades are connected; quotes within reach of the money."""
    offers = (*(Offer(c, TICK) for c in CHANNELS), Offer(Channel.OPT_CHAIN, SNAPSHOT))
    bench.sources = (tick_source(gateway.make, id="databento", offers=offers),)
    bench.settings = with_value(bench.settings, "databento_strikes", 20)
    for n, strike in enumerate(STRIKES):
        gateway.names |= {
            100 + n: f"Q2CM5 C{strike}",
            200 + n: f"Q2CM5 P{strike}",
            300 + n: f"QN2M5 C{strike}",
        }
    gateway.rare = [
        definition(n, name, Ns(EXPIRY + (2 * DAY if n >= 300 else 0)))
        for n, name in gateway.names.items() if n >= 100
    ]  # fmt: skip
    gateway.rare += [
        StatisticSaid(100, SETTLEMENT, px(230), None, MONDAY, MONDAY),
        StatisticSaid(100, OPEN_INTEREST, None, 77, MONDAY, MONDAY),
        StatisticSaid(100, CLEARED_VOLUME, None, 12, MONDAY, MONDAY),
        StatisticSaid(101, OPEN_INTEREST, None, 9, Ns(MONDAY + DAY), MONDAY),
    ]
    return bench


def chains(engine: Engine) -> TickChains:
    found = engine._sources[0].chains
    assert found is not None
    return found


def quote_all(gateway: Gateway, vol: float = 0.2) -> None:
    future = 21_600.0
    years = (EXPIRY - gateway.clock.now()) / DAY / 365
    strikes = np.array(STRIKES, dtype=np.float64)
    for first, call in ((100, True), (200, False)):
        side = np.full(len(strikes), call)
        fair = black76.price(future, strikes, years, 0.04, np.full(len(strikes), vol), side)
        for n, value in enumerate(fair.tolist()):
            gateway.quote(round(value, 2) - 0.5, round(value, 2) + 0.5, first + n)
    gateway.quote(future - 0.25, future + 0.25, 1)


async def begun(bench: Bench, gateway: Gateway, engine: Engine) -> TickChains:
    """Quotes have come and the first chain was told."""
    await until(lambda: gateway.living(trades=True))
    gateway.trade(Trade(bench.clock.now(), 21_600))
    streamer = engine._sources[0].streamer
    assert streamer is not None
    await until(lambda: streamer._money() is not None and streamer.day.intake.instruments.options())
    streamer._choose_strikes()
    await until(lambda: len(gateway.living(trades=False)) == 2)
    quote_all(gateway)
    await until(
        lambda: engine._desk.health.freshness(chains(engine).source, Channel.OPT_QUOTES) is Freshness.LIVE
    )
    await chains(engine).look()
    engine.watch()
    await chains(engine).look()
    return chains(engine)


def shown(bench: Bench) -> ChainArrived:
    told = bench.screen.one(ChainArrived)
    assert told is not None
    return told


async def test_a_chain_is_put_together_of_one_source_at_one_moment(listed: Bench, gateway: Gateway) -> None:
    async with listed.running() as engine:
        await begun(listed, gateway, engine)
        told = shown(listed)
        assert told.chain.vendor_series == "Q2CM5"
        assert told.chain.fidelity == SNAPSHOT
        assert told.chain.expiry == date(2025, 6, 11)
        assert told.expiration == EXPIRY
        assert told.freshness is Freshness.LIVE
        assert told.verdict.accepted
        assert len(told.chain.quotes) == 2 * len(STRIKES)
        assert told.strip is not None
        assert told.strip.future == 21_600.0
        assert told.strip.future_from is FutureFrom.FEED
        assert told.strip.atm_vol == pytest.approx(0.2, abs=0.002)
        assert told.smile is not None


async def test_what_nobody_said_stays_unsaid(listed: Bench, gateway: Gateway) -> None:
    async with listed.running() as engine:
        await begun(listed, gateway, engine)
        by_symbol = {q.symbol: q for q in shown(listed).chain.quotes}
        said, unsaid = by_symbol["Q2CM5 C21400"], by_symbol["Q2CM5 C21450"]
        assert (said.last, said.is_settlement, said.settlement_date) == (px(230), True, date(2025, 6, 9))
        assert (said.volume, said.volume_is_prior_session, said.volume_date) == (12, True, date(2025, 6, 9))
        assert said.open_interest == 77
        assert shown(listed).chain.interest_date == date(2025, 6, 9)
        # today's own statistic is left for tomorrow
        assert (unsaid.last, unsaid.volume, unsaid.open_interest) == (None, None, None)
        assert said.quote_time is not None


async def test_a_trade_is_the_last_price_with_its_time(listed: Bench, gateway: Gateway) -> None:
    async with listed.running() as engine:
        made = await begun(listed, gateway, engine)
        at = listed.clock.now()
        gateway.trade(Trade(at, 231.5, 4, instrument=100), Trade(at + 1, 232.0, 2, instrument=100))
        await until(lambda: engine._sources[0].streamer.day.intake.options.get(100).volume == 6)  # type: ignore[union-attr]
        await made.look()
        quote = next(q for q in shown(listed).chain.quotes if q.symbol == "Q2CM5 C21400")
        assert (quote.last, quote.is_settlement, quote.trade_time) == (px(232), False, at + 1)


async def test_the_series_are_offered_by_expiry_and_chosen_by_name(listed: Bench, gateway: Gateway) -> None:
    async with listed.running() as engine:
        await begun(listed, gateway, engine)
        offered = listed.screen.one(SeriesOffered)
        assert offered is not None
        assert [(one.key, one.series.raw if one.series else "") for one in offered.series] == [
            ("Q2CM5", "Q2CM5"), ("QN2M5", "QN2M5"),
        ]  # fmt: skip
        assert offered.chosen == "Q2CM5"
        await engine.choose_series("QN2M5")
        assert {c.chain.vendor_series for c in listed.screen.now(ChainArrived)} == {"Q2CM5", "QN2M5"}
        with pytest.raises(ConfigError, match="lists no series MQ1M5"):
            await engine.choose_series("MQ1M5")


async def test_silence_ages_the_chain_instead_of_making_it_new(listed: Bench, gateway: Gateway) -> None:
    async with listed.running() as engine:
        made = await begun(listed, gateway, engine)
        received = shown(listed).chain.received
        listed.clock.advance(400)
        engine.watch()
        await made.look()
        assert shown(listed).freshness is Freshness.STALE
        assert shown(listed).chain.received == received


async def test_before_the_first_quote_it_says_why_there_is_no_chain(listed: Bench, gateway: Gateway) -> None:
    async with listed.running() as engine:
        await until(lambda: gateway.living(trades=True))
        await until(lambda: engine._sources[0].streamer.day.intake.instruments.options())  # type: ignore[union-attr]
        made = chains(engine)
        await made.look()
        await engine.overrides.pin(Channel.OPT_CHAIN, made.source, "to see it")
        await made.look()
        missing = listed.screen.one(ChainMissing)
        assert missing is not None
        assert "not live yet" in missing.reason


async def test_open_interest_is_compared_with_the_settlement_before_even_after_a_restart(
    listed: Bench, gateway: Gateway
) -> None:
    async with listed.running() as engine:
        await begun(listed, gateway, engine)
        interest = shown(listed).interest
        assert interest is not None
        assert (interest.settled, interest.before) == (date(2025, 6, 9), None)
    gateway.rare = [one for one in gateway.rare if not isinstance(one, StatisticSaid)]
    gateway.rare.append(StatisticSaid(100, OPEN_INTEREST, None, 90, Ns(MONDAY + DAY), MONDAY))
    listed.clock.advance(12 * 3_600)
    async with listed.running() as engine:
        await begun(listed, gateway, engine)
        interest = shown(listed).interest
        assert interest is not None
        assert (interest.settled, interest.before) == (date(2025, 6, 10), date(2025, 6, 9))
        assert dict(interest.changes) == {"Q2CM5 C21400": 13}


async def test_choosing_a_series_asks_for_its_quotes(listed: Bench, gateway: Gateway) -> None:
    listed.settings = with_value(listed.settings, "databento_expiries", 1)
    async with listed.running() as engine:
        await begun(listed, gateway, engine)
        assert not any(symbol.startswith("QN2M5") for symbol in gateway.wants[-1].option_quote_symbols)
        await engine.choose_series("QN2M5")
        await until(lambda: any(s.startswith("QN2M5") for s in gateway.wants[-1].option_quote_symbols))
        assert any(symbol.startswith("Q2CM5") for symbol in gateway.wants[-1].option_quote_symbols)


async def test_who_takes_the_board_over_has_the_series_that_was_on_it(
    listed: Bench, gateway: Gateway, site: Site
) -> None:
    listed.sources = (*listed.sources, chain_source(site.make))
    async with listed.running() as engine:
        made = await begun(listed, gateway, engine)
        made.follow(parse_barchart_series("MQ2M25", date(2025, 6, 10)))
        await until(lambda: len(listed.screen.now(SeriesOffered)) == 2)
        await engine.overrides.pin(Channel.OPT_CHAIN, CHAINS, "to read pages")
        await engine.choose_series("MC2M25")
        offered = {one.source: one.chosen for one in listed.screen.now(SeriesOffered)}
        assert offered == {CHAINS: "MC2M25", made.source: "Q2CM5"}
        await engine.overrides.pin(Channel.OPT_CHAIN, made.source, "to see quotes")
        await engine.choose_series("QN2M5")
        offered = {one.source: one.chosen for one in listed.screen.now(SeriesOffered)}
        # the pages do not list it: they stay where they were
        assert offered == {CHAINS: "MC2M25", made.source: "QN2M5"}
