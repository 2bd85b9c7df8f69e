"""Requests, headers and bodies of a capture in the viewer, and the steps that filter them."""

from dataclasses import replace

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from app.domain.capture import Capture, CaptureLine, Outcome, Step
from app.ui.panels.capture import tabs
from app.ui.panels.capture.steps import bars, spoken
from app.ui.panels.capture.traffic import asked, body_text, exchange_rows, header_rows
from tests.domain.test_capture_diff import BEFORE
from tests.sources.conftest import make_context
from tests.ui.panels.test_capture_viewer import Viewer, texts, viewer

__all__ = ["make_context", "viewer"]
OF_AN_OLDER_PITWALL = replace(
    BEFORE,
    steps=(
        Step("cookies", 200.0, True, "HTTP 200, 711,000 bytes"),
        Step("request", 800.0, True, "HTTP 200, 5,000 bytes"),
    ),
)


def said(capture: Capture) -> list[str]:
    return [" | ".join(cell.text for cell in row.cells) for row in exchange_rows(capture)]


def test_steps_stand_beside_those_of_the_last_good_one_and_filter_the_network(
    qtbot: QtBot, viewer: Viewer
) -> None:
    viewer.morning.chain()
    seen = viewer.show(qtbot, viewer.morning.chain("block_page"), tabs.NETWORK)
    bars = viewer.panel.side.steps.bars
    assert any(bar.pair.before is not None and bar.pair.after is not None for bar in bars)
    assert "block page" in "".join(texts(seen.network.console))
    everything = len(texts(seen.network.console))
    steps = viewer.panel.side.steps
    place = steps.visualItemRect(steps.item(0)).center()
    qtbot.mouseClick(steps.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert len(texts(seen.network.console)) < everything
    assert "Only the step" in seen.network.about.text()
    steps.setFocus()
    qtbot.keyClick(steps, Qt.Key.Key_Escape)
    assert len(texts(seen.network.console)) == everything


def test_what_was_sent_is_told_without_its_secrets(qtbot: QtBot, viewer: Viewer) -> None:
    seen = viewer.show(qtbot, viewer.morning.chain(), tabs.NETWORK)
    rows = texts(seen.network.headers)
    assert any(row.lower().startswith("sent | user-agent | mozilla") for row in rows)
    assert any(row.lower().startswith("sent | x-xsrf-token | [redacted]") for row in rows)


def test_what_a_request_brought_is_one_key_away(qtbot: QtBot, viewer: Viewer) -> None:
    seen = viewer.show(qtbot, viewer.morning.chain(), tabs.NETWORK)
    first, last = texts(seen.network.exchanges)
    assert first.startswith("cookies | 200 | /futures/quotes/")
    assert last.startswith("request | 200 | /proxies/core-api/v1/quotes/get?")
    seen.network.exchanges.selectRow(0)
    assert any("set-cookie" in row for row in texts(seen.network.headers))
    qtbot.keyClick(seen.network.exchanges, Qt.Key.Key_Return)
    assert seen.currentIndex() == tabs.NETWORK
    assert "Nasdaq 100 E-Mini" in seen.network.body.toPlainText()
    seen.network.exchanges.selectRow(1)
    seen.network.exchanges.setFocus()
    qtbot.keyClick(seen.network.exchanges, Qt.Key.Key_Return)
    assert seen.currentIndex() == tabs.SOURCE


def test_what_an_older_pitwall_did_not_keep_is_said_to_be_missing() -> None:
    first, last = said(OF_AN_OLDER_PITWALL)
    assert first.startswith("cookies | 200 | what it brought was not kept |  | 711 kB | +0.0 ms")
    assert last.startswith("request | 200 | /x | application/json")
    lost, _ = asked(OF_AN_OLDER_PITWALL)
    assert "an older Pitwall" in header_rows(OF_AN_OLDER_PITWALL, "", lost)[0].cells[2].text
    assert "not kept" in body_text(OF_AN_OLDER_PITWALL, lost)


def test_an_attempt_without_an_answer_shows_where_it_ended() -> None:
    steps = (
        Step("cookies", 200.0, True, "HTTP 200, 711,000 bytes"),
        Step("request", 3_050.0, False, "No answer."),
        Step("request", 0.0, False, "No answer."),
    )
    dead = replace(BEFORE, steps=steps, status=None, url="", body=b"", outcome=Outcome.FAILED)
    rows = said(dead)
    assert len(rows) == 2
    assert rows[1].startswith("request | no answer")
    assert body_text(dead, None) == "Nothing came."


def test_a_step_that_only_the_last_good_one_has_was_not_needed_or_not_reached() -> None:
    def line(outcome: Outcome, *steps: Step) -> CaptureLine:
        one = BEFORE
        return CaptureLine(
            "c", one.source, one.channel, one.key, one.fetched, 200, outcome, "", 40, 5, steps, None
        )

    whole = line(Outcome.ACCEPTED, Step("cookies", 9.0, True), Step("request", 5.0, True))
    shorter = bars(line(Outcome.ACCEPTED, Step("request", 5.0, True)), whole)
    assert spoken(shorter[0]) == "cookies: was not needed, last good 9.0 ms"
    ended = bars(line(Outcome.FAILED, Step("cookies", 9.0, False)), whole)
    assert spoken(ended[1]) == "request: was not reached, last good 5.0 ms"
