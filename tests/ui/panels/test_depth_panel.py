"""The liquidity heatmap and the ladder."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.chart_updates import DepthLevel
from app.domain.contract import Future
from app.domain.health import Freshness
from app.domain.routing import TICK, Channel, Provenance, SourceId
from app.domain.ticks import SideQuality
from app.domain.units import FUTURE_TICK, SECOND, Ns, Px, px
from app.domain.updates import (
    BookChanged,
    DepthColumn,
    GapChanged,
    InstrumentKnown,
    PriceVolumeChanged,
    RouteChanged,
    TapePrint,
    Update,
)
from app.ui.application import make_application
from app.ui.panels.depth.heat import COLUMNS, EMPTY_SHADE, UNSEEN_SHADE, HeatModel
from app.ui.panels.depth.model import LadderModel
from app.ui.panels.depth.view import DepthPanel
from tests.ui.panels.samples import NOW, Asked, desk

NQ, TICKS = 42, SourceId("databento")
WIDTH_MS = 250
WIDTH = Ns(WIDTH_MS * 1_000_000)
FIRST = Ns(NOW // WIDTH * WIDTH - 600 * WIDTH)


def origin(at: Ns = NOW) -> Provenance:
    return Provenance(TICKS, TICK, at, at, at, "s")


def column(slot: int, low: int, bids: list[int], asks: list[int]) -> DepthColumn:
    """`slot` columns after the first, `low` in ticks."""
    at = Ns(FIRST + slot * WIDTH)
    return DepthColumn(NQ, at, WIDTH_MS, Px(low * FUTURE_TICK), FUTURE_TICK, np.array(bids, dtype=np.int32),
                       np.array(asks, dtype=np.int32), "mbp-10", origin(at))  # fmt: skip


def slot_of(number: int) -> int:
    return FIRST // WIDTH + number


def book(at: Ns, bids: dict[float, int], asks: dict[float, int], *, synced: bool = True,
         freshness: Freshness = Freshness.LIVE) -> BookChanged:  # fmt: skip
    down, up = (
        tuple(DepthLevel(px(k), side[k], 3) for k in sorted(side, reverse=side is bids))
        for side in (bids, asks)
    )
    return BookChanged(NQ, at, down, up, "mbo", synced, 0, freshness, origin(at))


def trade(at: Ns, price: float, size: int, side: int = 1) -> TapePrint:
    return TapePrint(NQ, "NQZ6", at, px(price), size, side, origin(at))


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
    assert touched.column == slot_of(1) % COLUMNS


def test_a_hole_in_the_columns_stays_unseen() -> None:
    heat = HeatModel()
    heat.put(column(0, 100_000, [4, 0], [0, 3]))
    heat.put(column(5, 100_000, [4, 0], [0, 3]))
    assert [heat.size_at(slot_of(n), 100_000) for n in range(6)] == [4, None, None, None, None, 4]


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
        heat.print(trade(at, 25_000.25, size, side))
    heat.print(trade(Ns(FIRST - COLUMNS * 2 * WIDTH), 1, 99))
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


def market(count: int, seed: int = 5) -> Iterator[Update]:
    """A book that wanders, with walls that come and go."""
    chance, middle = random.Random(seed), 100_053.0
    walls = {100_000 + 4 * n: chance.randint(20, 160) for n in range(0, 40, 3)}
    for number in range(count):
        middle += chance.gauss(0, 0.9)
        low, best = int(middle) - 60, int(middle)
        sizes = [
            max(1, int(walls.get(low + i, 6) * (0.6 + 0.4 * chance.random())) + abs(i - 60) // 8)
            for i in range(121)
        ]
        bids = [size if low + i <= best else 0 for i, size in enumerate(sizes)]
        asks = [size if low + i > best else 0 for i, size in enumerate(sizes)]
        yield column(number, low, bids, asks)
        at = Ns(FIRST + number * WIDTH)
        if chance.random() < 0.4:
            up = chance.random() < 0.5
            size = min(120, int(chance.paretovariate(0.9)))
            yield trade(at, (best + up) * 0.25, size, chance.choice((1, -1, 1, -1, 0)))
        yield book(
            at,
            {(best - i) * 0.25: sizes[best - i - low] for i in range(10)},
            {(best + 1 + i) * 0.25: sizes[best + 1 + i - low] for i in range(10)},
        )


def panel_with(qtbot: QtBot, *updates: Update, size: tuple[int, int] = (960, 300)) -> DepthPanel:
    make_application([])
    room = desk(Asked(), [])
    panel = DepthPanel(room)
    room.watch.learn(InstrumentKnown(NQ, "NQZ6", Future(2026, 12), None, None, origin()), NOW)
    qtbot.addWidget(panel)
    panel.dress()
    panel.resize(*size)
    panel.show()
    for update in updates:
        panel.apply(update)
    drawn(panel)
    return panel


def drawn(panel: DepthPanel) -> None:
    panel.touch()
    panel.refresh(NOW)
    panel.refresh_texts(NOW)
    QApplication.processEvents()


def test_the_panel_shows_walls_prices_trades_and_gaps(qtbot: QtBot, tmp_path: Path) -> None:
    gap = GapChanged(TICKS, Channel.NQ_QUOTES, Ns(FIRST + 300 * WIDTH), Ns(FIRST + 322 * WIDTH), False, "cut")
    updates = [u for u in market(480) if not (isinstance(u, DepthColumn) and
               gap.start <= u.start < (gap.end or 0))]  # fmt: skip
    panel = panel_with(qtbot, *updates, gap)
    target = Path(os.environ.get("SHOTS_FOLDER", tmp_path)) / "depth.png"
    assert panel.grab().save(str(target))
    picture = panel.heat_view.grab().toImage()
    colours = {picture.pixel(x, y) for x in range(0, picture.width() - 70, 7)
               for y in range(20, picture.height() - 20, 7)}  # fmt: skip
    assert len(colours) > 40
    assert panel.title_bar.hint_text() == "databento · mbo · live"
    said = panel.heat_view.about(QPointF(300, 100))
    assert "resting" in said
    assert "CT" in said


def test_a_book_that_is_not_whole_says_so(qtbot: QtBot, tmp_path: Path) -> None:
    broken = book(NOW, {24_999.75: 10}, {25_000.25: 8}, synced=False)
    panel = panel_with(qtbot, *market(40), broken)
    assert "not whole" in panel._trouble.text()
    assert "not whole" in panel.ladder_view.accessibleName()
    stale = book(NOW, {24_999.75: 10}, {25_000.25: 8}, freshness=Freshness.STALE)
    panel.apply(stale)
    drawn(panel)
    assert "quotes are stale" in panel._trouble.text()
    assert panel.grab().save(str(Path(os.environ.get("SHOTS_FOLDER", tmp_path)) / "depth_stale.png"))


def test_without_a_book_the_panel_says_what_it_needs(qtbot: QtBot) -> None:
    panel = panel_with(qtbot)
    assert panel._stack.currentIndex() == 0


def test_another_source_or_contract_begins_anew(qtbot: QtBot) -> None:
    panel = panel_with(qtbot, *market(40))
    other = SourceId("tradovate")
    panel.apply(RouteChanged(Channel.NQ_QUOTES, other, TICKS, False, "failed over", NOW))
    assert panel.heat.newest is None
    for update in market(4):
        panel.apply(update)
    assert panel.heat.newest is None


def test_mouse_and_keys_zoom_and_follow(qtbot: QtBot) -> None:
    panel = panel_with(qtbot, *market(80))
    view = panel.heat_view
    before = view._row_px
    view.zoom(1.3)
    assert view._row_px > before
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=view.rect().center())
    QTest.mouseMove(view, view.rect().center() + view.rect().topLeft() + QPointF(0, 40).toPoint())
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton)
    dragged = view._follows
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton)
    assert (dragged, view._follows, view._row_px) == (False, True, before)
    panel.least.setValue(25)
    assert panel.heat.least == 25
    panel.recall({"span": "240", "least": "5"})
    assert panel.remember() == {"span": "240", "least": "5"}


@pytest.mark.parametrize("count", [3, 1_500])
def test_the_picture_equals_the_shades_after_any_number_of_columns(qtbot: QtBot, count: int) -> None:
    panel = panel_with(qtbot, *market(count))
    view = panel.heat_view
    kept = view._pixels.copy()
    view.paint_all()
    assert (kept == view._pixels).all()
