"""Panels as docks: the default layout, what is saved of the user's own, and how leniently it comes back."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Final

from PySide6.QtCore import QByteArray, QSize, Qt
from PySide6.QtGui import QGuiApplication, QScreen
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabBar, QTabWidget

from app.ui.panel import Panel
from app.ui.panels import Area, PanelSpec

VERSION: Final = 1
"""Raise it when a dock is renamed: an older state is then dropped for the default layout."""

LOW_PX: Final = 880
"""A window lower than this has no room for health, cache and cost above each other."""
_COMFORTABLE: Final = (1560, 940)
_TITLE_PX: Final = 30
"""What the title bar of the desktop needs."""
SIDE_PX: Final = 480
FOOT_PX: Final = 268
_SEPARATOR_PX: Final = 5
_FRAME_PX: Final = 86
"""Header, status line and frame."""


class Docks:
    def __init__(self, window: QMainWindow, panels: Iterable[tuple[PanelSpec, Panel]]) -> None:
        self._window = window
        window.setDockOptions(
            QMainWindow.DockOption.AllowNestedDocks
            | QMainWindow.DockOption.AllowTabbedDocks
            | QMainWindow.DockOption.GroupedDragging
            | QMainWindow.DockOption.AnimatedDocks
        )
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self._docks: dict[str, tuple[PanelSpec, Panel, QDockWidget]] = {}
        for spec, panel in panels:
            self._docks[spec.id] = (spec, panel, self._dock(spec, panel))
        self.reset()

    def dock(self, panel_id: str) -> QDockWidget:
        return self._docks[panel_id][2]

    def all(self) -> tuple[tuple[PanelSpec, Panel, QDockWidget], ...]:
        return tuple(self._docks.values())

    def show(self, panel_id: str) -> None:
        """Makes a panel seen: shown if hidden, in front of its tabs."""
        dock = self.dock(panel_id)
        dock.show()
        dock.raise_()
        self._name_tabs()

    def reset(self) -> None:
        """Chart large at the left, board under it; health, cache and cost at the right, logs under them. In a
        low window cache and cost are tabs behind health, all of which must be seen."""
        area = Qt.DockWidgetArea.LeftDockWidgetArea
        for _, _, dock in self._docks.values():
            dock.setFloating(False)
            self._window.removeDockWidget(dock)
        chart, side = self._of(Area.CHART), self._of(Area.SIDE)
        board, foot = self._of(Area.BOARD), self._of(Area.FOOT)
        behind = side if self._is_low else []
        columns = [[*chart[:1], *board[:1]], [*(side[:1] if behind else side), *foot[:1]]]
        heads = [column[0] for column in columns if column]
        self._window.addDockWidget(area, heads[0])
        for left, right in pairwise(heads):
            self._window.splitDockWidget(left, right, Qt.Orientation.Horizontal)
        for above, below in (pair for column in columns for pair in pairwise(column)):
            self._window.splitDockWidget(above, below, Qt.Orientation.Vertical)
        stacks = [stack for stack in (chart, board, foot, behind) if stack]
        for dock, front in ((dock, stack[0]) for stack in stacks for dock in stack[1:]):
            self._window.tabifyDockWidget(front, dock)
        for _, _, dock in self._docks.values():
            dock.show()
        for stack in stacks:
            stack[0].raise_()
        self.proportion()
        self._name_tabs()

    def proportion(self) -> None:
        """Sizes of the default layout; Qt takes them only once the window has its own."""
        chart, side, foot = self._of(Area.CHART), self._of(Area.SIDE), self._of(Area.FOOT)
        width, height = self._window.width(), self._window.height()
        if chart and side:
            self._window.resizeDocks(
                [chart[0], side[0]], [max(1, width - SIDE_PX), SIDE_PX], Qt.Orientation.Horizontal
            )
        board, room = self._of(Area.BOARD), max(400, height - _FRAME_PX)
        if chart and board:
            sizes = [room - FOOT_PX - _SEPARATOR_PX, FOOT_PX]
            self._window.resizeDocks([chart[0], board[0]], sizes, Qt.Orientation.Vertical)
        if side and foot and self._is_low:
            sizes = [room - FOOT_PX - _SEPARATOR_PX, FOOT_PX]
            self._window.resizeDocks([side[0], foot[0]], sizes, Qt.Orientation.Vertical)
        elif side and foot:
            left = room - FOOT_PX - len(side) * _SEPARATOR_PX
            sizes = [round(left * part) for part in _SIDE_SHARES[: len(side)]]
            sizes[-1] = left - sum(sizes[:-1])
            self._window.resizeDocks([*side, foot[0]], [*sizes, FOOT_PX], Qt.Orientation.Vertical)

    def _name_tabs(self) -> None:
        """Qt makes the bars by itself, and anew when panels are moved."""
        direct = Qt.FindChildOption.FindDirectChildrenOnly
        for bar in self._window.findChildren(QTabBar, options=direct):
            bar.setAccessibleName("Panels of this place")

    @property
    def _is_low(self) -> bool:
        return self._window.height() < LOW_PX

    def remember(self) -> dict[str, str]:
        kept = {
            "geometry": bytes(self._window.saveGeometry().toBase64().data()).decode(),
            "state": bytes(self._window.saveState(VERSION).toBase64().data()).decode(),
        }
        for spec, panel, _ in self._docks.values():
            kept |= {f"{spec.id}.{name}": value for name, value in panel.remember().items()}
        return kept

    def recall(self, kept: Mapping[str, str]) -> bool:
        """Whether the saved arrangement could be used; what a panel kept is offered in any case."""
        geometry, state = (_bytes(kept.get(name, "")) for name in ("geometry", "state"))
        if not geometry.isEmpty() and not _is_off_screen():
            self._window.restoreGeometry(geometry)
        used = not state.isEmpty() and self._window.restoreState(state, VERSION)
        for spec, panel, _ in self._docks.values():
            start = f"{spec.id}."
            panel.recall({k[len(start) :]: v for k, v in kept.items() if k.startswith(start)})
        return used

    def _of(self, area: Area) -> list[QDockWidget]:
        return [dock for spec, _, dock in self._docks.values() if spec.area is area]

    def _dock(self, spec: PanelSpec, panel: Panel) -> QDockWidget:
        dock = QDockWidget(spec.title, self._window)
        dock.setObjectName(spec.id)
        dock.setWidget(panel)
        dock.setTitleBarWidget(panel.title_bar)
        dock.setAllowedAreas(Qt.DockWidgetArea.AllDockWidgetAreas)
        panel.title_bar.float_asked.connect(lambda: dock.setFloating(not dock.isFloating()))
        panel.title_bar.close_asked.connect(dock.hide)
        dock.visibilityChanged.connect(panel.look_again)
        return dock


_SIDE_SHARES: Final = (0.56, 0.20, 0.24)
"""Five sources, the hit rate and the gauge, each whole in the window that comes first."""


def first_size(screen: QScreen) -> QSize:
    """Comfortable, and no larger than the screen; drawn off screen there is no edge to stay within."""
    size = QSize(*_COMFORTABLE)
    if _is_off_screen():
        return size
    room = screen.availableSize()
    return size.boundedTo(QSize(room.width(), room.height() - _TITLE_PX))


def _is_off_screen() -> bool:
    """Then the screen is one of 800 pixels that nobody sees: a window is not to be pressed into it."""
    return QGuiApplication.platformName() == "offscreen"


def _bytes(base64: str) -> QByteArray:
    return QByteArray.fromBase64(QByteArray(base64.encode()))
