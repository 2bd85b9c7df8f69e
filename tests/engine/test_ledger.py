"""Money is refused before it is spent, and only metered money is projected."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from app.domain.cost import Approval
from app.domain.errors import OverBudget
from app.domain.routing import SourceId
from app.domain.settings import with_value
from app.domain.units import DOLLAR, MicroUsd, ns_from_iso, usd
from app.domain.updates import AuditLine, CostChanged, Mode, Notice
from app.engine.ledger import Purchase
from app.engine.till import Limits, Till
from app.system.paths import Paths
from app.system.store import SqliteStore
from tests.engine.bench import KEY, Bench, tick_source, until
from tests.engine.clocks import ManualClock
from tests.engine.gateway import Gateway

VENDOR = SourceId("ticks")


def _dollars(amount: float) -> MicroUsd:
    return MicroUsd(round(amount * DOLLAR))


def _purchase(estimate: float, schema: str = "trades") -> Purchase:
    return Purchase(
        VENDOR, "GLBX.MDP3", schema, _dollars(estimate), "NQ.FUT 2025-06-09", approval=Approval.USER
    )


async def test_reserved_money_counts_until_it_is_settled_or_released(bench: Bench) -> None:
    async with bench.running() as engine:
        ledger = engine.ledger
        first = await ledger.reserve(_purchase(2.0))
        assert (ledger.cost().reserved, ledger.cost().metered) == (_dollars(2.2), 0)
        await ledger.settle(first, _dollars(1.5), 1_000)
        assert (ledger.cost().reserved, ledger.cost().metered) == (0, _dollars(1.5))
        second = await ledger.reserve(_purchase(4.0))
        await ledger.release(second)
        assert ledger.cost().reserved == 0
        told = bench.screen.one(CostChanged)
        assert told is not None
        assert told.cost.by_source[0].metered == _dollars(1.5)


async def test_what_is_over_the_cap_or_the_budget_is_refused_with_the_sum(bench: Bench) -> None:
    bench.settings = with_value(bench.settings, "cost_budget", 10.0)
    async with bench.running() as engine:
        with pytest.raises(OverBudget, match=r"\$5.01 is above the cap of \$5.00"):
            await engine.ledger.reserve(_purchase(5.01))
        with pytest.raises(OverBudget, match=r"cap of \$1.00"):
            await engine.ledger.reserve(_purchase(1.01, "definition"))
        await engine.ledger.reserve(_purchase(5.0))
        with pytest.raises(OverBudget, match=r"\$5.50 does not fit: \$4.50 is left"):
            await engine.ledger.reserve(_purchase(5.0))
        assert engine.ledger.cost().reserved == _dollars(5.5)


async def test_spending_survives_a_restart(bench: Bench, tmp_path: Path) -> None:
    async with bench.running() as engine:
        await engine.ledger.settle(await engine.ledger.reserve(_purchase(1.0)), _dollars(0.9))
        await engine.ledger.reserve(_purchase(2.0))
    again = Bench(tmp_path, bench.clock, sources=bench.sources)
    async with again.running() as engine:
        await until(lambda: again.screen.one(CostChanged))
        await until(lambda: engine.ledger.cost().metered == _dollars(0.9))
        assert engine.ledger.cost().reserved == _dollars(2.2)


@pytest.mark.parametrize(
    ("mode", "keys", "fixed"),
    [(Mode.LIVE, {"ticks": "k"}, 179.0), (Mode.LIVE, {}, 0.0), (Mode.DEMO, {"ticks": "k"}, 0.0)],
)
async def test_a_fee_counts_when_its_plan_is_in_use(
    tmp_path: Path, clock: ManualClock, mode: Mode, keys: Mapping[str, str], fixed: float
) -> None:
    spec = tick_source(Gateway(clock).make, id=SourceId("databento"), secrets=(KEY,))
    bench = Bench(tmp_path, clock, sources=(spec,), mode=mode, keys=keys)
    async with bench.running():
        await until(lambda: (c := bench.screen.one(CostChanged)) is not None and usd(c.cost.fixed) == fixed)
        told = bench.screen.one(CostChanged)
        assert told is not None
        assert told.cost.simulated is (mode is Mode.DEMO)


async def test_a_cost_above_its_reserve_counts_in_full_and_is_told(bench: Bench) -> None:
    async with bench.running() as engine:
        bought = await engine.ledger.reserve(_purchase(1.0))
        await engine.ledger.settle(bought, _dollars(3.0))
        assert (engine.ledger.cost().metered, engine.ledger.cost().overran) == (_dollars(3), 1)
        assert any(
            "cost $3.00, more than the $1.10" in notice.sentence for notice in bench.screen.now(Notice)
        )
        assert [line.rule for line in bench.screen.ever(AuditLine)].count("above its reserve") == 1


async def test_an_alert_is_told_once_also_over_a_restart_and_again_after_a_new_budget(
    bench: Bench, tmp_path: Path
) -> None:
    bench.settings = with_value(bench.settings, "cost_budget", 4.0)
    async with bench.running() as engine:
        await engine.ledger.settle(await engine.ledger.reserve(_purchase(2.0)), _dollars(2.1))
        await until(lambda: _told(bench) == ["50 % of the $4.00 for metered data is spent: $2.10."])
    again = Bench(tmp_path, bench.clock, settings=bench.settings, sources=bench.sources)
    async with again.running() as engine:
        await until(lambda: engine.ledger.cost().metered == _dollars(2.1))
        await engine.ledger.tick()
        assert _told(again) == []
        await engine.change_setting("cost_budget", 3.0)
        await until(lambda: _told(again) == ["50 % of the $3.00 for metered data is spent: $2.10."])
        await engine.change_setting("cost_budget", 100.0)
        await until(lambda: _told(again) == [])


async def test_a_new_month_begins_with_nothing_but_knows_the_last_one(bench: Bench) -> None:
    async with bench.running() as engine:
        await engine.ledger.settle(await engine.ledger.reserve(_purchase(1.0)), _dollars(1.0))
        bench.clock.jump_to(ns_from_iso("2025-07-01T15:00:00Z"))
        await engine.ledger.tick()
        cost = engine.ledger.cost()
        assert (cost.month, cost.metered) == ("2025-07", 0)
        assert cost.basis is not None
        assert cost.basis.days_before > 0
        assert cost.basis.a_day is not None
        assert cost.basis.a_day > 0


async def test_what_another_process_bought_is_seen_within_a_minute(bench: Bench) -> None:
    async with bench.running() as engine:
        await engine.ledger.reserve(_purchase(1.0))
        other = SqliteStore(Paths(bench.folder), bench.redactor, bench.clock)
        limits = Limits(_dollars(200), _dollars(150), _dollars(0))
        charge = Till(other).reserve(_purchase(2.0), limits, bench.clock.now())
        other.close()
        bench.clock.advance(61)
        await engine.ledger.tick()
        assert engine.ledger.cost().reserved == _dollars(3.3)
        assert charge in engine.ledger.unsettled()


def _told(bench: Bench) -> list[str]:
    return [n.sentence for n in bench.screen.now(Notice) if n.topic == "cost-share" and n.sentence]
