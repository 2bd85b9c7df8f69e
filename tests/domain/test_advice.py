"""Advice follows from ledger lines, with a saving computed from what was paid; no such fact, no advice."""

from dataclasses import replace

from app.domain.advice import recommendations
from app.domain.cost import Charge, ChargeState, CostKind
from app.domain.routing import SourceId
from app.domain.units import DAY, HOUR, MicroUsd, Ns, ns_from_iso

VENDOR = SourceId("ticks")
NOW = ns_from_iso("2026-11-20T15:00:00Z")


def _bought(
    paid: int, schema: str = "trades", request: str = "", back: int = 3 * DAY, length: int = HOUR
) -> Charge:
    start = Ns(NOW - back)
    return Charge(
        f"{schema}-{request}-{paid}-{back}", NOW, VENDOR, "GLBX.MDP3", schema, CostKind.METERED,
        MicroUsd(paid), MicroUsd(paid), ChargeState.SETTLED, request_hash=request,
        start=start, end=Ns(start + length),
    )  # fmt: skip


def test_the_same_request_bought_again_names_what_it_cost_again() -> None:
    lines = [_bought(300_000, request="a"), _bought(200_000, request="a"), _bought(900_000, request="b")]
    (advice,) = recommendations(lines)
    assert (advice.rule, advice.saving) == ("buy missing ranges only", 200_000)
    assert "bought 2 times" in advice.sentence


def test_history_of_the_last_day_is_free_where_a_live_plan_is_in_use() -> None:
    lines = [_bought(400_000, back=5 * HOUR), _bought(100_000, back=2 * DAY)]
    assert recommendations(lines) == ()
    (advice,) = recommendations(lines, (VENDOR,))
    assert (advice.rule, advice.saving) == ("free replay instead of history", 400_000)
    assert advice.setting == ("chart_backfill", 1_440)


def test_a_coarser_schema_is_compared_at_the_price_it_had() -> None:
    lines = [_bought(2_000_000, "mbo", length=4 * HOUR), _bought(50_000, "trades", length=HOUR)]
    (advice,) = recommendations(lines)
    assert (advice.rule, advice.saving) == ("a coarser schema", 1_800_000)
    assert recommendations(lines[:1]) == ()


def test_live_data_charged_by_size_says_what_came_outside_regular_hours() -> None:
    lines = [
        replace(_bought(paid, "live", back=0), at=Ns(NOW + n * HOUR)) for n, paid in enumerate((5, 7, 11))
    ]
    assert recommendations(lines) == ()
    (advice,) = recommendations(lines, regular=lambda at: at == NOW)
    assert (advice.rule, advice.saving) == ("live only in market hours", 18)
    assert advice.setting == ("ticks_hours", "regular hours")


def test_nothing_is_advised_without_a_saving() -> None:
    assert recommendations([]) == ()
    assert recommendations([_bought(0, request="a"), _bought(0, request="a")], (VENDOR,)) == ()
