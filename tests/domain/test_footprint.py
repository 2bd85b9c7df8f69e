import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.footprint import footprints, imbalances, stacked
from app.domain.price_volume import PriceVolumeBook
from app.domain.profile import Profile
from app.domain.ticks import BUY, SELL
from app.domain.units import MINUTE, POINT, SECOND, px
from tests.domain.prints import T0, of, sessions
from tests.domain.trade_columns import Print, columns


def made(bought: list[int], sold: list[int], unknown: list[int] | None = None) -> Profile:
    none = unknown or [0] * len(bought)
    return Profile(px(21_500), POINT, *(np.array(side, np.int64) for side in (bought, sold, none)))


def test_buyers_outweigh_sellers_one_row_below_and_the_other_way_round() -> None:
    buying, selling = imbalances(made([0, 31, 20], [10, 5, 0]))
    assert (buying.tolist(), selling.tolist()) == ([False, True, True], [False, False, False])

    buying, selling = imbalances(made([0, 3, 5], [10, 16, 0]))
    assert (buying.tolist(), selling.tolist()) == ([False, False, False], [True, True, False])


def test_three_times_is_not_yet_more_and_nothing_is_no_counterpart() -> None:
    buying, selling = imbalances(made([0, 30, 50], [10, 0, 0]))
    assert not buying.any()
    assert not selling.any()


def test_a_thin_row_says_nothing() -> None:
    buying, _ = imbalances(made([0, 9, 0], [1, 0, 91]))
    assert not buying.any()
    buying, _ = imbalances(made([0, 9, 0], [1, 0, 90]))
    assert buying.tolist() == [False, True, False]


def test_three_in_a_row_are_stacked() -> None:
    flags = np.array([True, True, False, True, True, True, False, True])
    assert stacked(flags).tolist() == [False] * 3 + [True] * 3 + [False] * 2
    assert stacked(np.zeros(0, np.bool_)).tolist() == []


def test_bars_shorter_than_what_is_kept_are_refused() -> None:
    for seconds in (15, 90):
        with pytest.raises(ValueError, match="kept by 60 s"):
            footprints((), seconds)


@given(sessions, st.sampled_from([60, 120, 300]), st.sampled_from([1, 4, 8]))
def test_a_footprint_holds_every_contract_of_its_bar(prints: list[Print], seconds: int, ticks: int) -> None:
    book = PriceVolumeBook()
    book.add(columns(prints))
    bars = {bar.start: bar for bar in footprints(book.of(1), seconds, ticks_a_row=ticks)}
    mine = of(prints, 1)

    assert set(bars) == {p.ts // (seconds * SECOND) * seconds * SECOND for p in mine}
    for start, bar in bars.items():
        inside = [p for p in mine if start <= p.ts < start + seconds * SECOND]
        for row in range(len(bar.delta)):
            low = bar.rows.price(row)
            there = [p for p in inside if low <= p.price < low + ticks * px("0.25")]
            assert bar.rows.bought[row] == sum(p.size for p in there if p.side == BUY)
            assert bar.rows.sold[row] == sum(p.size for p in there if p.side == SELL)
            assert bar.delta[row] == sum(p.size * p.side for p in there)
        assert bar.rows.volume.sum() == sum(p.size for p in inside)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=10))
def test_imbalances_equal_a_plain_look(cells: list[tuple[int, int]]) -> None:
    bought, sold = [b for b, _ in cells], [s for _, s in cells]
    buying, selling = imbalances(made(bought, sold))
    fullest = max(b + s for b, s in cells)
    for n, (b, s) in enumerate(cells):
        thick = 10 * (b + s) >= fullest
        below = sold[n - 1] if n else 0
        above = bought[n + 1] if n + 1 < len(cells) else 0
        assert buying[n] == (thick and below > 0 and b > 3 * below)
        assert selling[n] == (thick and above > 0 and s > 3 * above)


def test_bars_stand_in_order_whatever_order_the_minutes_have() -> None:
    book = PriceVolumeBook()
    book.add(columns([Print(T0 + n * MINUTE, price=px(21_500)) for n in (3, 0, 1)]))

    assert [bar.start for bar in footprints(book.of(1)[::-1], 60)] == [T0, T0 + MINUTE, T0 + 3 * MINUTE]
