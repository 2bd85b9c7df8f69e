"""Source health: what a card says, and what can be done about it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from app.domain.errors import AppError
from app.domain.health import Beat, Breaker, Freshness, History, Link, Role, Score, SourceHealth
from app.domain.routing import Channel, SourceId
from app.domain.units import SECOND, MicroUsd, Ns, ns_from_iso
from app.domain.updates import HealthChanged
from app.ui.health_looks import Look, look
from app.ui.panels.health.card import Card, CardCell, ChannelLine
from app.ui.panels.health.model import HealthModel
from app.ui.panels.health.tips import channel_tip
from app.ui.panels.health.view import HealthPanel
from app.ui.widgets.cells import Mark
from tests.ui.conftest import Room
from tests.ui.feed import BARCHART, DATABENTO, MASSIVE, TRADOVATE, channel

HISTORY = History(
    15,
    tuple(12.0 + n % 7 for n in range(60)),
    tuple(31.0 + n % 11 * 3 for n in range(60)),
    tuple(None if n == 40 else 4_000.0 + n % 9 * 80 for n in range(60)),
    (*(Beat.UNSEEN,) * 20, *(Beat.GOOD,) * 25, Beat.PARTLY, Beat.BAD, Beat.BAD, *(Beat.GOOD,) * 12),
    0.998,
    0.9991,
)


def model_of(**changed: object) -> HealthModel:
    model = HealthModel()
    one = channel(DATABENTO, Channel.NQ_TRADES, **changed)
    model.put(SourceHealth(DATABENTO, "Databento", (one,)), Ns(0))
    return model


def card(model: HealthModel, at: float = 0.0) -> Card:
    cell = model.rows(Ns(int(at * SECOND)))[0].cells[0]
    assert isinstance(cell, CardCell)
    assert isinstance(cell.shown, Card)
    return cell.shown


def test_only_fresh_data_of_a_working_link_is_green() -> None:
    green = [
        (link, fresh)
        for link in Link
        for fresh in Freshness
        if look(channel(DATABENTO, Channel.NQ_TRADES, link=link, freshness=fresh)).colour == "up"
    ]
    assert green == [(Link.UP, Freshness.LIVE)]


def test_states_differ_by_shape_as_well_as_colour() -> None:
    shapes = {
        word: look(channel(DATABENTO, Channel.NQ_TRADES, link=link, freshness=fresh)).mark
        for word, link, fresh in (
            ("live", Link.UP, Freshness.LIVE),
            ("stale", Link.UP, Freshness.STALE),
            ("down", Link.DOWN, Freshness.STALE),
            ("off", Link.DISABLED, Freshness.UNKNOWN),
            ("closed", Link.UP, Freshness.CLOSED),
        )
    }
    assert set(shapes.values()) == set(Mark)


def test_four_pills_say_the_four_axes() -> None:
    assert [pill.word for pill in card(model_of()).pills] == ["up", "live", "breaker ok", "active"]
    open_ = model_of(link=Link.DOWN, freshness=Freshness.STALE, breaker=Breaker.OPEN, reopen_in_s=24.0,
                     role=Role.EXCLUDED, excluded_for_s=0.0)  # fmt: skip
    assert [pill.word for pill in card(open_, 4.0).pills] == ["down", "stale", "open 20 s", "excluded"]


def test_the_worst_channel_decides_and_says_how_many_it_concerns() -> None:
    model = HealthModel()
    three = tuple(channel(DATABENTO, k) for k in (Channel.NQ_TRADES, Channel.NQ_QUOTES, Channel.BARS))
    late = replace(three[1], freshness=Freshness.STALE, age_s=12.0)
    model.put(SourceHealth(DATABENTO, "Databento", (three[0], late, three[2])), Ns(0))
    shown = card(model)
    assert shown.pills[1].word == "stale 1/3"
    assert shown.mark is Mark.WARN
    assert (shown.age, shown.struck) == ("12 s", True)


def test_the_age_ticks_without_a_word_from_the_engine() -> None:
    model = model_of(age_s=2.0)
    assert card(model).age == "2.0 s"
    assert card(model, 10.0).age == "12 s"


def test_a_stale_age_is_struck_and_a_missing_one_is_a_dash() -> None:
    assert card(model_of(age_s=40.0, freshness=Freshness.STALE)).struck
    none_yet = card(model_of(freshness=Freshness.UNKNOWN))
    assert none_yet.age == "—"
    assert not none_yet.struck


def test_a_share_of_fewer_than_five_calls_is_a_dash() -> None:
    few = {name: (value, colour) for name, value, colour in card(model_of(error_calls=4)).facts}
    many = model_of(error_calls=100, error_share=0.3)
    said = {name: (value, colour) for name, value, colour in card(many).facts}
    assert few["err"] == ("— (n 4)", "faint")
    assert said["err"] == ("30% (n 100)", "down")


def test_uptime_gaps_reconnects_quota_and_cost_are_on_the_card() -> None:
    model = HealthModel()
    one = channel(BARCHART, Channel.OPT_CHAIN, gaps_today=2, reconnects_today=1)
    health = SourceHealth(BARCHART, "Barchart", (one,), quota="asked 5 of 10 a minute",
                          cost_month=MicroUsd(2_500_000), history=HISTORY)  # fmt: skip
    model.put(health, Ns(0))
    said = [(name, value) for name, value, _ in card(model).facts]
    assert ("up 24 h", "99.8%") in said
    assert ("30 d", "99.9%") in said
    assert ("gaps", "2") in said
    assert ("rec.", "1") in said
    assert ("", "$2.50") in said
    assert ("", "asked 5 of 10 a minute") in said


def test_the_tooltip_lists_the_four_parts_of_the_score() -> None:
    model = model_of(score=Score(91.0, 0.9, 1.0, 0.8, 1.0, 40))
    assert card(model).score == "H 91"
    model.open("databento/")
    tip = model.rows(Ns(0))[1].cells[0].tip
    assert "success 90% · freshness 100% · latency 80% · valid fields 100%" in tip


def test_a_source_that_failed_to_load_is_listed_with_its_reason() -> None:
    model = HealthModel()
    model.put(SourceHealth(BARCHART, "Barchart", (), broken="No module named bs4"), Ns(0))
    assert card(model).note == "broken: No module named bs4"
    assert "1 down" in model.summary()


@pytest.mark.parametrize(
    ("p95", "colour"), [(80.0, "up"), (81.0, "dim"), (151.0, "warn"), (301.0, "down"), (None, "dim")]
)
def test_the_latency_of_a_stream_is_coloured_by_its_bands(p95: float | None, colour: str) -> None:
    model = model_of(latency_p50_ms=12.0, latency_p95_ms=p95)
    assert card(model).latency_colour == colour
    model.bands = (1.0, 2.0, 1_000.0)
    assert card(model).latency_colour == ("dim" if p95 is None else "warn")


def test_feed_and_venue_latency_are_told_apart_and_a_negative_one_is_skew() -> None:
    figures = {"latency_p50_ms": 12.0, "latency_p95_ms": 31.0, "venue_p50_ms": 0.4, "venue_p95_ms": 2.0}
    one = channel(DATABENTO, Channel.NQ_TRADES, **figures)
    source = SourceHealth(DATABENTO, "Databento", (one,))
    tip = channel_tip(source, one, 0.0)
    assert "feed latency p50 12 ms · p95 31 ms" in tip
    assert "venue latency p50 0.4 ms · p95 2.0 ms" in tip
    assert "skew" not in tip
    ahead = channel_tip(source, replace(one, latency_p50_ms=-40.0), 0.0)
    assert "clock skew" in ahead
    polled = channel(BARCHART, Channel.OPT_CHAIN, latency_p50_ms=400.0, latency_p95_ms=900.0)
    assert "answered in: latency p50 400 ms" in channel_tip(source, polled, 0.0)
    skewed = model_of(latency_p50_ms=-3.0, latency_p95_ms=31.0)
    assert card(skewed).latency == "clock skew"


def test_a_source_that_asked_to_be_left_alone_says_until_when() -> None:
    until = ns_from_iso("2025-06-10T14:31:05Z")
    one = channel(MASSIVE, Channel.BARS, excluded_for_s=60.0, excluded_until=until)
    tip = channel_tip(SourceHealth(MASSIVE, "Massive", (one,)), one, 0.0)
    assert "rate limited until 09:31:05 CT" in tip


def test_a_card_opens_into_a_line_a_channel() -> None:
    model = model_of(schema="mbp-10", note="mbo refused: single orders")
    assert len(model.rows(Ns(0))) == 1
    model.toggle("databento/")
    cell = model.rows(Ns(0))[1].cells[0]
    assert isinstance(cell, CardCell)
    assert isinstance(cell.shown, ChannelLine)
    assert cell.shown.note == "mbp-10 · mbo refused: single orders"
    model.toggle("databento/nq.trades")
    assert len(model.rows(Ns(0))) == 1


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
