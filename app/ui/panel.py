"""What every panel is: a widget with a title bar that stores updates and paints them only when seen."""

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
        raise NotImplementedError

    def draw(self, now: Ns) -> None:
        """Paints what moves fast."""

    def draw_texts(self, now: Ns) -> None:
        """Paints what is read."""

    def recolour(self) -> None:
        """The desk's colours, zone or mode changed."""

    def focus_on(self, subject: str) -> None:
        """Another panel points at something here."""

    def touch(self) -> None:
        self._dirty = True

    def hint(self, text: str) -> None:
        """The faint word at the right of the title: what is live here, in a few words."""
        self.title_bar.hint(text)

    @property
    def seen(self) -> bool:
        """A dock tabbed behind another is still visible to Qt, a minimised window keeps its region."""
        return not self.visibleRegion().isEmpty() and not self.window().isMinimized()

    def refresh(self, now: Ns) -> None:
        """Once per frame."""
        if self._dirty and self.seen:
            self._dirty = False
            self.draw(now)

    def refresh_texts(self, now: Ns) -> None:
        """A few times a second."""
        if self.seen:
            self.draw_texts(now)
