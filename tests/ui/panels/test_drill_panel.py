"""The fault drill on screen: what is offered, what is asked for, what is told."""

from pathlib import Path

from app.domain.drill import FAULTS, DrillChanged, DrillLine, DrillOffer
from app.ui.panels.drill.view import DrillPanel
from tests.ui.conftest import Room, button_of, click
from tests.ui.feed import DATABENTO, OPENING

OFFER = DrillOffer(DATABENTO, "Databento", FAULTS[:3])
LINES = (
    DrillLine(OPENING, 0.0, DATABENTO, "strike", "Databento: Cut the connection. A clean end."),
    DrillLine(OPENING, 0.1, DATABENTO, "did", "databento/nq.trades: up → reconnecting (link)"),
    DrillLine(OPENING, 0.1, DATABENTO, "seen", "The program has noticed."),
    DrillLine(OPENING, 1.3, DATABENTO, "back", "Every channel delivers again. Nothing stays missing."),
)


def shown(room: Room, told: DrillChanged | None) -> DrillPanel:
    if told is not None:
        room.feed.put(told)
    room.window.show_panel("drill")
    room.frames()
    panel = room.window.panels["drill"]
    assert isinstance(panel, DrillPanel)
    return panel


def test_outside_the_demo_nothing_can_be_broken(room: Room) -> None:
    panel = shown(room, None)
    assert not panel.strike.isVisible()
    click(panel.strike)
    assert room.commands.asked == []


def test_the_chosen_fault_is_done_to_the_chosen_source(room: Room) -> None:
    panel = shown(room, DrillChanged((OFFER,), "", ()))
    panel.faults.selectRow(1)
    click(button_of(panel, "Drill: Break it"))
    assert room.commands.asked[-1] == ("run_drill", DATABENTO, FAULTS[1].id)
    click(button_of(panel, "Drill: All in turn"))
    assert room.commands.asked[-1:] == [("run_all_drills", DATABENTO)]


def test_while_a_drill_runs_the_only_button_mends(room: Room, shots: Path) -> None:
    panel = shown(room, DrillChanged((OFFER,), "Databento: Cut the connection", LINES[:3]))
    assert not panel.strike.isEnabled()
    assert "running: Databento: Cut the connection" in panel.title_bar.hint_text()
    click(button_of(panel, "Drill: Stop and mend"))
    assert room.commands.asked[-1] == ("stop_drill",)
    panel.grab().save(str(shots / "drill.png"))


def test_the_log_says_how_long_everything_took(room: Room) -> None:
    panel = shown(room, DrillChanged((OFFER,), "", LINES))
    rows = panel.log.grid.rows()
    assert [row.cells[0].text for row in rows] == ["", "+0.1 s", "+0.1 s", "+1.3 s"]
    assert panel.title_bar.hint_text() == "1 survived"
