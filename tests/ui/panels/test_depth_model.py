"""The liquidity heatmap and the ladder without a screen."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.ticks import SideQuality
from app.domain.units import FUTURE_TICK, SECOND, Ns, px
from app.domain.updates import (
    PriceVolumeChanged,
)
from app.ui.panels.depth.heat import COLUMNS, EMPTY_SHADE, UNSEEN_SHADE, HeatModel
from app.ui.panels.depth.model import LadderModel
from tests.ui.panels.depth_market import FIRST, NQ, WIDTH, book, column, origin, slot_of, trade
from tests.ui.panels.samples import NOW


def test_what_was_not_looked_at_is_not_empty() -> None:
    heat = HeatModel()
    heat.put(column(0, 100_000, [4, 0, 0], [0, 0, 9]))
    slot = slot_of(0)
    assert [heat.size_at(slot, 100_000 + i) for i in range(-1, 4)] == [None, 4, 0, 9, None]
    place = slot % COLUMNS
    rows = [100_000 + i - heat.base for i in (-1, 1)]
    assert heat.shades[rows, place].tolist() == [UNSEEN_SHADE, EMPTY_SHADE]


def test_a_column_writes_its_own_place_only() -> None:
    heat = HeatModel()
    heat.put(column(0, 100_000, [4, 0], [0, 3]))
    touched = heat.put(column(1, 100_000, [5, 0], [0, 3]))
    assert not touched.all
    assert touched.columns == (slot_of(1) % COLUMNS,)


def test_a_hole_is_painted_over_what_the_ring_held_there_before() -> None:
    heat = HeatModel()
    for number in range(COLUMNS):
        heat.put(column(number, 100_000, [4, 0], [0, 3]))
    heat.print(trade(Ns(FIRST + (COLUMNS + 2) * WIDTH), 25_000.0, 5), {NQ})
    touched = heat.put(column(COLUMNS + 4, 100_000, [4, 0], [0, 3]))
    assert set(touched.columns) == {slot_of(COLUMNS + n) % COLUMNS for n in range(5)}


def test_a_hole_is_seen_to_grow_while_it_is_open() -> None:
    heat = HeatModel()
    for number in range(COLUMNS):
        heat.put(column(number, 100_000, [4, 0], [0, 3]))
    heat.print(trade(Ns(FIRST + (COLUMNS + 1) * WIDTH), 25_000.0, 5), {NQ})
    by_trades = heat.opened(None)
    assert set(by_trades.columns) == {slot_of(COLUMNS + n) % COLUMNS for n in range(2)}
    by_time = heat.opened(Ns(FIRST + (COLUMNS + 7) * WIDTH))
    assert len(by_time.columns) == 6
    assert [heat.size_at(slot_of(COLUMNS + n), 100_000) for n in range(-1, 8)] == [4, *[None] * 8]
    assert heat.opened(Ns(FIRST + (COLUMNS + 7) * WIDTH)).columns == ()
    heat.put(column(COLUMNS + 7, 100_000, [9, 0], [0, 3]))
    assert heat.size_at(slot_of(COLUMNS + 7), 100_000) == 9


def test_a_hole_in_the_columns_stays_unseen() -> None:
    heat = HeatModel()
    heat.put(column(0, 100_000, [4, 0], [0, 3]))
    heat.put(column(5, 100_000, [4, 0], [0, 3]))
    assert [heat.size_at(slot_of(n), 100_000) for n in range(6)] == [4, None, None, None, None, 4]


def test_a_tape_that_begins_anew_begins_the_picture_anew() -> None:
    heat = HeatModel()
    heat.put(column(COLUMNS + 50, 100_000, [4, 0], [0, 3]))
    assert heat.put(column(3, 100_000, [9, 0], [0, 3])).all
    assert heat.newest == slot_of(3)
    assert heat.size_at(slot_of(3), 100_000) == 9


def test_sizes_below_the_least_are_drawn_as_empty() -> None:
    heat = HeatModel()
    heat.put(column(0, 100_000, [4, 0], [0, 30]))
    assert heat.show_from(10)
    place = slot_of(0) % COLUMNS
    shades = heat.shades[[100_000 - heat.base, 100_001 - heat.base], place]
    assert shades[0] == EMPTY_SHADE
    assert shades[1] > EMPTY_SHADE
    assert not heat.show_from(10)


def test_larger_sizes_get_no_darker_shade() -> None:
    heat = HeatModel()
    sizes = [1, 2, 5, 11, 40, 90, 700]
    heat.put(column(0, 100_000, [0] * 7, sizes))
    shades = heat.shades[100_000 - heat.base : 100_007 - heat.base, slot_of(0) % COLUMNS]
    assert shades.tolist() == sorted(shades.tolist())
    assert len(set(shades.tolist()[:4])) == 4


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 40), st.integers(-60, 60), st.integers(0, 200)), min_size=1, max_size=60
    )
)
def test_the_ring_is_the_picture_of_all_columns_that_still_fit(moves: list[tuple[int, int, int]]) -> None:
    heat, told, slot, low = HeatModel(), {}, 0, 100_000
    for later, by, size in moves:
        slot, low = slot + later, low + by
        bids = [size, size + 1, 0, 0]
        heat.put(column(slot, low, bids, [0, 0, size, 7]))
        told[slot] = low, [size, size + 1, size, 7]
    for number, (start, sizes) in told.items():
        seen = [heat.size_at(slot_of(number), start + i) for i in range(4)]
        if slot - number < COLUMNS and heat.base <= start and start + 4 <= heat.base + 512:
            kept = [s if s is not None else w for s, w in zip(seen, sizes, strict=True)]
            assert kept == sizes
        elif slot - number >= COLUMNS:
            assert seen == [None] * 4


def test_trades_are_summed_by_column_and_side() -> None:
    heat = HeatModel()
    heat.put(column(0, 100_000, [4, 0], [0, 3]))
    heat.put(column(1, 100_000, [4, 0], [0, 3]))
    at = Ns(FIRST + WIDTH // 2)
    for size, side in ((5, 1), (7, 1), (3, -1), (2, 0)):
        heat.print(trade(at, 25_000.25, size, side), {NQ})
    heat.print(trade(Ns(FIRST - COLUMNS * 2 * WIDTH), 1, 99), {NQ})
    place = slot_of(0) % COLUMNS
    assert (heat.bought[place], heat.sold[place], heat.unsided[place]) == (12, 3, 2)
    assert heat.trades[place] == 100_001


def test_the_ladder_says_what_was_stacked_and_pulled() -> None:
    ladder = LadderModel()
    ladder.put(book(NOW, {24_999.75: 10, 24_999.5: 20}, {25_000.25: 8, 25_000.5: 30}))
    ladder.put(book(Ns(NOW + 5 * SECOND), {24_999.75: 4, 24_999.5: 26}, {25_000.25: 8, 25_000.5: 35}))
    rungs = {rung.price: rung for rung in ladder.rungs(FUTURE_TICK, 8)}
    assert rungs[px(24_999.75)].bid_change == -6
    assert rungs[px(24_999.5)].bid_change == 6
    assert rungs[px(25_000.5)].ask_change == 5
    assert rungs[px(25_000)].in_spread
    assert rungs[px(24_999.75)].is_best_bid
    assert rungs[px(25_000.25)].is_best_ask
    assert rungs[px(24_999.25)].bid is None
    assert rungs[px(25_000)].bid == 0


def test_what_changed_across_a_hole_is_not_known() -> None:
    ladder = LadderModel()
    ladder.put(book(NOW, {24_999.75: 10}, {25_000.25: 8}))
    sound = []
    for later, size, synced in ((1, 10, False), (6, 2, True)):
        ladder.put(book(Ns(NOW + later * SECOND), {24_999.75: size}, {25_000.25: 8}, synced=synced))
        sound.append(ladder.is_sound)
    assert sound == [False, True]
    assert {rung.bid_change for rung in ladder.rungs(FUTURE_TICK, 6)} == {None}


def test_volume_at_price_is_that_of_eight_minutes() -> None:
    ladder = LadderModel()
    ladder.put(book(NOW, {24_999.75: 10}, {25_000.25: 8}))
    for minute, bought in ((0, 100), (2, 5), (9, 7)):
        start = Ns(NOW + minute * 60 * SECOND)
        up, down, none = (np.array([n, 0], dtype=np.int64) for n in (bought, 2, 0))
        ladder.traded(PriceVolumeChanged(NQ, start, 60, px(24_999.75), FUTURE_TICK, up, down, none,
                                         SideQuality.EXCHANGE, origin()))  # fmt: skip
    rung = next(r for r in ladder.rungs(FUTURE_TICK, 6) if r.price == px(24_999.75))
    assert (rung.bought, rung.sold) == (12, 4)
