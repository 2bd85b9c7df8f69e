"""Source health in the window: what can be done about a source, and how its states look."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from app.domain.errors import AppError
from app.domain.health import Breaker, Freshness, Link, Role, Score, SourceHealth
from app.domain.routing import Channel, SourceId
from app.domain.units import SECOND, MicroUsd
from app.domain.updates import HealthChanged
from app.ui.health_looks import Look
from app.ui.panels.health.card import Card, CardCell
from app.ui.panels.health.view import HealthPanel
from app.ui.widgets.cells import Mark
from tests.ui.conftest import Room
from tests.ui.feed import BARCHART, DATABENTO, MASSIVE, TRADOVATE, channel
from tests.ui.panels.test_health_cards import HISTORY


def panel_of(room: Room) -> HealthPanel:
    panel = room.window.panels["health"]
    assert isinstance(panel, HealthPanel)
    return panel


def trigger(panel: HealthPanel, key: str, start: str) -> None:
    next(a for a in panel.choices(key) if a.text().startswith(start)).trigger()


def test_pinning_asks_for_a_reason_and_an_end_and_tells_the_engine(room: Room) -> None:
    room.open_market()
    panel = panel_of(room)
    trigger(panel, "databento/nq.quotes", "Pin")
    dialog = room.dialog()
    line = dialog.findChild(QLineEdit)
    QTest.keyClicks(line, "comparing two feeds")
    dialog.until.setCurrentText("in 1 hour")
    QTest.keyClick(line, Qt.Key.Key_Return)
    QApplication.processEvents()
    verb, asked, source, why, until, for_good = room.commands.asked[-1]
    assert (verb, asked, source, why) == ("pin", Channel.NQ_QUOTES, DATABENTO, "comparing two feeds")
    assert until - room.clock.now() <= 3600 * SECOND
    assert not for_good


def test_a_pinned_channel_offers_unpin_and_failing_over(room: Room) -> None:
    room.open_market()
    pinned = channel(BARCHART, Channel.OPT_CHAIN, role=Role.PINNED, note="by hand")
    room.feed.put(HealthChanged(SourceHealth(BARCHART, "Barchart", (pinned,))))
    room.frames()
    panel = panel_of(room)
    assert any(p.word == "pinned" for r in panel.table.grid.rows() for p in _pills(r.cells[0]))
    trigger(panel, "barchart/opt.chain", "Unpin chain and fail over")
    trigger(panel, "barchart/opt.chain", "Unpin chain")
    assert room.commands.asked[-2][:2] == ("unpin_and_fail_over", Channel.OPT_CHAIN)
    assert room.commands.asked[-1][:3] == ("pin", Channel.OPT_CHAIN, None)


def _pills(cell: object) -> tuple[Look, ...]:
    shown = cell.shown if isinstance(cell, CardCell) else None
    return shown.pills if isinstance(shown, Card) else ()


def test_every_verb_is_offered_and_switching_off_asks_why(room: Room) -> None:
    room.open_market()
    panel = panel_of(room)
    said = " ".join(a.text() for a in panel.choices("databento/nq.trades"))
    for verb in ("Pin ", "Prefer ", "Fail ", "Drain ", "Switch NQ trades", "Restart ", "Test Databento now"):
        assert verb in said
    trigger(panel, "databento/", "Switch Databento off")
    line = room.dialog().findChild(QLineEdit)
    QTest.keyClicks(line, "bill")
    QTest.keyClick(line, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert room.commands.asked[-1] == ("disable", DATABENTO, "bill")


def test_what_was_refused_can_be_asked_for_again(room: Room) -> None:
    quotes = channel(DATABENTO, Channel.NQ_QUOTES, schema="mbp-10", note="mbo refused: single orders")
    room.outbox.put_state(HealthChanged(SourceHealth(DATABENTO, "Databento", (quotes,))))
    room.frames()
    trigger(panel_of(room), "databento/nq.quotes", "Ask Databento again")
    assert room.commands.asked[-1] == ("retry_schema", DATABENTO)


def test_a_refused_restart_is_said_in_one_sentence(room: Room) -> None:
    room.open_market()
    room.commands.error = AppError("Databento cannot be restarted while it connects.")
    trigger(panel_of(room), "databento/nq.trades", "Restart")
    room.frames(2)
    assert "Databento cannot be restarted while it connects." in room.window.notices.sentences()


def test_the_chosen_row_stays_chosen_when_rows_join(room: Room, make_room: Callable[..., Room]) -> None:
    room.open_market()
    panel = panel_of(room)
    panel.focus_on("barchart/opt.chain")
    panel.model.open("databento/")
    room.frames()
    assert panel.table.chosen() == "barchart/opt.chain"


def test_each_state_can_be_told_apart_at_a_glance(room: Room, shots: Path) -> None:
    room.open_market()
    fine = {"age_s": 0.2, "latency_p50_ms": 12.0, "latency_p95_ms": 31.0, "rate_per_s": 4_182.0,
            "score": Score(97.0, 0.98, 1.0, 1.0, 1.0, 60), "error_calls": 99, "error_share": 0.0}  # fmt: skip
    live = tuple(channel(DATABENTO, k, **fine) for k in (Channel.NQ_TRADES, Channel.NQ_QUOTES, Channel.BARS))
    dead = {"freshness": Freshness.STALE, "age_s": 130.0}
    cases = (
        (DATABENTO, "Databento", live),
        (BARCHART, "Barchart", (channel(BARCHART, Channel.OPT_CHAIN, **{**fine, **dead}),)),
        (MASSIVE, "Massive", (channel(MASSIVE, Channel.BARS, link=Link.NO_KEY, freshness=Freshness.UNKNOWN,
                                      role=Role.STANDBY, note="no key set"),)),
        (TRADOVATE, "Tradovate", (channel(TRADOVATE, Channel.NQ_TRADES, role=Role.PINNED, **fine),)),
        (SourceId("saved"), "Refused", (channel(SourceId("saved"), Channel.BARS, link=Link.AUTH_FAILED,
                                                **dead, note="Incorrect username or password."),)),
        (SourceId("plan"), "Unpaid", (channel(SourceId("plan"), Channel.BARS, link=Link.NOT_ENTITLED,
                                              freshness=Freshness.UNKNOWN, note="not in your plan"),)),
        (SourceId("open"), "Failing", (channel(SourceId("open"), Channel.BARS, breaker=Breaker.OPEN, **dead,
                                               reopen_in_s=24.0, error_calls=8, error_share=0.75),)),
    )  # fmt: skip
    for source, title, channels in cases:
        history = HISTORY if channels[0].link is Link.UP else None
        health = SourceHealth(source, title, channels, history=history, cost_month=MicroUsd(0),
                              quota="asked 5 of 10 a minute")  # fmt: skip
        room.feed.put(HealthChanged(health))
    room.frames()
    panel = panel_of(room)
    panel.model.open("databento/")
    room.window.docks.dock("health").setFloating(True)
    for width, name in ((480, "health.png"), (900, "health-wide.png")):
        room.window.docks.dock("health").resize(width, 560)
        room.frames()
        panel.grab().save(str(shots / name))
    marks = {row.cells[0].mark for row in panel.table.grid.rows()}
    assert marks >= {Mark.GOOD, Mark.WARN, Mark.BAD, Mark.OFF}
