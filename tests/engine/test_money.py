"""Plans with their dates, vendors' bills, and reservations that a crash left behind."""

import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from app.domain.cost import Approval, ChargeState, CostKind
from app.domain.errors import ConfigError
from app.domain.plans import Plan
from app.domain.purchase import Purchase
from app.domain.routing import SourceId
from app.domain.units import DOLLAR, MicroUsd, ns_from_iso
from app.domain.updates import AuditLine, BarChanged, CostChanged, Notice
from app.engine.engine import Engine
from app.engine.metering import Metering
from app.system.plans_file import PlansFile
from app.system.usage_file import usage_text
from tests.engine.bench import Bench, until
from tests.engine.gateway import Gateway, Trade
from tests.engine.spenders import opened

VENDOR = SourceId("ticks")


def _purchase(micro: int) -> Purchase:
    return Purchase(VENDOR, "GLBX.MDP3", "trades", MicroUsd(micro), approval=Approval.USER)


async def test_a_plan_is_kept_and_counts_at_once(bench: Bench, tmp_path: Path) -> None:
    bench.plans = PlansFile(tmp_path / "plans.json")
    plan = Plan(VENDOR, "Licence", CostKind.LICENCE, MicroUsd(21 * DOLLAR), since=date(2020, 1, 1))
    async with bench.running() as engine:
        before = engine.ledger.cost()
        await engine.money.save_plans((plan,))
        told = bench.screen.one(CostChanged)
        assert told is not None
        assert told.cost.fixed == before.fixed + 21 * DOLLAR
        assert told.cost.licence == 21 * DOLLAR
        assert any(line.subject == "plans" for line in bench.screen.ever(AuditLine))
    assert PlansFile(tmp_path / "plans.json").load() == ((plan,), ())


async def test_a_damaged_file_of_plans_is_told_and_kept(bench: Bench, tmp_path: Path) -> None:
    (tmp_path / "plans.json").write_text("{")
    bench.plans = PlansFile(tmp_path / "plans.json")
    async with bench.running():
        await until(lambda: any("plans was damaged" in n.sentence for n in bench.screen.now(Notice)))
    kept = [name for name in os.listdir(tmp_path) if name.startswith("plans")]  # noqa: PTH208 - no pathlib in a coroutine
    assert len(kept) == 1


async def test_a_bill_is_compared_with_what_was_settled(bench: Bench, tmp_path: Path) -> None:
    bench.read_text = usage_text
    async with bench.running() as engine:
        await engine.ledger.settle(await engine.ledger.reserve(_purchase(1_000_000)), MicroUsd(1_050_000))
        month = engine.ledger.cost().month
        bill = tmp_path / "usage.csv"
        bill.write_text(f"date,cost\n{month}-03,0.60\n{month}-04,0.40\n")
        found = await engine.money.bills.read(VENDOR, str(bill))
        (compared,) = found.compared
        assert (compared.settled, compared.billed) == (1_050_000, 1_000_000)
        assert compared.drift == pytest.approx(0.05)
        assert engine.ledger.cost().billed == ()
        await engine.money.bills.keep(found)
        (kept,) = engine.ledger.cost().billed
        assert (kept.settled, kept.billed) == (1_050_000, 1_000_000)
        bill.write_text(f"date,cost\n{month}-03,1.05\n")
        bench.clock.advance(1)
        again = await engine.money.bills.read(VENDOR, str(bill))
        assert again.replaces == (month,)
        await engine.money.bills.keep(again)
        assert engine.ledger.cost().billed[0].drift == 0
        assert "taken back" in await engine.money.bills.undo(VENDOR)
        assert engine.ledger.cost().billed[0].billed == 1_000_000
        await engine.money.bills.undo(VENDOR)
        assert engine.ledger.cost().billed == ()
        with pytest.raises(ConfigError, match="No bill"):
            await engine.money.bills.undo(VENDOR)
        with pytest.raises(ConfigError, match="cannot be read"):
            await engine.money.bills.read(VENDOR, str(tmp_path / "none.csv"))
        told = [line.after for line in bench.screen.ever(AuditLine) if line.subject == f"bill of {VENDOR}"]
        assert len(told) == 4


async def test_what_a_crash_left_reserved_is_settled_by_hand(bench: Bench) -> None:
    async with bench.running() as engine:
        await engine.ledger.reserve(_purchase(1_000_000))
        await engine.ledger.reserve(_purchase(2_000_000))
        paid, unsent = await engine.money.waiting()
        await engine.money.settle_waiting(paid.reservation_id, MicroUsd(900_000))
        await engine.money.settle_waiting(unsent.reservation_id, None)
        cost = engine.ledger.cost()
        assert (cost.metered, cost.reserved) == (900_000, 0)
        assert await engine.money.waiting() == ()


def _meter(engine: Engine, sent: Mapping[SourceId, int]) -> Metering:
    engine.ledger.use_plans((Plan(VENDOR, "Live by size", CostKind.METERED, MicroUsd(4 * DOLLAR)),))
    return engine.money.metering_of(lambda: sent)


async def test_live_data_of_a_metered_plan_is_charged_by_its_size(bench: Bench) -> None:
    async with bench.running() as engine:
        sent = {VENDOR: 2**29}
        meter = engine.money.metering_of(lambda: dict(sent))
        await meter.note()
        await meter.charge()
        assert engine.ledger.cost().metered == 0
        engine.ledger.use_plans((Plan(VENDOR, "Live by size", CostKind.METERED, MicroUsd(4 * DOLLAR)),))
        sent[VENDOR] += 2**28
        await meter.note()
        await meter.charge()
        await meter.charge()
        cost = engine.ledger.cost()
        assert (cost.metered, cost.fixed) == (DOLLAR, engine.ledger.cost().fixed)
        assert [(part.schema, part.amount) for part in cost.parts if part.schema] == [("live", DOLLAR)]


async def test_what_a_run_did_not_charge_is_charged_by_the_next_one_once(bench: Bench) -> None:
    async with bench.running() as engine:
        meter = _meter(engine, {VENDOR: 2**28})
        await meter.note()
        month = engine.ledger.cost().month
        assert engine.ledger.cost().metered == 0
    for _ in range(2):
        later = Bench(bench.folder, bench.clock, sources=bench.sources)
        later.clock.advance(86_400)
        async with later.running() as engine:
            await _meter(engine, {}).charge()
            lines = opened(bench.folder).charges(month)
            assert [(line.schema, line.actual, line.bytes) for line in lines] == [("live", DOLLAR, 2**28)]
            assert engine.ledger.cost().metered == DOLLAR


async def test_the_live_data_of_a_day_stays_in_its_month(bench: Bench) -> None:
    bench.clock.jump_to(ns_from_iso("2025-06-30T23:59:50Z"))
    async with bench.running() as engine:
        sent = {VENDOR: 2**28}
        meter = _meter(engine, sent)
        await meter.note()
        bench.clock.advance(20)
        sent[VENDOR] += 2**29
        await meter.note()
        await meter.charge()
        await until(lambda: engine.ledger.cost().month == "2025-07")
        assert engine.ledger.cost().metered == 2 * DOLLAR
        assert [line.actual for line in opened(bench.folder).charges("2025-06")] == [DOLLAR]


async def test_a_plan_that_was_taken_back_charges_nothing_later(bench: Bench) -> None:
    async with bench.running() as engine:
        meter = _meter(engine, {VENDOR: 2**28})
        await meter.note()
        engine.ledger.use_plans(())
        await meter.charge()
        await _meter(engine, {}).charge()
        assert engine.ledger.cost().metered == 0


async def test_the_end_of_a_run_charges_what_came_since_the_last_line(
    bench: Bench, gateway: Gateway, tmp_path: Path
) -> None:
    bench.plans = PlansFile(tmp_path / "plans.json")
    plan = Plan(SourceId("ticks"), "Live by size", CostKind.METERED, MicroUsd(1_000 * DOLLAR))
    bench.plans.save((plan,))
    async with bench.running() as engine:
        await until(lambda: engine.ledger.plans)
        await until(lambda: len(gateway.living()) == 2)
        month = engine.ledger.cost().month
        gateway.trade(Trade(bench.clock.now()), Trade(bench.clock.now()))
        await until(lambda: bench.screen.now(BarChanged))
        assert engine.ledger.cost().metered == 0
    (line,) = opened(bench.folder).charges(month)
    assert (line.schema, line.state) == ("live", ChargeState.SETTLED)
    assert line.actual == round(1_000 * DOLLAR * (line.bytes or 0) / 2**30) > 0
