"""Modes, themes and names: what the window looks and sounds like."""

import linecache
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QAccessible, QAccessibleInterface, QColor, QImage
from pytestqt.qtbot import QtBot

from app.domain.updates import Mode
from app.ui.application import make_application
from tests.ui.conftest import Room


def test_i6_the_four_modes_have_frames_of_their_own(make_room: Callable[..., Room], shots: Path) -> None:
    edges: dict[Mode, str] = {}
    for mode in Mode:
        room = make_room()
        room.open_market(mode, minutes=2)
        assert room.window.shot(shots / f"mode-{mode.value.lower()}.png")
        picture = QImage(str(shots / f"mode-{mode.value.lower()}.png"))
        corners = {picture.pixelColor(x, y).name() for x, y in ((1, 1), (picture.width() - 2, 400), (300, 1))}
        assert len(corners) == 1
        edges[mode] = corners.pop()
        assert room.window.header.badge_text().startswith(mode.value)
        assert room.window.windowTitle().startswith(mode.value)
        watermark = room.window.panels["pressure"].chart.watermark.text  # type: ignore[attr-defined]
        assert watermark == ("" if mode is Mode.LIVE else mode.value)
    assert len(set(edges.values())) == 4


def test_i8_demo_wears_other_colours_than_live(make_room: Callable[..., Room]) -> None:
    demo, live = make_room(), make_room()
    demo.open_market(Mode.DEMO, minutes=1)
    live.open_market(Mode.LIVE, minutes=1)
    assert demo.window.desk.colours.panel != live.window.desk.colours.panel
    assert demo.window.desk.colours.accent != live.window.desk.colours.accent
    assert "simulated market" in demo.window.header.badge_text()


def test_i8_no_panel_reaches_demo_by_itself(room: Room) -> None:
    room.frames(30)
    assert room.window.desk.mode is None
    room.feed.begin(Mode.LIVE)
    room.feed.stale(3600)
    room.frames()
    assert room.window.desk.mode is Mode.LIVE


@pytest.mark.parametrize("theme", ["dark", "light", "colour-blind"])
def test_each_theme_is_readable(make_room: Callable[..., Room], shots: Path, theme: str) -> None:
    room = make_room(screen_theme=theme)
    room.open_market(Mode.LIVE)
    assert room.window.shot(shots / f"theme-{theme}.png")
    colours = room.window.desk.colours
    surfaces = (colours.panel, colours.bg)
    for ink in (colours.text, colours.dim, colours.up, colours.down, colours.warn, colours.info):
        assert all(_contrast(ink, surface) >= 3.0 for surface in surfaces), ink


def test_the_colour_blind_palette_has_no_red_and_green(make_room: Callable[..., Room]) -> None:
    colours = make_room(screen_theme="colour-blind").window.desk.colours
    up, down = QColor(colours.up), QColor(colours.down)
    assert 195 <= up.hsvHue() <= 260
    assert 20 <= down.hsvHue() <= 45


def _contrast(one: str, other: str) -> float:
    bright, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    ink = QColor(colour)
    parts = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (ink.redF(), ink.greenF(), ink.blueF())
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def test_every_control_has_a_name(room: Room) -> None:
    room.open_market()
    nameless = [
        f"{interface.role().name} in {_path(interface)}"
        for interface in _everything(QAccessible.queryAccessibleInterface(room.window))
        if interface.role() in _NAMED
        and not interface.text(QAccessible.Text.Name)
        and not _popup_of_a_named_box(interface)
    ]
    assert nameless == []


def _everything(interface: QAccessibleInterface | None) -> Iterator[QAccessibleInterface]:
    if interface is None:
        return
    yield interface
    for number in range(interface.childCount()):
        yield from _everything(interface.child(number))


def _path(interface: QAccessibleInterface) -> str:
    parts: list[str] = []
    here = interface
    while here.isValid() and here.object() is not None and len(parts) < 5:
        parts.append(f"{type(here.object()).__name__}:{here.text(QAccessible.Text.Name)}")
        if here.parent() is None:
            break
        here = here.parent()
    return " < ".join(parts)


def _popup_of_a_named_box(interface: QAccessibleInterface) -> bool:
    """The list that a combo box opens is known by the box."""
    parent = interface.parent()
    return parent.role() is QAccessible.Role.ComboBox and bool(parent.text(QAccessible.Text.Name))


_NAMED = {
    QAccessible.Role.Button, QAccessible.Role.EditableText, QAccessible.Role.ComboBox,
    QAccessible.Role.CheckBox, QAccessible.Role.RadioButton, QAccessible.Role.Slider,
    QAccessible.Role.SpinBox, QAccessible.Role.Table, QAccessible.Role.List, QAccessible.Role.Tree,
    QAccessible.Role.ButtonMenu,
}  # fmt: skip


def test_no_source_is_read_of_what_is_imported_after_qt(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_application([])
    (tmp_path / "imported_after_qt.py").write_text("SAID = 1\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert __import__("imported_after_qt").SAID == 1
    assert not [name for name in linecache.cache if "imported_after_qt" in name]
