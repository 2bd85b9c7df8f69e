"""How often the site is asked, measured on a clock that moves only by waiting."""

import pytest

from app.domain.errors import RateLimited
from app.domain.settings import Settings
from app.domain.units import SECOND, Ns
from app.sources.barchart.pace import Pace
from tests.sources.conftest import HandClock


def paced(per_minute: int = 10, spacing: float = 1.5) -> tuple[Pace, HandClock]:
    clock = HandClock(Ns(1_000 * SECOND))
    chosen = Settings(barchart_per_minute=per_minute, barchart_spacing=spacing)
    return Pace(clock, lambda: chosen, clock.wait), clock


def test_two_requests_are_never_closer_than_the_spacing() -> None:
    pace, clock = paced()
    waited = [pace.before_request(is_page=False) for _ in range(3)]
    assert waited == [0, 1.5, 1.5]
    clock.advance(1)
    assert pace.before_request(is_page=False) == pytest.approx(0.5)


def test_a_full_minute_is_refused_with_the_time_that_is_left() -> None:
    pace, clock = paced(per_minute=3, spacing=0.5)
    for _ in range(3):
        pace.before_request(is_page=False)
    with pytest.raises(RateLimited) as caught:
        pace.before_request(is_page=False)
    assert caught.value.retry_after == pytest.approx(59)
    clock.advance(59)
    assert pace.before_request(is_page=False) == 0


def test_refusals_double_the_wait_until_an_answer_comes() -> None:
    pace, clock = paced()
    assert [pace.refused(None) for _ in range(6)] == [8, 16, 32, 64, 120, 120]
    clock.advance(120)
    pace.answered()
    assert pace.refused(None) == 8


def test_the_sites_own_word_beats_the_doubling() -> None:
    pace, _ = paced()
    assert pace.refused(33.0) == 33
    with pytest.raises(RateLimited) as caught:
        pace.before_request(is_page=False)
    assert caught.value.retry_after == 33


def test_closing_ends_a_wait() -> None:
    clock = HandClock(Ns(SECOND))
    pace = Pace(clock, Settings, lambda _: True)
    pace.before_request(is_page=False)
    with pytest.raises(RateLimited, match="closing"):
        pace.before_request(is_page=False)
