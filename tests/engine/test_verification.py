"""A verification says first what it may cost, leaves out what cannot be paid, and can be given up."""

import asyncio
from pathlib import Path

import pytest

from app.domain.cost import CostKind
from app.domain.plans import Plan
from app.domain.settings import Settings
from app.domain.units import DOLLAR, MicroUsd
from app.domain.updates import Mode
from app.domain.verification import Checked, Verdict, VerificationChanged
from tests.engine.bench import TICKS, Bench, tick_source, until
from tests.engine.clocks import ManualClock
from tests.engine.gateway import Gateway

METERED = Plan(TICKS, "Live by the GiB", CostKind.METERED, MicroUsd(32 * DOLLAR))


def bench_of(tmp_path: Path, clock: ManualClock, gateway: Gateway, budget: float) -> Bench:
    settings = Settings(cost_budget=budget, cost_notice=0.0)
    return Bench(tmp_path, clock, settings, sources=(tick_source(gateway.make),), mode=Mode.LIVE)


async def test_metered_live_data_is_priced_before_anything_is_asked(
    tmp_path: Path, clock: ManualClock, gateway: Gateway
) -> None:
    async with bench_of(tmp_path, clock, gateway, 200.0).running() as engine:
        engine.ledger.use_plans((METERED,))
        plan = await engine.verifier.plan()
        assert plan.cost == 2 * DOLLAR
        assert plan.needs_approval
        assert plan.left is not None
        engine.ledger.use_plans(())
        assert (await engine.verifier.plan()).cost == 0


async def test_what_the_months_money_does_not_allow_is_not_tried(
    tmp_path: Path, clock: ManualClock, gateway: Gateway
) -> None:
    async with bench_of(tmp_path, clock, gateway, 2.0).running() as engine:
        engine.ledger.use_plans((METERED,))
        opened = len(gateway.feeds)
        found = await engine.verifier.run()
        assert len(gateway.feeds) - opened <= 2  # the engine's own, none of the test's
        said = {check.check: check for check in found.checks}
        assert said[Checked.KEY].verdict is Verdict.PASS
        assert said[Checked.LOGIN].verdict is Verdict.SKIPPED
        assert "does not suffice" in said[Checked.RECONNECT].why
        assert found.document()["complete"]


@pytest.mark.timeout(120)
async def test_given_up_it_tells_what_was_found_until_then(
    tmp_path: Path, clock: ManualClock, gateway: Gateway
) -> None:
    bench = bench_of(tmp_path, clock, gateway, 200.0)
    async with bench.running() as engine:
        running = asyncio.ensure_future(engine.verifier.run())  # noqa: TID251 - awaited below
        await until(lambda: any("entitled" in one.doing for one in bench.screen.ever(VerificationChanged)))
        await engine.verifier.stop()
        found = await running
        assert [check.check for check in found.checks] == [Checked.KEY, Checked.LOGIN]
        assert found.document()["complete"] is False
        last = bench.screen.ever(VerificationChanged)[-1]
        assert (last.so_far, last.doing) == (found, "")
        again = asyncio.ensure_future(engine.verifier.run())  # noqa: TID251 - awaited below
        await asyncio.sleep(0)
        await engine.verifier.stop()
        await again
