"""Advice follows from ledger lines, with a saving computed from what was paid; no such fact, no advice."""

from dataclasses import replace

from app.domain.advice import FreeOffer, recommendations
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


def test_a_live_plan_charged_by_size_replays_nothing_free() -> None:
    lines = [_bought(400_000, back=5 * HOUR), _bought(5_000_000, "live", back=0)]
    assert "free replay instead of history" not in [one.rule for one in recommendations(lines, (VENDOR,))]


def test_hours_on_the_shelf_need_not_be_bought_again() -> None:
    first = replace(_bought(900_000, "mbo", length=4 * HOUR), at=Ns(NOW - HOUR))
    half = replace(_bought(200_000, back=3 * DAY + HOUR, length=2 * HOUR), at=NOW)
    (advice,) = [one for one in recommendations([half, first]) if one.rule == "cached data for back-tests"]
    assert advice.saving == 100_000
    assert "same contracts" in advice.sentence
    # neither coarser data nor those of another dataset hold it
    for held in (replace(first, schema="ohlcv-1s"), replace(first, schema="bbo-1s")):
        assert "cached data for back-tests" not in [one.rule for one in recommendations([half, held])]
    assert recommendations([half, replace(first, dataset="OTHER")]) == ()


def test_the_same_request_again_is_no_second_advice() -> None:
    lines = [_bought(300_000, request="a"), replace(_bought(200_000, request="a"), at=Ns(NOW + HOUR))]
    assert [one.rule for one in recommendations(lines)] == ["buy missing ranges only"]


def test_what_another_source_shows_for_nothing_is_named_with_what_was_paid() -> None:
    free = (FreeOffer(SourceId("page"), ("statistics",), DAY), FreeOffer(VENDOR, ("ohlcv-1m",), DAY))
    lines = [
        _bought(70_000, "statistics", back=5 * HOUR),
        _bought(30_000, "statistics", back=2 * DAY),
        _bought(10_000, "ohlcv-1m", back=HOUR),
    ]
    (advice,) = recommendations(lines, free=free)
    assert (advice.rule, advice.saving) == ("a free source", 70_000)
    assert "page" in advice.sentence


def test_much_backfill_beside_a_metered_stream_is_named() -> None:
    live = _bought(1_000_000, "live", back=0)
    (advice,) = recommendations([live, _bought(500_000)])
    assert (advice.rule, advice.saving) == ("less backfill", 200_000)
    assert "50%" in advice.sentence
    assert recommendations([live, _bought(300_000)]) == ()
    assert recommendations([_bought(500_000)]) == ()


def test_nothing_is_advised_without_a_saving() -> None:
    assert recommendations([]) == ()
    assert recommendations([_bought(0, request="a"), _bought(0, request="a")], (VENDOR,)) == ()
