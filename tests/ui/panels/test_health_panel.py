"""Source health: what a row says, and what can be done about it."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from app.domain.errors import AppError
from app.domain.health import Freshness, Link, Role, SourceHealth
from app.domain.routing import Channel
from app.domain.units import SECOND, Ns
from app.domain.updates import HealthChanged
from app.ui.panels.health.model import HealthModel, look
from app.ui.panels.health.view import HealthPanel
from app.ui.widgets.cells import Mark
from tests.ui.conftest import Room
from tests.ui.feed import BARCHART, DATABENTO, channel


def model_of(**changed: object) -> HealthModel:
    model = HealthModel()
    model.put(
        SourceHealth(DATABENTO, "Databento", (channel(DATABENTO, Channel.NQ_TRADES, **changed),)), Ns(0)
    )
    return model


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


def test_the_age_ticks_without_a_word_from_the_engine() -> None:
    model = model_of(age_s=2.0)
    assert model.rows(Ns(0))[0].cells[5].text == "2.0 s"
    assert model.rows(Ns(10 * SECOND))[0].cells[5].text == "12 s"


def test_a_stale_age_is_struck_and_a_missing_one_is_a_dash() -> None:
    assert model_of(age_s=40.0, freshness=Freshness.STALE).rows(Ns(0))[0].cells[5].struck
    none_yet = model_of(freshness=Freshness.UNKNOWN).rows(Ns(0))[0].cells[5]
    assert none_yet.text == "—"
    assert not none_yet.struck


def test_a_share_of_few_calls_is_said_as_a_count_in_grey() -> None:
    few = model_of(calls=4, errors=1).rows(Ns(0))[0].cells[7]
    many = model_of(calls=100, errors=30).rows(Ns(0))[0].cells[7]
    assert (few.text, few.colour) == ("1 of 4", "faint")
    assert (many.text, many.colour) == ("30.0%", "down")


def test_a_source_that_failed_to_load_is_listed_with_its_reason() -> None:
    model = HealthModel()
    model.put(SourceHealth(BARCHART, "Barchart", (), broken="No module named bs4"), Ns(0))
    (row,) = model.rows(Ns(0))
    assert row.cells[1].text == "broken"
    assert "No module named bs4" in row.cells[-1].text
    assert "1 down" in model.summary()


def panel_of(room: Room) -> HealthPanel:
    panel = room.window.panels["health"]
    assert isinstance(panel, HealthPanel)
    return panel


def test_pinning_asks_for_a_reason_and_tells_the_engine(room: Room) -> None:
    room.open_market()
    panel = panel_of(room)
    pin = next(a for a in panel.choices("databento/nq.quotes") if a.text().startswith("Pin"))
    pin.trigger()
    line = room.dialog().findChild(QLineEdit)
    QTest.keyClicks(line, "comparing two feeds")
    QTest.keyClick(line, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert room.commands.asked == [("pin", Channel.NQ_QUOTES, DATABENTO, "comparing two feeds")]


def test_a_pinned_channel_offers_unpin_and_says_so(room: Room) -> None:
    room.open_market()
    pinned = channel(BARCHART, Channel.OPT_CHAIN, role=Role.PINNED, note="by hand")
    room.feed.put(HealthChanged(SourceHealth(BARCHART, "Barchart", (pinned,))))
    room.frames()
    panel = panel_of(room)
    (row,) = [r for r in panel.table.grid.rows() if r.key == "barchart/opt.chain"]
    assert row.cells[-1].text == "pinned · by hand"
    next(a for a in panel.choices(row.key) if a.text().startswith("Unpin")).trigger()
    assert room.commands.asked[-1][:3] == ("pin", Channel.OPT_CHAIN, None)


def test_the_schema_delivered_is_said_and_a_refused_one_can_be_asked_for_again(room: Room) -> None:
    quotes = channel(DATABENTO, Channel.NQ_QUOTES, schema="mbp-10", note="mbo refused: single orders")
    room.outbox.put_state(HealthChanged(SourceHealth(DATABENTO, "Databento", (quotes,))))
    room.frames()
    panel = room.window.panels["health"]
    assert isinstance(panel, HealthPanel)
    (row,) = [one for one in panel.model.rows(room.clock.monotonic()) if one.key == "databento/nq.quotes"]
    assert row.cells[-1].text == "mbp-10 · mbo refused: single orders"
    next(a for a in panel.choices(row.key) if "refused data" in a.text()).trigger()
    assert room.commands.asked[-1] == ("retry_schema", DATABENTO)


def test_a_refused_restart_is_said_in_one_sentence(room: Room) -> None:
    room.open_market()
    room.commands.error = AppError("Databento cannot be restarted while it connects.")
    panel = panel_of(room)
    next(a for a in panel.choices("databento/nq.trades") if a.text().startswith("Restart")).trigger()
    room.frames(2)
    assert "Databento cannot be restarted while it connects." in room.window.notices.sentences()


def test_the_chosen_row_stays_chosen_when_rows_join(room: Room, make_room: Callable[..., Room]) -> None:
    room.open_market()
    panel = panel_of(room)
    panel.focus_on("barchart/opt.chain")
    bigger = replace(channel(DATABENTO, Channel.REFERENCE), note="new")
    channels = (*(channel(DATABENTO, k) for k in (Channel.NQ_TRADES, Channel.NQ_QUOTES)), bigger)
    room.feed.put(HealthChanged(SourceHealth(DATABENTO, "Databento", channels)))
    room.frames()
    assert panel.table.chosen() == "barchart/opt.chain"
