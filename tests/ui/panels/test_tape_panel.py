"""Time and sales."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from app.domain.tick_updates import Prints, TapePrint
from app.domain.ticks import SideQuality
from app.domain.units import SECOND, Ns, px
from app.ui.format import CT
from app.ui.panels.tape import model as tape_model
from app.ui.panels.tape.model import PER_REPAINT, Sizes, TapeModel, sizes
from app.ui.panels.tape.view import TapePanel
from tests.prints import told
from tests.ui.conftest import Room
from tests.ui.feed import NQ, OPENING, origin


def trade(second: float, size: int = 1, side: int = 1, symbol: str = "NQZ6", number: int = NQ) -> Prints:
    at = Ns(OPENING + int(second * SECOND))
    return told(TapePrint(number, symbol, at, px(21_000), size, side, origin(at)))


@pytest.mark.parametrize(
    ("said", "passing", "failing"),
    [
        ("11", (11,), (10, 12)),
        (">=50", (50, 900), (49,)),
        ("50+", (50,), (49,)),
        ("≥ 50", (50,), (49,)),
        ("200–400", (200, 400), (199, 401)),
        ("200-400", (300,), (500,)),
        ("=11", (11,), (10, 12)),
        ("", (1, 9_999), ()),
    ],
)
def test_sizes_are_filtered_as_typed(said: str, passing: tuple[int, ...], failing: tuple[int, ...]) -> None:
    wanted = sizes(said)
    assert wanted is not None
    assert all(wanted.passes(size) for size in passing)
    assert not any(wanted.passes(size) for size in failing)


@pytest.mark.parametrize("said", ["many", "5-", "9-3", "=", "1.5"])
def test_what_is_no_size_is_not_guessed(said: str) -> None:
    assert sizes(said) is None


def test_the_newest_print_is_on_top_and_a_trade_without_side_says_so() -> None:
    model = TapeModel()
    for second, side in ((0, 1), (1, -1), (2, 0)):
        model.put(trade(second, side=side))
    rows = model.rows(Sizes(), None, Ns(OPENING + 3 * SECOND), CT)
    assert [row.cells[4].text for row in rows] == ["○ none", "▼ sell", "▲ buy"]
    assert rows[0].cells[4].colour == "dim"


def test_inferred_sides_are_marked_and_those_of_the_exchange_are_not() -> None:
    model = TapeModel()
    assert model.side_quality is None
    for second, quality in enumerate((SideQuality.EXCHANGE, SideQuality.INFERRED)):
        model.put(replace(trade(second), side_quality=quality))
    rows = model.rows(Sizes(), None, Ns(OPENING + 3 * SECOND), CT)
    assert [row.cells[4].text for row in rows] == ["▲ buy ≈", "▲ buy"]
    assert "inferred from the quote" in rows[0].cells[4].tip
    assert "said by the exchange" in rows[1].cells[4].tip
    assert model.side_quality is SideQuality.INFERRED


def test_more_than_can_be_read_is_counted() -> None:
    model = TapeModel()
    now = Ns(OPENING + SECOND)
    model.rows(Sizes(), None, now, CT)
    model.put(trade(0))
    model.rows(Sizes(), None, now, CT)
    for _ in range(PER_REPAINT + 40):
        model.put(trade(0.5))
    model.rows(Sizes(), None, now, CT)
    assert model.overflow == 40


def test_prints_leave_after_two_minutes() -> None:
    model = TapeModel()
    model.put(trade(0))
    model.put(trade(100))
    model.rows(Sizes(), None, Ns(OPENING + 150 * SECOND), CT)
    assert len(model) == 1


def test_the_panel_filters_by_size_as_one_types(room: Room) -> None:
    room.open_market()
    room.window.show_panel("tape")
    panel = room.window.panels["tape"]
    assert isinstance(panel, TapePanel)
    for size in (1, 60, 3):
        room.feed.put(trade(0.1, size))
    room.feed.put(trade(0.1, 80, number=NQ + 50))  # the same future, as another source numbers it
    room.feed.put(trade(0.1, 500, symbol="Q3CX6 C21400", number=77))
    room.frames()
    assert [row.cells[3].text for row in panel.table.grid.rows()] == ["80", "3", "60", "1"]
    QTest.keyClicks(panel.sizes, "50+")
    room.frames()
    assert [row.cells[3].text for row in panel.table.grid.rows()] == ["80", "60"]
    panel.sizes.selectAll()
    QTest.keyClicks(panel.sizes, "x")
    room.frames()
    assert panel.title_bar.hint_text() == "that is not a size"
    QTest.keyClick(panel.sizes, Qt.Key.Key_Backspace)
    panel.contract.setCurrentIndex(1)
    room.frames()
    assert panel.table.grid.row(0).cells[3].text == "500"


def test_of_a_helping_the_newest_come_first_and_all_are_counted() -> None:
    model = TapeModel()
    now = Ns(OPENING + SECOND)
    model.rows(Sizes(), None, now, CT)
    many = [TapePrint(NQ, "NQZ6", Ns(OPENING + n), px(21_000), n, 1, origin(OPENING)) for n in range(1, 101)]
    model.put(told(*many))
    shown = [int(row.cells[3].text) for row in model.rows(Sizes(90), "NQZ6", now, CT)]
    assert shown == list(range(100, 89, -1))
    model.put(told(*many))
    newest = model.rows(Sizes(90), "NQZ6", now, CT)
    assert [int(row.cells[3].text) for row in newest] == 2 * shown
    assert len({row.key for row in newest}) == 22
    assert len(model) == 200


def test_what_had_to_make_room_is_not_called_two_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tape_model, "MOST_KEPT", 3)
    model = TapeModel()
    for second in range(5):
        model.put(trade(second))
    model.rows(Sizes(), None, Ns(OPENING + 5 * SECOND), CT)
    assert (len(model), model.let_go) == (3, True)
    model.rows(Sizes(), None, Ns(OPENING + 122 * SECOND), CT)
    model.put(trade(123))
    model.rows(Sizes(), None, Ns(OPENING + 124 * SECOND), CT)
    assert not model.let_go
