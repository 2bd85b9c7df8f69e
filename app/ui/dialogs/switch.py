"""Another source for a channel, by hand: held to it or preferred, why, and until when."""

from typing import Final

from PySide6.QtWidgets import QComboBox, QDialogButtonBox, QFormLayout, QLineEdit, QRadioButton, QWidget

from app.domain.routing import Channel, SourceId
from app.domain.units import HOUR, Ns
from app.ui.desk import Desk
from app.ui.dialogs.frame import Dialog
from app.ui.health_looks import CHANNEL_WORDS

_SESSION, _FOR_GOOD = "this session's close", "taken off by hand"
_HOURS: Final = {"in 1 hour": 1, "in 4 hours": 4}
_ABOUT: Final = (
    "A pinned channel never fails over: if this source dies, the channel goes stale and says so. "
    "A preferred source goes before all others, may be left when it fails, and is returned to."
)


class SwitchDialog(Dialog):
    def __init__(self, parent: QWidget, desk: Desk, channel: Channel, source: SourceId, title: str) -> None:
        words = CHANNEL_WORDS[channel]
        super().__init__(parent, f"Pin {words} to {title}", f"{words} from {title}", _ABOUT)
        self._desk, self._channel, self._source = desk, channel, source
        self.pin, self.prefer = QRadioButton("Pin it"), QRadioButton("Prefer it")
        self.pin.setChecked(True)
        self.reason, self.until = QLineEdit(), QComboBox()
        self.reason.setPlaceholderText("stays in the audit and on the screen")
        self.reason.setMinimumWidth(300)
        self.until.addItems([_SESSION, *_HOURS, _FOR_GOOD])
        form = QFormLayout()
        form.addRow(self.pin)
        form.addRow(self.prefer)
        form.addRow("Why?", self.reason)
        form.addRow("Until", self.until)
        self.reason.setAccessibleName("Why?")
        self.until.setAccessibleName("Until")
        self.box.addLayout(form)
        buttons = QDialogButtonBox(
            QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel
        )
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        self._ok.setText("Switch")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.box.addWidget(buttons)
        self.reason.textChanged.connect(lambda _: self._look())
        self.pin.toggled.connect(lambda _: self._look())
        self.accepted.connect(self._switch)
        self._look()
        self.reason.setFocus()

    def _look(self) -> None:
        self.until.setEnabled(self.pin.isChecked())
        self._ok.setEnabled(self.prefer.isChecked() or bool(self.reason.text().strip()))

    def _switch(self) -> None:
        desk, reason = self._desk, self.reason.text().strip()
        if self.prefer.isChecked():
            desk.pending.watch(desk.commands.prefer(self._channel, self._source, reason))
            return
        chosen = self.until.currentText()
        hours = _HOURS.get(chosen)
        until = None if hours is None else Ns(desk.clock.now() + hours * HOUR)
        answer = desk.commands.pin(self._channel, self._source, reason, until, chosen == _FOR_GOOD)
        desk.pending.watch(answer)
