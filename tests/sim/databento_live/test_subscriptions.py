"""What the official client subscribes to at the simulated live gateway, and what is refused."""

import databento as db
import pytest

from app.domain.contract import Series
from app.domain.units import HOUR, MINUTE, SECOND, Ns
from app.sim.clock import SimClock
from app.sim.databento_live import LiveGateway
from app.sim.market import Market
from tests.sim.databento_clients import close_reason, live_client
from tests.sim.databento_live.streams import GLBX, NOW, acknowledged


def test_a_parent_of_futures_brings_all_months_and_spreads_with_their_names(
    gateway: LiveGateway, clock: SimClock
) -> None:
    with live_client(gateway) as (client, collected):
        client.subscribe(GLBX, "trades", "NQ.FUT", stype_in="parent")
        client.start()
        acknowledged(collected, 1)
        clock.advance(Ns(2 * MINUTE))
        collected.wait(lambda: len({r.instrument_id for r in collected.of(db.TradeMsg)}) >= 3)
        mapped = collected.of(db.SymbolMappingMsg)
        names = {r.instrument_id: r.stype_out_symbol for r in mapped}
        known = dict(client.symbology_map)

    assert {"NQM6", "NQU6", "NQM6-NQU6"} <= set(names.values())
    assert {r.stype_in_symbol for r in mapped} == {"NQ.FUT"}
    assert known == names
    assert {r.instrument_id for r in collected.of(db.TradeMsg)} <= set(names)


def test_parents_of_options_bring_definitions_and_statistics_at_once(
    gateway: LiveGateway, market: Market
) -> None:
    with live_client(gateway) as (client, collected):
        client.subscribe(GLBX, "definition", ["Q2C.OPT", "NQ.OPT"], stype_in="parent", start=0)
        client.subscribe(GLBX, "statistics", ["Q2C.OPT"], stype_in="parent", start=0)
        client.start()
        collected.wait(lambda: ("Finished statistics replay", 3) in collected.said())
    definitions, statistics = collected.of(db.InstrumentDefMsg), collected.of(db.StatMsg)
    legs = {leg.contract.raw: leg for leg in market.legs(Series("Q2C", 2026, 6), NOW)}
    by_name = {d.raw_symbol: d for d in definitions if d.asset == "Q2C"}
    interest = {s.instrument_id: s.quantity for s in statistics if s.stat_type == db.StatType.OPEN_INTEREST}

    assert {d.asset for d in definitions} == {"Q2C", "NQ"}
    assert set(legs) < set(by_name)
    for raw, leg in legs.items():
        said = by_name[raw]
        assert said.strike_price == leg.contract.strike
        assert str(said.instrument_class) == leg.contract.right.value
        assert said.underlying == "NQM6"
        assert said.unit_of_measure_qty == 20 * 10**9
        assert interest.get(said.instrument_id, 0) == leg.open_interest
    assert {d.user_defined_instrument for d in definitions if d.raw_symbol not in legs} <= {"Y", "N"}
    assert any(d.user_defined_instrument == "Y" for d in definitions)


@pytest.mark.expected_log("symbol_resolution_failed", "gateway error: None")
def test_symbols_that_are_nothing_are_named_and_the_rest_streams(
    gateway: LiveGateway, clock: SimClock
) -> None:
    with live_client(gateway) as (client, collected):
        client.subscribe(GLBX, "trades", ["NQM6", "ESM6", "NQM6 C99"])
        client.subscribe(GLBX, "trades", ["QN5.OPT"], stype_in="parent")
        client.subscribe(GLBX, "trades", ["NQ.c.1"], stype_in="continuous")
        client.start()
        acknowledged(collected, 3)
        clock.advance(Ns(30 * SECOND))
        collected.wait(lambda: len(collected.of(db.TradeMsg)) > 10)
    errors = collected.of(db.ErrorMsg)

    assert [int(e.code) for e in errors] == [4, 4, 4]
    assert [symbol in e.err for symbol, e in zip(("ESM6", "NQM6 C99", "QN5.OPT"), errors, strict=True)]
    assert {r.stype_out_symbol for r in collected.of(db.SymbolMappingMsg)} == {"NQM6", "NQU6"}


def test_more_symbols_than_a_line_holds_arrive_in_parts(gateway: LiveGateway, market: Market) -> None:
    table = market.options.table(market.day(NOW))
    symbols = [table.contract(row).raw for row in range(1_300)]
    with live_client(gateway) as (client, collected):
        client.subscribe(GLBX, "trades", symbols)
        client.start()
        acknowledged(collected, 1)
        collected.wait(lambda: len(collected.of(db.SymbolMappingMsg)) == 1_300)

    assert {r.stype_out_symbol for r in collected.of(db.SymbolMappingMsg)} == set(symbols)


def test_status_comes_when_the_market_closes(gateway: LiveGateway, clock: SimClock) -> None:
    clock.advance(Ns(5 * HOUR + 59 * MINUTE))
    with live_client(gateway) as (client, collected):
        client.subscribe(GLBX, "status", "NQM6")
        client.start()
        acknowledged(collected, 1)
        clock.advance(Ns(2 * MINUTE))
        collected.wait(lambda: bool(collected.of(db.StatusMsg)))
    (said,) = collected.of(db.StatusMsg)

    assert said.action == db.StatusAction.CLOSE
    assert not said.is_trading


@pytest.mark.expected_log("invalid_subscription", "gateway error: None")
def test_a_schema_without_entitlement_is_refused(gateway: LiveGateway) -> None:
    gateway.house.refused = frozenset({"mbo"})
    with live_client(gateway) as (client, collected):
        client.subscribe(GLBX, "mbo", "NQM6")
        client.start()
        reason = close_reason(client)

    assert isinstance(reason, db.BentoError)
    assert "Not authorized for mbo schema" in str(reason)
    assert [int(e.code) for e in collected.of(db.ErrorMsg)] == [5]


@pytest.mark.expected_log("invalid_subscription", "gateway error: None")
def test_a_kind_of_symbol_nobody_resolves_is_refused(gateway: LiveGateway) -> None:
    with live_client(gateway) as (client, _):
        client.subscribe(GLBX, "trades", "NQM6", stype_in="smart")
        client.start()

        assert "Unsupported stype_in" in str(close_reason(client))
