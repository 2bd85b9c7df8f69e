"""Cost and cache: nothing is shown that was not counted."""

from datetime import date
from pathlib import Path

import pytest

from app.domain.cost import ForecastBasis, Recommendation, SpendStatus
from app.domain.routing import Channel
from app.domain.units import MicroUsd, ns_from_iso
from app.domain.updates import CacheCounted, CostChanged
from app.ui.panels.cache.model import CacheModel
from app.ui.panels.cache.view import CachePanel
from app.ui.panels.cost.model import advice_words, basis_words, forecast_words, lines, pot_words, shares
from app.ui.panels.cost.view import CostPanel
from tests.ui.conftest import Room
from tests.ui.feed import BARCHART, DATABENTO, month


def test_a_month_without_forecast_says_when_there_will_be_one() -> None:
    assert "appears after" in forecast_words(month(forecast=None, forecast_low=None, forecast_high=None))


def test_a_forecast_carries_its_interval_and_the_day_the_budget_ends() -> None:
    words = forecast_words(month(exhaust_date=date(2026, 11, 27)))
    assert words == "forecast $184 (estimate, $182 – $190) · budget used up on 27 Nov"


def test_a_forecast_says_what_it_was_made_from() -> None:
    basis = ForecastBasis("1", ns_from_iso("2026-11-20T16:00:00Z"), 300_000.0, 15, 5, 60, 0.5)
    words = basis_words(month(basis=basis))
    assert "$0.30" in words
    assert "15 gone, 5 left, 60 known before" in words
    assert "formula 1, as of Fri 20 Nov 10:00 CT" in words
    assert basis_words(month()) == ""
    nothing = ForecastBasis("1", basis.as_of, None, 0, 20, 0, None)
    assert "a trading day: —" in basis_words(month(basis=nothing))


def test_advice_is_shown_with_what_it_follows_from() -> None:
    assert advice_words(month()) == ""
    advice = Recommendation("buy missing ranges only", "Bought 2 times; $2.00 saved.", MicroUsd(2_000_000))
    words = advice_words(month(recommendations=(advice, advice), overran=1))
    assert words == "Bought 2 times; $2.00 saved. 1 of the requests cost more than was reserved."
    assert "($0.40 reserved)" in pot_words(month())


def test_shares_of_nothing_are_not_zero() -> None:
    assert shares(month(budget=MicroUsd(0))) == (None, None)
    total, free = shares(month())
    assert total == pytest.approx(0.90685)
    assert free == pytest.approx(2.77 / 21)


def test_fees_that_eat_the_budget_are_said_in_words() -> None:
    assert "no discretionary money" in pot_words(month(fixed=MicroUsd(250_000_000)))
    assert "exceed the $150 notice" in pot_words(month())


def test_a_line_names_fixed_metered_and_reserved_money() -> None:
    (line,) = lines(month())
    assert line.words == "databento"
    assert line.right == "$181.37"
    assert line.middle == "$179.00 fixed + $2.37 metered + $0.40 reserved"


def test_simulated_money_is_badged(room: Room, shots: Path) -> None:
    room.open_market()
    panel = room.window.panels["cost"]
    assert isinstance(panel, CostPanel)
    assert panel.figure.text() == "$181.37"
    assert panel.simulated.text == "simulated"
    advice = Recommendation("", "The same request was bought twice.", MicroUsd(2_000_000))
    warned = month(simulated=False, status=SpendStatus.WARNING, recommendations=(advice,))
    room.feed.put(CostChanged(warned))
    room.frames()
    assert panel.advice.text() == advice.sentence
    assert panel.simulated.text == ""
    assert "WARNING" in panel.words.text()
    panel.grab().save(str(shots / "cost.png"))


def counted(hits: int, misses: tuple[tuple[str, int], ...] = (), entries: int = 1) -> CacheCounted:
    return CacheCounted(BARCHART, Channel.OPT_CHAIN, hits, misses, 0, 0, entries, 10, 100)


def test_the_cache_adds_up_all_sources_and_names_the_misses() -> None:
    model = CacheModel()
    model.put(counted(10, (("expired", 3), ("first time", 1))))
    model.put(CacheCounted(DATABENTO, Channel.REFERENCE, 5, (("first time", 4),), 1, 2, 3, 20, 100))
    sums = model.sums()
    assert sums is not None
    assert sums.requests == 23
    assert sums.hit_rate == pytest.approx(15 / 23)
    assert sums.misses == (("first time", 5), ("expired", 3))
    assert (sums.entries, sums.bytes_used, sums.bytes_allowed, sums.stale_served) == (4, 30, 100, 2)


def test_a_cache_nobody_asked_has_no_hit_rate(room: Room) -> None:
    assert CacheModel().sums() is None
    room.feed.put(counted(0, entries=0))
    room.frames()
    panel = room.window.panels["cache"]
    assert isinstance(panel, CachePanel)
    assert panel.model.parts() == ()
    assert not panel.ring.isVisible()


def test_the_ring_says_its_rate_to_a_screen_reader(room: Room) -> None:
    room.open_market()
    panel = room.window.panels["cache"]
    assert isinstance(panel, CachePanel)
    assert panel.ring.accessibleName() == "Cache hit rate: 87% hit rate"
    assert panel.words.lines[0].right == "87%"
