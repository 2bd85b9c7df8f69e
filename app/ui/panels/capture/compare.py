"""Two captures side by side: steps, structure, contracts cell by cell, and both pictures under one slider."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QStackedWidget, QVBoxLayout, QWidget

from app.domain.examination import Examination
from app.ui.palettes import Colours
from app.ui.panels.capture.rows import (
    CHANGES,
    DIFFERENCES,
    STEPS,
    change_rows,
    compared_words,
    difference_rows,
    step_rows,
)
from app.ui.theme import SMALL_PX, font
from app.ui.widgets.choices import Choices
from app.ui.widgets.grid import Grid

_PARTS = (
    ("Contracts", 0, "contracts by strike, changed cells only"),
    ("Structure", 1, "paths that came, went or changed their kind"),
    ("Steps", 2, "steps of both, side by side"),
    ("Request", 3, "request, answer and headers"),
    ("Pictures", 4, "both pictures under one slider"),
)


class Curtain(QWidget):
    """The last good picture left of the line, this one right of it; the slider moves the line."""

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self._colours = colours
        self.before, self.after = QImage(), QImage()
        self.share, self.top = 0.5, 0.0
        self.setMinimumHeight(60)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        line = self.width() * self.share
        for image, left, width in ((self.before, 0.0, line), (self.after, line, self.width() - line)):
            self._draw(painter, image, QRectF(left, 0, width, self.height()))
        painter.setPen(QPen(QColor(self._colours.accent), 2))
        painter.drawLine(round(line), 0, round(line), self.height())
        painter.setPen(QColor(self._colours.accent))
        room = self.rect().adjusted(8, 4, -8, -4)
        painter.drawText(room, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, "last good")
        painter.drawText(room, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight, "this one")
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.mouseMoveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.share = min(1.0, max(0.0, event.position().x() / max(1, self.width())))
        self.update()

    def _draw(self, painter: QPainter, image: QImage, place: QRectF) -> None:
        if image.isNull():
            painter.setPen(QColor(self._colours.dim))
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, "no picture")
            return
        by = image.width() / self.width()
        start = self.top * max(0.0, image.height() - self.height() * by)
        part = QRectF(place.x() * by, start, place.width() * by, place.height() * by)
        painter.drawImage(place, image, part)


class CompareView(QWidget):
    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.about, self.choices = QLabel(), Choices("Compare", _PARTS)
        self.rows = Grid("Contracts that changed", CHANGES, colours, row_px=22)
        self.structure = Grid("Paths that changed", DIFFERENCES, colours, row_px=22)
        self.steps = Grid("Steps of both captures", STEPS, colours, row_px=22)
        self.request = Grid("Request and headers that differ", DIFFERENCES, colours, row_px=22)
        self.curtain = Curtain(colours)
        self._parts, self._chosen_by_user = QStackedWidget(), False
        across, down = self._slider("Line between the pictures"), self._slider("Height in the pictures")
        across.setValue(500)
        across.valueChanged.connect(self._move)
        down.valueChanged.connect(self._scroll)
        pictures = QWidget()
        column = QVBoxLayout(pictures)
        column.setContentsMargins(8, 2, 8, 2)
        column.addWidget(self.curtain, 1)
        for slider in (across, down):
            column.addWidget(slider)
        for part in (self.rows, self.structure, self.steps, self.request, pictures):
            self._parts.addWidget(part)
        self.choices.choose(0)
        self.choices.chosen.connect(self._turn)
        self.about.setFont(font(SMALL_PX))
        self.about.setMinimumWidth(1)
        head = QHBoxLayout()
        head.setContentsMargins(8, 4, 8, 4)
        head.addWidget(self.choices)
        head.addWidget(self.about, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addLayout(head)
        box.addWidget(self._parts, 1)

    def show_examination(self, examination: Examination) -> None:
        found = examination.difference
        self.about.setText(compared_words(examination))
        self.about.setToolTip(self.about.text())
        self.rows.set_rows([] if found is None else change_rows(found))
        self.structure.set_rows([] if found is None else difference_rows(found.structure))
        self.steps.set_rows([] if found is None else step_rows(found))
        self.request.set_rows([] if found is None else difference_rows(found.request))

        if not self._chosen_by_user:
            part = 1 if found is not None and found.structure else 0
            self.choices.choose(part)
            self._parts.setCurrentIndex(part)

    def show_pictures(self, before: QImage | None = None, after: QImage | None = None) -> None:
        self.curtain.before = before or QImage()
        self.curtain.after = after or QImage()
        self.curtain.update()

    def recolour(self, colours: Colours) -> None:
        for table in (self.rows, self.structure, self.steps, self.request):
            table.recolour(colours)

    def _turn(self, part: object) -> None:
        self._chosen_by_user = True
        self._parts.setCurrentIndex(int(str(part)))

    def _slider(self, name: str) -> QSlider:
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setRange(0, 1000)
        slider.setAccessibleName(name)
        slider.setToolTip(name)
        return slider

    def _move(self, value: int) -> None:
        self.curtain.share = value / 1000
        self.curtain.update()

    def _scroll(self, value: int) -> None:
        self.curtain.top = value / 1000
        self.curtain.update()
