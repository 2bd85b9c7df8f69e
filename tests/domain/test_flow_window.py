import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.bars import PressureBar
from app.domain.flow_window import FlowFilter, Leaning, Significance, flow_window
from app.domain.units import Ns, Px


def bar(bought: int, sold: int, unknown: int = 0, trades: int = 20) -> PressureBar:
    return PressureBar(1, Ns(0), 300, bought, sold, unknown, trades, Px(1), Px(1), Px(1), Px(1))


def test_a_window_in_words() -> None:
    found = flow_window(bar(90, 10, 25, trades=50))

    assert (found.mean_size, found.pressure, found.unknown_share) == (2.5, 0.8, 0.2)
    assert (found.leaning, found.confidence, found.significant) == (Leaning.BUY, 0.8, True)


@pytest.mark.parametrize(
    ("bought", "sold", "leaning"),
    [(60, 40, Leaning.NEUTRAL), (61, 40, Leaning.BUY), (40, 60, Leaning.NEUTRAL), (40, 61, Leaning.SELL)],
)
def test_a_share_of_six_in_ten_is_still_neutral(bought: int, sold: int, leaning: Leaning) -> None:
    assert flow_window(bar(bought, sold)).leaning is leaning


def test_few_trades_are_less_sure() -> None:
    assert flow_window(bar(30, 10, trades=10)).confidence == 0.25


def test_without_a_side_nothing_is_said() -> None:
    found = flow_window(bar(0, 0, 7, trades=3))

    assert (found.pressure, found.leaning, found.confidence) == (None, None, None)
    assert (found.unknown_share, found.significant) == (1.0, False)


def test_significant_needs_more_than_two_to_one_and_confidence() -> None:
    assert not flow_window(bar(85, 15, trades=19)).significant
    assert flow_window(bar(86, 14, trades=20)).significant
    assert not flow_window(bar(2, 1, trades=100)).significant


def test_what_is_significant_is_chosen() -> None:
    loose = Significance(ratio=2.0, confidence=0.1)
    assert not flow_window(bar(2, 1, trades=100), loose).significant
    assert flow_window(bar(21, 10, trades=100), loose).significant
    assert not flow_window(bar(21, 10, trades=100), Significance(ratio=3.0, confidence=0.1)).significant
    assert flow_window(bar(7, 0, trades=20), Significance(ratio=10.0)).significant


def test_the_filter_wants_pressure_volume_and_confidence() -> None:
    admits = FlowFilter().admits

    assert admits(flow_window(bar(80, 20)))
    assert not admits(flow_window(bar(40, 9)))
    assert not admits(flow_window(bar(79, 21)))
    assert not admits(flow_window(bar(80, 20, trades=10)))
    assert not FlowFilter(confidence=0.0).admits(flow_window(bar(54, 46)))
    assert FlowFilter(0.0, 0, 0.0).admits(flow_window(bar(0, 0, 1)))


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500), st.integers(1, 500))
def test_every_window_stays_within_its_bounds(bought: int, sold: int, unknown: int, trades: int) -> None:
    found = flow_window(bar(bought, sold, unknown, trades))

    if found.pressure is None or found.confidence is None:
        assert bought + sold == 0
        return
    assert -1 <= found.pressure <= 1
    assert 0 <= found.confidence <= abs(found.pressure)
    if bought + sold:
        share = bought / (bought + sold)
        assert (found.leaning is Leaning.BUY) == (10 * bought > 6 * (bought + sold)), share
        assert (found.leaning is Leaning.SELL) == (10 * bought < 4 * (bought + sold)), share
    mirrored = flow_window(bar(sold, bought, unknown, trades))
    assert mirrored.confidence == found.confidence
    assert mirrored.significant == found.significant
