"""What is seen of Pitwall from outside its window: title, icon and tray, green only while all in sight is.

Alerts pop up from the tray; within the window the same sentences stand under the header.
"""

from collections.abc import Iterable
from typing import Final

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QMainWindow

from app.domain.updates import Notice
from app.ui.desk import Desk
from app.ui.header import MODE_WORDS
from app.ui.outlook import Outlook, Word
from app.ui.panel import Panel
from app.ui.tray import NoTray, Tray

_SIZE: Final = 64
_DOT: Final = 13
_ALERTS: Final = {"ERROR": True, "CRITICAL": True, "WARNING": False, "WARN": False}


class Beacon:
    def __init__(self, window: QMainWindow, desk: Desk, outlook: Outlook, panels: Iterable[Panel]) -> None:
        self._window, self._desk, self._outlook = window, desk, outlook
        self._panels = tuple(panels)
        self._shown: tuple[str, str] | None = None
        self.tray: Tray = NoTray()

    def draw(self) -> None:
        """Only panels that can be seen count: nobody is deceived by another."""
        seen = [(panel.accessibleName(), panel.SHOWS) for panel in self._panels if panel.SHOWS and panel.seen]
        word = self._outlook.of_panels(seen, self._desk.silent)
        mode = self._desk.mode
        if mode is None:
            word = Word("", "idle")
        title = "Pitwall" if mode is None else f"{MODE_WORDS[mode]} — {word.text} — Pitwall"
        if (title, word.colour) == self._shown:
            return
        self._shown = title, word.colour
        self._window.setWindowTitle(title)
        icon = dotted(getattr(self._desk.colours, word.colour))
        self._window.setWindowIcon(icon)
        worst = self._outlook.worst(self._desk.silent)
        self.tray.show_state(icon, f"{title}\n{worst.text}")

    def recolour(self) -> None:
        self._shown = None
        self.draw()
        self.tray.show_muted(self._desk.settings.screen_mute)

    def heard(self, notice: Notice) -> None:
        """A first telling pops up; repeats only count."""
        serious = _ALERTS.get(notice.severity.upper())
        told = notice.sentence and not notice.over and not notice.seen and notice.count == 1
        if told and serious is not None and not self._desk.settings.screen_mute:
            self.tray.alert(notice.sentence, serious=serious)


def dotted(colour: str) -> QIcon:
    """The program's icon with a dot of the state's colour."""
    own = QApplication.windowIcon()
    picture = own.pixmap(QSize(_SIZE, _SIZE))
    if picture.isNull():
        picture = QPixmap(_SIZE, _SIZE)
        picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(colour))
    ratio = picture.devicePixelRatio()
    side = picture.width() / ratio
    painter.drawEllipse(QPointF(side - _DOT, side - _DOT), _DOT, _DOT)
    painter.end()
    return QIcon(picture)
