"""The strip below the header while a tape is replayed: play, step, speed, and where on the tape it is."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractSlider, QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from app.domain.replay import SPEEDS, ReplayChanged, Wish
from app.domain.units import SECOND, Ns
from app.ui.desk import Desk
from app.ui.format import clock
from app.ui.icons import icon
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.choices import Choices

_ICON_PX = 16
_KEY_S = 10
_PAGE_S = 60


class Transport(QWidget):
    """`back_requested` carries a moment before now: what is on screen happened later, so all starts again."""

    back_requested = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._replay: ReplayChanged | None = None
        self._play, self._step = _button("Play or pause", "Ctrl+Space"), _button("Next event", "Ctrl+Right")
        self._speeds = Choices("Speed", [(f"×{s:g}", s, f"{s:g} times as fast") for s in SPEEDS])
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setAccessibleName("Position on the tape")
        self._slider.setToolTip("Drag to jump. Back in time starts the replay again from there.")
        self._slider.setSingleStep(_KEY_S)
        self._slider.setPageStep(_PAGE_S)
        self._time, self._title = QLabel(), QLabel()
        for label in (self._time, self._title):
            label.setFont(font(SMALL_PX))
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 3, 12, 3)
        row.setSpacing(8)
        for widget in (self._play, self._step, self._speeds):
            row.addWidget(widget)
        row.addWidget(self._slider, 1)
        row.addWidget(self._time)
        row.addWidget(self._title)
        self._play.clicked.connect(self._toggle)
        self._step.clicked.connect(lambda: self._ask(Wish.STEP))
        self._speeds.chosen.connect(lambda speed: self._ask(Wish.SPEED, float(speed)))
        self._slider.sliderReleased.connect(self._jump)
        self._slider.actionTriggered.connect(self._moved)
        self.setAutoFillBackground(True)
        self.hide()

    def apply(self, replay: ReplayChanged) -> None:
        self._replay = replay
        self._slider.setRange(0, max(1, (replay.end - replay.begin) // SECOND))
        self._speeds.choose(replay.speed)
        self._title.setText("recorded in a demo" if replay.simulated else "")
        self._title.setToolTip(replay.title)
        self._time.setToolTip(replay.title)
        self.recolour()
        self.show()

    def draw(self, now: Ns) -> None:
        if self._replay is None:
            return
        zone, end = self._desk.zone, self._replay.end
        # behind the last record time goes on a little, until its bars are closed
        self._time.setText(f"{clock(min(now, end), zone, named=False)} of {clock(end, zone)}")
        if not self._slider.isSliderDown():
            self._slider.setValue(max(0, now - self._replay.begin) // SECOND)

    def recolour(self) -> None:
        colours = self._desk.colours
        palette = self.palette()
        palette.setColor(self.backgroundRole(), colours.panel)
        self.setPalette(palette)
        playing = self._replay is not None and self._replay.playing
        self._play.setIcon(icon("pause" if playing else "play", colours.text))
        self._step.setIcon(icon("step", colours.text))

    def _toggle(self) -> None:
        if self._replay is not None:
            self._ask(Wish.PAUSE if self._replay.playing else Wish.PLAY)

    def _moved(self, action: int) -> None:
        """By a key, the wheel or a click beside the handle; a drag counts when it ends."""
        if action != QAbstractSlider.SliderAction.SliderMove.value:
            self._jump()

    def _jump(self) -> None:
        if self._replay is None:
            return
        to = Ns(self._replay.begin + self._slider.sliderPosition() * SECOND)
        if to // SECOND < self._desk.clock.now() // SECOND:
            self.back_requested.emit(to)
        else:
            self._ask(Wish.JUMP, to)

    def _ask(self, wish: Wish, value: float = 0.0) -> None:
        self._desk.pending.watch(self._desk.commands.replay(wish, value))


def _button(name: str, keys: str) -> QToolButton:
    button = QToolButton()
    button.setProperty("flat", True)
    button.setIconSize(QSize(_ICON_PX, _ICON_PX))
    button.setShortcut(keys)
    button.setAccessibleName(name)
    button.setToolTip(f"{name} ({keys})")
    return button
