"""What every panel is: a widget with a title bar that stores updates and paints them only when seen."""

import time
from collections.abc import Mapping
from typing import ClassVar, Final

from PySide6.QtGui import QHideEvent, QMoveEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.routing import Channel
from app.domain.units import Ns
from app.domain.updates import Update
from app.ui.desk import Desk
from app.ui.widgets.empty import Empty
from app.ui.widgets.title import TitleBar

# Qt finds out in 0.1 ms whether a panel is covered: for all of them in each frame, that was a sixth of it.
_LOOK_S: Final = 1.0


class Panel(QWidget):
    """Subclasses name the updates they want, store them in `apply`, `touch` when that changes the picture.

    `draw` paints what changed, at most once per frame; `draw_texts` is for ages, tables and texts, each
    `TEXTS_MS` whether or not an update came. Neither is called while nobody can see the panel.
    """

    WANTS: ClassVar[tuple[type, ...]] = ()
    SHOWS: ClassVar[tuple[Channel, ...]] = ()
    """Channels whose data is seen here: the window is green only while each of them is."""
    TEXTS_MS: ClassVar[int] = 250
    """How often its texts are drawn."""

    def __init__(self, title: str, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.setAccessibleName(title)
        self.title_bar = TitleBar(title)
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(0)
        self.setAutoFillBackground(True)
        self._dirty = True
        self._failed = False
        self._uncovered, self._look_at = False, 0.0
        self._cover: Empty | None = None

    def apply(self, update: Update) -> None:
        """Stores an update. Must be short: thousands may come in a frame."""

    def draw(self, now: Ns) -> None:
        """Paints what moves fast."""

    def draw_texts(self, now: Ns) -> None:
        """Paints what is read."""

    def recolour(self) -> None:
        """The desk's colours, zone or mode changed."""

    def remember(self) -> Mapping[str, str]:
        """What of this panel belongs to the saved layout."""
        return {}

    def recall(self, kept: Mapping[str, str]) -> None:
        """The reverse of `remember`; anything may be missing or unreadable."""

    def focus_on(self, subject: str) -> None:
        """Another panel points at something here."""

    def touch(self) -> None:
        self._dirty = True

    def dress(self) -> None:
        """Puts the desk's colours on title and background, then on what the panel itself draws."""
        colours = self.desk.colours
        self.title_bar.recolour(colours.panel, colours.dim, colours.faint)
        palette = self.palette()
        palette.setColor(self.backgroundRole(), colours.panel)
        self.setPalette(palette)
        self.recolour()
        self.touch()

    def hint(self, text: str) -> None:
        """The faint word at the right of the title: what is live here, in a few words."""
        self.title_bar.hint(text)

    @property
    def seen(self) -> bool:
        """A dock tabbed behind another is still visible to Qt, a minimised window keeps its region, and the
        region of a widget that is wholly covered by an opaque child is empty."""
        if not self.isVisible() or self.window().isMinimized():
            return False
        if (now := time.perf_counter()) >= self._look_at:
            self._uncovered, self._look_at = self._is_uncovered(), now + _LOOK_S
        return self._uncovered

    def look_again(self) -> None:
        """Something came before this panel, or went away."""
        self._look_at = 0.0

    @property
    def failed(self) -> bool:
        """An error came out of this panel. It rests until it is shown again; the others go on."""
        return self._failed

    def receive(self, update: Update) -> None:
        if not self._failed:
            try:  # costs nothing while all is well: thousands come in a second
                self.apply(update)
            except BaseException:
                self._failed = True
                raise

    def refresh(self, now: Ns) -> None:
        """Once per frame."""
        if self._dirty and not self._failed and self.seen:
            self._dirty, self._failed = False, True
            self.draw(now)
            self._failed = False

    def refresh_texts(self, now: Ns) -> None:
        """A few times a second."""
        if self._failed:
            self._cover_up()
        elif self.seen:
            self._failed = True
            self.draw_texts(now)
            self._failed = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.look_again()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self.look_again()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.look_again()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.look_again()
        self._failed, self._dirty = False, True
        if self._cover is not None:
            self._cover.hide()

    def _is_uncovered(self) -> bool:
        if self.title_bar.isVisible():
            return not self.title_bar.visibleRegion().isEmpty()
        parts = (self, *self.findChildren(QWidget))
        return any(not part.visibleRegion().isEmpty() for part in parts if part.isVisible())

    def _cover_up(self) -> None:
        """What a failed panel showed last may be wrong by now, so it is covered."""
        if self._cover is None:
            self._cover = Empty(
                "This panel stopped",
                "An error in it was written to the log; the rest of Pitwall goes on. "
                "Close the panel and show it again to go on with it.",
            )
            self._cover.setParent(self)
            self._cover.setAutoFillBackground(True)
        self._cover.recolour(self.desk.colours)
        self._cover.setGeometry(self.rect())
        self._cover.raise_()
        self._cover.show()
        self.hint("stopped by an error")
