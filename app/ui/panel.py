"""What every panel is: a widget with a title bar that stores updates and paints them only when seen."""

from collections.abc import Mapping
from typing import ClassVar

from PySide6.QtWidgets import QVBoxLayout, QWidget

from app.domain.units import Ns
from app.domain.updates import Update
from app.ui.desk import Desk
from app.ui.widgets.title import TitleBar


class Panel(QWidget):
    """Subclasses name the updates they want, store them in `apply`, `touch` when that changes the picture.

    `draw` paints what changed, at most once per frame; `draw_texts` is for ages, tables and texts, four times
    a second whether or not an update came. Neither is called while nobody can see the panel.
    """

    WANTS: ClassVar[tuple[type, ...]] = ()

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
        self._texts_dirty = True

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
        if self.title_bar.isVisible():
            return not self.title_bar.visibleRegion().isEmpty()
        parts = (self, *self.findChildren(QWidget))
        return any(not part.visibleRegion().isEmpty() for part in parts if part.isVisible())

    def refresh(self, now: Ns) -> None:
        """Once per frame."""
        if self._dirty and self.seen:
            self._dirty = False
            self.draw(now)

    def refresh_texts(self, now: Ns) -> None:
        """A few times a second."""
        if self.seen:
            self.draw_texts(now)
