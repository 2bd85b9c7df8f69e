"""Money is spent only after its price was seen; plans and open purchases are said by hand."""

from concurrent.futures import Future
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialogButtonBox, QPushButton, QTableWidgetItem

from app.domain.bill import Bill
from app.domain.cost import Approval, Charge, ChargeState, CostKind, Reconciliation
from app.domain.history import HistoryQuote, HistoryWant, PriceTag
from app.domain.history_updates import Buying, HistoryChanged
from app.domain.intervals import Span
from app.domain.plans import Plan
from app.domain.routing import SourceId
from app.domain.units import DOLLAR, HOUR, MicroUsd, Ns, ns_from_iso
from app.domain.usage import Billed, Usage
from app.ui import purchase_words
from app.ui.dialogs.bill import BillDialog
from app.ui.dialogs.history_form import HistoryForm
from app.ui.dialogs.plans import PlansDialog
from app.ui.dialogs.waiting import WaitingDialog
from app.ui.format import CT
from app.ui.panels.cost.view import CostPanel
from tests.ui.conftest import Room

VENDOR = SourceId("databento")
START = ns_from_iso("2026-11-10T15:00:00Z")


def _want(*symbols: str) -> HistoryWant:
    return HistoryWant(VENDOR, "GLBX.MDP3", "trades", symbols, "parent", Span(START, Ns(START + 2 * HOUR)))


def _quote(
    cost: int | None,
    left: int = 15 * DOLLAR,
    *,
    held: float = 0.0,
    must_type: bool = False,
    refused: str = "",
) -> HistoryQuote:
    want = _want("NQ.FUT")
    price = None if cost is None else MicroUsd(cost)
    tag = PriceTag(want, price, 1_234_567, 59_259_216, 22)
    whole = MicroUsd(cost * 2) if cost is not None and held else None
    return HistoryQuote(
        want, (tag,), held, whole, MicroUsd(left), MicroUsd(190 * DOLLAR), False, must_type, refused,
        (("ohlcv-1s", MicroUsd(100_000)),),
    )  # fmt: skip


def _answer(room: Room, name: str, value: Any) -> None:
    answer: Future[Any] = Future()
    answer.set_result(value)
    room.commands.answers[name] = answer


def _asked(room: Room, name: str) -> list[tuple[Any, ...]]:
    return [asked[1:] for asked in room.commands.asked if asked[0] == name]


def _form(room: Room) -> HistoryForm:
    room.open_market()
    panel = room.window.panels["cost"]
    assert isinstance(panel, CostPanel)
    panel.deeds.buy()
    room.frames(2)
    form = room.dialog()
    assert isinstance(form, HistoryForm)
    return form


def _priced(room: Room, quote: HistoryQuote) -> HistoryForm:
    form = _form(room)
    _answer(room, "price_history", quote)
    QTest.mouseClick(form.ask, Qt.MouseButton.LeftButton)
    room.frames(2)
    return form


def test_nothing_can_be_bought_before_its_price_was_seen(room: Room) -> None:
    form = _form(room)
    assert not form.buy.isEnabled()
    assert form.prices.lines == ()
    assert not _asked(room, "price_history")


def test_a_price_says_what_it_is_of_and_what_it_leaves(room: Room, shots: Path) -> None:
    form = _priced(room, _quote(420_000, held=0.5))
    said = {line.words: (line.right, line.middle) for line in form.prices.lines}
    assert said["Price of what is missing"] == ("$0.42", "all of it anew: $0.84")
    assert said["On the shelf already"][0] == "50%"
    assert said["Symbols"] == ("NQ.FUT (parent)", "22 instruments")
    assert said["Records to buy"] == ("1,234,567", "59.3 MB")
    assert said["Left this month for metered use"] == ("$15.00", "this takes 3% of it")
    assert said["Cheaper: ohlcv-1s"] == ("$0.10", "less detail")
    assert "CT" in said["Range"][0]
    assert "UTC" in said["Range"][0]
    form.grab().save(str(shots / "purchase.png"))
    assert form.buy.isEnabled()
    _answer(room, "buy_history", ("a", "b"))
    QTest.mouseClick(form.buy, Qt.MouseButton.LeftButton)
    room.frames(3)
    (call,) = _asked(room, "buy_history")
    assert call[1:] == (Approval.USER, "", False)


def test_above_the_cap_the_amount_has_to_be_typed(room: Room) -> None:
    form = _priced(room, _quote(6_500_000, must_type=True))
    assert not form.buy.isEnabled()
    form.amount.setText("6.49")
    assert not form.buy.isEnabled()
    form.amount.setText("$6.50")
    assert form.buy.isEnabled()


def test_beyond_the_budget_only_a_typed_reason_lets_it_pass(room: Room, shots: Path) -> None:
    form = _priced(room, _quote(420_000, left=400_000))
    assert "does not fit" in form.words.text()
    assert not form.buy.isEnabled()
    form.grab().save(str(shots / "purchase-over.png"))
    form.reason.setText("CPI day")
    assert form.buy.isEnabled()


def test_without_a_price_there_is_no_purchase(room: Room) -> None:
    form = _priced(room, _quote(None, refused="The vendor did not say what this costs."))
    assert "did not say" in form.words.text()
    assert not form.buy.isEnabled()
    assert {line.words: line.right for line in form.prices.lines}["Price of what is missing"] == "—"


def test_a_running_purchase_shows_how_far_it_is_and_can_be_stopped(room: Room) -> None:
    form = _priced(room, _quote(420_000))
    room.commands.answers["buy_history"] = Future()
    QTest.mouseClick(form.buy, Qt.MouseButton.LeftButton)
    room.feed.put(HistoryChanged(START, "r", Buying.RUNNING, 1, 3, 2_500_000, MicroUsd(0), ""))
    room.frames(3)
    assert form.progress.isVisible()
    assert form.progress.text() == "1 of 3 · 2.5 MB"
    QTest.mouseClick(form.leave, Qt.MouseButton.LeftButton)
    assert _asked(room, "stop_buying")
    room.commands.answers["buy_history"].cancel()
    room.frames(2)


def test_all_of_a_dataset_is_shown_in_red() -> None:
    lines = purchase_words.price_lines(
        HistoryQuote(_want(), (), 1.0, None, MicroUsd(0), MicroUsd(0), True, False, ""), CT
    )
    (symbols,) = [line for line in lines if line.words == "Symbols"]
    assert (symbols.right, symbols.colour) == ("ALL of the dataset", "down")
    assert purchase_words.money(MicroUsd(1_230)) == "$0.00123"


def test_plans_are_saved_as_a_whole_or_refused_with_the_row(room: Room, shots: Path) -> None:
    room.open_market()
    _answer(room, "plans", (Plan(VENDOR, "Standard", CostKind.FIXED, MicroUsd(179 * DOLLAR)),))
    dialog = PlansDialog(room.window, room.window.desk)
    dialog.open()
    room.frames(2)
    assert dialog.rows()[0] == {
        "source": "databento", "title": "Standard", "kind": "fixed", "monthly_usd": 179.0,
        "since": None, "until": None,
    }  # fmt: skip
    dialog.grab().save(str(shots / "plans.png"))
    dialog.add_row({"source": "tradovate", "kind": "licence", "monthly_usd": "many"})
    save = dialog.buttons.button(QDialogButtonBox.StandardButton.Save)
    QTest.mouseClick(save, Qt.MouseButton.LeftButton)
    assert "Row 2: a plan needs a source and a title" in dialog.complaint.text()
    dialog.table.setItem(1, 1, QTableWidgetItem("CME data"))
    dialog.table.setItem(1, 3, QTableWidgetItem("$ 290"))
    QTest.mouseClick(save, Qt.MouseButton.LeftButton)
    room.frames(2)
    (call,) = _asked(room, "save_plans")
    assert [plan.monthly for plan in call[0]] == [179 * DOLLAR, 290 * DOLLAR]


def test_an_open_purchase_is_closed_by_what_it_cost(room: Room) -> None:
    room.open_market()
    charge = Charge(
        "r1", START, VENDOR, "GLBX.MDP3", "trades", CostKind.METERED, MicroUsd(500_000), None,
        ChargeState.RESERVED,
    )  # fmt: skip
    _answer(room, "waiting_charges", (charge,))
    dialog = WaitingDialog(room.window, room.window.desk)
    dialog.open()
    room.frames(2)
    paid = [b for b in dialog.findChildren(QPushButton) if b.text() == "It cost this"]
    QTest.mouseClick(paid[0], Qt.MouseButton.LeftButton)
    room.frames(2)
    assert _asked(room, "settle_waiting") == [("r1", MicroUsd(500_000))]
    dialog.reject()


def test_a_bill_is_looked_at_before_it_is_kept_and_can_be_taken_back(room: Room, shots: Path) -> None:
    room.open_market()
    panel = room.window.panels["cost"]
    assert isinstance(panel, CostPanel)
    panel.deeds.bill()
    room.frames(2)
    dialog = room.dialog()
    assert isinstance(dialog, BillDialog)
    assert not dialog.keep.isEnabled()
    lines = (Billed("2026-11", "GLBX.MDP3", "trades", MicroUsd(4_310_000)),)
    usage = Usage(lines, ("timestamp", "cost_sum"), 12, 1, MicroUsd(179 * DOLLAR), ("total",))
    far = Reconciliation(VENDOR, "2026-11", MicroUsd(4_000_000), MicroUsd(4_310_000), START)
    bill = Bill(VENDOR, "usage.csv", usage, (far,), ("2026-11",))
    _answer(room, "read_bill", bill)
    dialog.read("usage.csv")
    room.frames(2)
    said = dialog.lines.accessibleName()
    assert "billed $4.31, settled here $4.00" in said
    assert "-7.2" in said.replace("\N{MINUS SIGN}", "-")
    assert "also there: total" in said
    assert "takes the place" in dialog.words.text()
    assert dialog.grab().save(str(shots / "bill.png"))
    _answer(room, "keep_bill", "databento billed $4.31 for 2026-11.")
    QTest.mouseClick(dialog.keep, Qt.MouseButton.LeftButton)
    room.frames(2)
    assert _asked(room, "keep_bill") == [(bill,)]
    assert dialog.words.text() == "databento billed $4.31 for 2026-11."
    _answer(room, "undo_bill", "Taken back.")
    QTest.mouseClick(dialog.undo, Qt.MouseButton.LeftButton)
    room.frames(2)
    assert dialog.words.text() == "Taken back."
    dialog.reject()
