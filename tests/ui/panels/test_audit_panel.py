"""The audit on screen: what was decided now and earlier, found, taken away, and seen on the chart."""

from dataclasses import replace
from pathlib import Path

from app.domain.decisions import AuditFilter
from app.domain.table import Table
from app.domain.units import DAY, SECOND, Ns
from app.domain.updates import AuditLine
from app.ui.panels.audit.model import Decisions
from app.ui.panels.audit.view import AuditPanel
from app.ui.panels.pressure.view import PressurePanel
from tests.ui.conftest import Room
from tests.ui.feed import OPENING

SWITCHED = AuditLine(
    Ns(OPENING - 120 * SECOND), "auto", "nq.trades", "databento", "tradovate", "stale for 12 s",
    "nq.trades", "tradovate", "all_sources", (("age", "12 s"), ("err%", "40")),
)  # fmt: skip


def audit_of(room: Room) -> AuditPanel:
    room.window.show_panel("audit")
    panel = room.window.panels["audit"]
    assert isinstance(panel, AuditPanel)
    return panel


def subjects(panel: AuditPanel) -> list[str]:
    return [row.cells[2].text for row in panel.view.table.grid.rows()]


def test_earlier_decisions_are_read_back_before_those_of_this_run(room: Room, shots: Path) -> None:
    room.open_market()
    panel = audit_of(room)
    room.feed.put(SWITCHED)
    room.frames()
    earlier = replace(SWITCHED, at=Ns(OPENING - 2 * DAY), subject="cost")
    room.commands.answer = (earlier, SWITCHED)
    panel.spans.setCurrentText("7 days")
    panel.spans.activated.emit(panel.spans.currentIndex())
    room.frames()
    asked = room.commands.asked[-1]
    assert asked[0] == "read_audit"
    assert isinstance(asked[1], AuditFilter)
    assert subjects(panel)[0] == "cost"
    assert subjects(panel).count("nq.trades") == 2  # the feed's own and this one, once each
    room.window.grab().save(str(shots / "audit.png"))


def test_what_is_shown_is_exported_with_its_evidence(room: Room) -> None:
    room.open_market()
    panel = audit_of(room)
    room.feed.put(SWITCHED)
    room.frames()
    panel.view.source.setCurrentIndex(panel.view.source.findData("nq.trades"))
    panel.view.search.setText("12 s")
    room.frames()
    room.commands.answer = "written"
    parcel = panel._packed()
    assert parcel is not None
    panel.take_away.write(parcel, "audit.jsonl")
    table = room.commands.asked[-1][1]
    assert isinstance(table, Table)
    assert table.rows == 1
    values = {column.name: column.values[0] for column in table.columns}
    assert values["evidence"] == "age 12 s, err% 40"
    assert values["before"] == "databento"


def test_a_decision_is_found_on_the_chart(room: Room) -> None:
    room.open_market()
    panel = audit_of(room)
    room.feed.put(SWITCHED)
    room.frames()
    panel.view.point_at(panel.view.table.grid.rows()[-1].key)
    panel.show_on_chart()
    room.frames()
    chart = room.window.panels["pressure"]
    assert isinstance(chart, PressurePanel)
    assert not chart.span.following
    left, right = chart.window_shown
    assert (left + right) / 2 == SWITCHED.at / SECOND


def test_nothing_is_twice_and_the_newest_is_last() -> None:
    decisions = Decisions()
    assert decisions.add(SWITCHED)
    assert not decisions.add(SWITCHED)
    older = replace(SWITCHED, at=Ns(OPENING - DAY))
    assert decisions.merge((SWITCHED, older)) == (older, SWITCHED)
