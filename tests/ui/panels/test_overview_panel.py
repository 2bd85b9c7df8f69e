"""Seven figures of the whole, each a way to the panel behind it."""

from dataclasses import replace
from pathlib import Path

from app.domain.health import Freshness, SourceHealth
from app.domain.routing import Channel
from app.domain.updates import HealthChanged, Notice
from app.ui.panels.overview.view import OverviewPanel
from app.ui.widgets.card import CardFace
from tests.ui.conftest import Room, click
from tests.ui.feed import DATABENTO, OPENING, channel


def overview_of(room: Room) -> OverviewPanel:
    room.window.show_panel("overview")
    panel = room.window.panels["overview"]
    assert isinstance(panel, OverviewPanel)
    return panel


def faces(panel: OverviewPanel) -> dict[str, CardFace]:
    return {card.face.caption: card.face for card in panel.cards}


def test_before_any_data_nothing_is_claimed(room: Room) -> None:
    panel = overview_of(room)
    room.frames()
    shown = faces(panel)
    unknown = ("Mode", "Channels live", "Worst age", "Latency p95", "Cost today", "Cache hits")
    assert {shown[caption].value for caption in unknown} == {"—"}
    assert shown["Alerts today"].value == "0"


def test_the_figures_sum_up_the_panels_behind_them(room: Room, shots: Path) -> None:
    room.open_market()
    panel = overview_of(room)
    room.feed.put(Notice(OPENING, "WARNING", "Barchart is slow.", "barchart", count=3, first=OPENING))
    room.frames()
    shown = faces(panel)
    assert shown["Mode"].value == "DEMO"
    assert shown["Channels live"].value == "1/1"
    assert shown["Latency p95"].value == "31 ms"
    assert shown["Simulated cost"].words == "month $181.37/$200"
    assert shown["Cache hits"].value == "87%"
    assert (shown["Alerts today"].value, shown["Alerts today"].colour) == ("3", "warn")
    room.window.grab().save(str(shots / "overview.png"))


def test_a_stale_channel_is_not_counted_as_live_and_its_age_is_the_worst(room: Room) -> None:
    room.open_market()
    panel = overview_of(room)
    stale = channel(DATABENTO, Channel.NQ_TRADES, freshness=Freshness.STALE, age_s=42.0)
    room.feed.put(HealthChanged(SourceHealth(DATABENTO, "Databento", (stale,))))
    room.frames()
    shown = faces(panel)
    assert (shown["Channels live"].value, shown["Channels live"].colour) == ("0/1", "down")
    assert (shown["Worst age"].value, shown["Worst age"].colour) == ("42 s", "down")


def test_a_card_opens_its_panel(room: Room) -> None:
    room.open_market()
    panel = overview_of(room)
    room.window.docks.dock("cost").hide()
    room.frames()
    click(next(card for card in panel.cards if card.face.caption == "Simulated cost"))
    assert room.window.docks.dock("cost").isVisible()
    assert {panel._opens[card] for card in panel.cards} <= set(room.window.panels)


def test_alerts_that_have_ended_are_counted_but_no_longer_warn(room: Room) -> None:
    room.open_market()
    panel = overview_of(room)
    told = Notice(OPENING, "ERROR", "Down.", "databento", first=OPENING)
    room.feed.put(told)
    room.frames()
    room.feed.put(replace(told, severity="INFO", sentence="Up again.", over=True))
    room.frames()
    assert (faces(panel)["Alerts today"].value, faces(panel)["Alerts today"].colour) == ("1", "text")
