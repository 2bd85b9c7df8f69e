"""Without a mouse and without eyes: whatever takes the focus has a name, and Tab comes to every panel."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QDialog, QWidget

from app.ui.dialogs.keys import KeyDialog
from app.ui.dialogs.order import OrderDialog
from app.ui.dialogs.profiles import ProfilesDialog
from app.ui.dialogs.verify import VerifyDialog
from app.ui.panel import Panel
from app.ui.panels.health.view import HealthPanel
from tests.ui.conftest import Room


def focusable(within: QWidget) -> list[QWidget]:
    """What Tab stops at, as far as it is shown."""
    found = [one for one in within.findChildren(QWidget) if one.isVisibleTo(within) and one.isEnabled()]
    return [one for one in found if one.focusPolicy() & Qt.FocusPolicy.TabFocus == Qt.FocusPolicy.TabFocus]


def nameless(within: QWidget) -> list[str]:
    """As a screen reader hears it."""
    found = []
    for one in focusable(within):
        if isinstance(one.parentWidget(), QAbstractSpinBox):
            continue  # the field of a spin box, which speaks for it
        told = QAccessible.queryAccessibleInterface(one)
        # a bar without tabs speaks the name of its current tab
        if not (told.text(QAccessible.Text.Name).strip() or one.accessibleName()):
            parent = one.parentWidget()
            found.append(f"{type(one).__name__} in {type(parent).__name__}")
    return found


def test_everything_in_the_window_that_takes_the_focus_has_a_name(room: Room) -> None:
    room.open_market()
    for panel_id in room.window.panels:
        room.window.show_panel(panel_id)
        room.frames(4)
    assert nameless(room.window) == []


@pytest.mark.parametrize(
    ("opens", "kind"),
    [
        (lambda room: room.window.actions_offered.open_keys(), KeyDialog),
        (lambda room: health(room).open_profiles(), ProfilesDialog),
        (lambda room: health(room).open_verification(), VerifyDialog),
        (lambda room: action(room, "Order of sources…"), OrderDialog),
    ],
)
def test_so_has_everything_in_a_dialog(
    room: Room, opens: Callable[[Room], object], kind: type[QDialog]
) -> None:
    room.open_market()
    room.commands.hold = True
    opens(room)
    dialog = room.dialog()
    assert isinstance(dialog, kind)
    assert nameless(dialog) == []


def test_tab_comes_to_every_panel_that_is_shown(room: Room) -> None:
    room.open_market()
    window = room.window
    first = window.header.findChild(QWidget)
    assert first is not None
    window.activateWindow()
    first.setFocus()
    QApplication.processEvents()
    reached: set[str] = set()
    for _ in range(400):
        window.focusNextChild()
        focus = QApplication.focusWidget()
        reached |= {name for name, panel in window.panels.items() if inside(focus, panel)}
    assert reached >= {name for name, panel in window.panels.items() if panel.seen and focusable(panel)}


def inside(widget: QWidget | None, panel: Panel) -> bool:
    return widget is not None and (panel is widget or panel.isAncestorOf(widget))


def health(room: Room) -> HealthPanel:
    panel = room.window.panels["health"]
    assert isinstance(panel, HealthPanel)
    return panel


def action(room: Room, words: str) -> None:
    next(one for one in room.window.actions_offered.all() if one.text() == words).trigger()
