import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from app.domain.price_volume import PriceVolumeBook
from app.domain.profile import Profile, ValueArea, busiest, naked, profile, value_area
from app.domain.ticks import BUY, SELL
from app.domain.units import MINUTE, POINT, px
from tests.domain.prints import T0, of, sessions
from tests.domain.trade_columns import Print, columns


def rows(*volume: int) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    return np.array(volume, np.int64)


def made(*prints: Print) -> Profile | None:
    book = PriceVolumeBook()
    book.add(columns(prints))
    return profile(book.of(1))


def test_a_row_is_a_whole_point() -> None:
    found = made(
        Print(T0, 1, BUY, px("21499.75")),
        Print(T0, 2, BUY, px("21500")),
        Print(T0 + MINUTE, 3, SELL, px("21500.75")),
        Print(T0, 4, BUY, px("21501")),
    )
    assert found is not None
    assert (found.low, found.height) == (px(21_499), POINT)
    assert (found.bought.tolist(), found.sold.tolist()) == ([1, 2, 4], [0, 3, 0])
    assert found.price(1) == px(21_500)
    assert [found.row(px(p)) for p in ("21500.5", "21498.75", "21502")] == [1, None, None]


def test_nothing_traded_has_no_profile() -> None:
    assert profile(()) is None
    assert busiest(rows()) is None
    assert value_area(rows(0, 0)) is None


def test_of_equally_busy_rows_the_lowest_is_the_point_of_control() -> None:
    assert busiest(rows(1, 5, 2, 5)) == 1


def test_the_value_area_is_the_fewest_rows_and_of_these_the_fullest() -> None:
    # two rows reach 70 of 100 on either side
    assert value_area(rows(20, 55, 25)) == ValueArea(1, 1, 2, 80)
    assert value_area(rows(10, 70, 20)) == ValueArea(1, 1, 1, 70)
    assert value_area(rows(10, 69, 21)) == ValueArea(1, 1, 2, 90)
    assert value_area(rows(21, 69, 21)) == ValueArea(1, 0, 1, 90)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=14))
def test_the_value_area_equals_a_search_of_all(volume: list[int]) -> None:
    found = value_area(rows(*volume))
    if not any(volume):
        assert found is None
        return
    poc = volume.index(max(volume))
    spans = [
        (high - low, -sum(volume[low : high + 1]), low)
        for low in range(poc + 1)
        for high in range(poc, len(volume))
        if 10 * sum(volume[low : high + 1]) >= 7 * sum(volume)
    ]
    length, held, low = min(spans)
    assert found == ValueArea(poc, low, low + length, -held)


@given(sessions)
def test_a_profile_holds_every_contract(prints: list[Print]) -> None:
    book = PriceVolumeBook()
    book.add(columns(prints))
    for instrument in (1, 2):
        mine = of(prints, instrument)
        found = profile(book.of(instrument))
        if found is None:
            assert not mine
            continue
        for row, volume in enumerate(found.volume.tolist()):
            low = found.price(row)
            assert volume == sum(p.size for p in mine if low <= p.price < low + POINT)
        assert int(found.volume.sum()) == sum(p.size for p in mine)


def test_a_point_of_control_is_naked_until_its_row_trades_again() -> None:
    bars = [
        made(Print(T0, 9, BUY, px(21_500)), Print(T0, 1, BUY, px(21_501))),
        made(Print(T0, 9, BUY, px(21_505))),
        None,
        made(Print(T0, 1, BUY, px("21505.75")), Print(T0, 2, BUY, px(21_510))),
        made(Print(T0, 1, BUY, px(21_511))),
    ]
    assert naked(bars) == ((0, px(21_500)), (3, px(21_510)))
    assert naked(bars, lookback=1) == ((3, px(21_510)),)
    assert naked(bars[:1]) == ()
