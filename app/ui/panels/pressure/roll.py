"""The bar over the chart when the front contract is about to expire: volumes of both, and a way over."""

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.domain.updates import RollChanged
from app.ui.desk import Desk
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.words import Words

_DAYS = 5


class RollBar(QWidget):
    """Shown from five days before expiry, and once the next contract is due, until the user has gone over."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._roll: RollChanged | None = None
        self._words = Words()
        self._words.setFont(font(SMALL_PX))
        self._go = QPushButton("Follow")
        self._go.setFont(font(SMALL_PX))
        self._go.setAccessibleName("Follow the next contract")
        self._go.clicked.connect(self._ask)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 2, 8, 2)
        row.addWidget(self._words, 1)
        row.addWidget(self._go)
        self.setAutoFillBackground(True)
        self.hide()

    @property
    def button(self) -> QPushButton:
        return self._go

    @property
    def text(self) -> str:
        return self._words.text()

    def show_roll(self, roll: RollChanged | None) -> str:
        """What to write beside the roll line if the user has just gone over, else nothing."""
        before, self._roll = self._roll, roll
        if roll is None:
            self.hide()
            return ""
        over = roll.charted != roll.front
        shown = not over and (roll.due or roll.days_left <= _DAYS)
        if shown:
            self._words.setText(_sentence(roll))
            self._go.setText(f"Follow {roll.following.code}")
        self.setVisible(shown)
        rolled = before is not None and before.charted != roll.charted
        return f"{before.charted.code} → {roll.charted.code}" if before is not None and rolled else ""

    def recolour(self) -> None:
        palette = self.palette()
        palette.setColor(self.backgroundRole(), self._desk.colours.raised)
        self.setPalette(palette)
        own = self._words.palette()
        own.setColor(self._words.foregroundRole(), self._desk.colours.warn)
        self._words.setPalette(own)

    def _ask(self) -> None:
        if self._roll is not None:
            following = self._roll.following
            self._desk.pending.watch(self._desk.commands.follow_future(following), self._desk.say)


def _sentence(roll: RollChanged) -> str:
    shares = [share for share in (roll.front_share, roll.following_share) if share is not None]
    volume = (
        f"volume {'/'.join(f'{share * 100:.0f}' for share in shares)}"
        if len(shares) == 2
        else "no volume yet"
    )
    days = f"{roll.days_left} {'day' if roll.days_left == 1 else 'days'} left"
    due = " · the next contract leads" if roll.due else ""
    return f"{roll.front.code} → {roll.following.code}: {volume} · {days}{due}"
