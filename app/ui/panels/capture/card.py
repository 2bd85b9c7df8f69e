"""Everything known of the chosen field: its value, where it stands, who says so, and how it looked before."""

from typing import Final

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.domain.examination import Examination
from app.domain.picture_layout import Box, Places
from app.domain.provenance import CHAIN, Field
from app.ui.format import DASH, Zone, clock
from app.ui.palettes import Colours
from app.ui.panels.capture.rows import STATUS
from app.ui.theme import BASE_PX, CAPTION_PX, SMALL_PX, font
from app.ui.widgets.cells import Cell, Column, Row
from app.ui.widgets.grid import Grid

_CARD: Final = (Column("What", 84), Column("", 0))
# Around the field, in pixels of the picture: enough to see its neighbours.
_BESIDE: Final = 110
_CROP_PX: Final = 58
_EACH_PX: Final = _CROP_PX + 16
# Lower than this, the table of facts needs the room.
_ROOM_PX: Final = 300


def card_rows(field: Field, examination: Examination) -> list[Row]:
    mark, colour = STATUS[field.status]
    before = examination.before
    prior = field.prior
    changed = prior is not None and prior != field.value
    rows = [
        ("status", Cell(field.status.value, mark=mark, mark_colour=colour)),
        ("value", Cell(f"{field.value or DASH} {field.unit if field.value else ''}".strip(), bold=True)),
        ("written", Cell(DASH if field.raw_text is None else f"“{field.raw_text}”")),
        ("raw number", Cell(field.raw_number or DASH)),
        ("made by", Cell(field.transform, tip=field.transform)),
        ("stands at", Cell(field.locator or "from ourselves", "info", tip=field.locator)),
        ("answer", Cell(examination.this.capture.id, "dim", tip=examination.this.capture.id)),
        ("confidence", Cell(field.certainty.value)),
        ("last good", Cell(prior or DASH, "warn" if changed else "text",
                           tip="" if before is None else before.capture.id)),
    ]  # fmt: skip
    return [Row(name, (Cell(name, "dim"), cell)) for name, cell in rows]


class Crops(QWidget):
    """The same place in the last good picture and in this one, one above the other."""

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.colours = colours
        self.then: tuple[str, QImage, Box | None] = ("", QImage(), None)
        self.now: tuple[str, QImage, Box | None] = ("", QImage(), None)
        self.setAccessibleName("The field in the last good picture and in this one")
        self.setFixedHeight(2 * _EACH_PX + 4)

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for number, (caption, image, box) in enumerate((self.then, self.now)):
            top = number * _EACH_PX
            painter.setFont(font(CAPTION_PX))
            painter.setPen(QColor(self.colours.dim))
            painter.drawText(QRect(8, top, self.width() - 16, 14), Qt.AlignmentFlag.AlignVCenter, caption)
            self._draw(painter, image, box, QRectF(8, top + 14, self.width() - 16, _CROP_PX))
        painter.end()

    def _draw(self, painter: QPainter, image: QImage, box: Box | None, room: QRectF) -> None:
        painter.fillRect(room, QColor(self.colours.raised))
        if image.isNull() or box is None:
            painter.setPen(QColor(self.colours.faint))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, "not on this picture")
            return
        part = part_around(box, room.width() / room.height(), image.width(), image.height())
        painter.drawImage(room, image, part)
        by = room.width() / part.width()
        spot = QRectF(room.x() + (box.x - part.x()) * by, room.y() + (box.y - part.y()) * by,
                      box.width * by, box.height * by)  # fmt: skip
        painter.setPen(QPen(QColor(self.colours.accent), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(spot.intersected(room))


def part_around(box: Box, shape: float, width: int, height: int) -> QRectF:
    """The part of a picture with a box in its middle, as wide to high as `shape`, within the picture."""
    wide = min(float(width), box.width + 2.0 * _BESIDE)
    high = min(float(height), max(wide / shape, box.height + 0.0))
    left = min(max(0.0, box.x + box.width / 2 - wide / 2), width - wide)
    top = min(max(0.0, box.y + box.height / 2 - high / 2), height - high)
    return QRectF(left, top, wide, high)


class FieldCard(QWidget):
    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.title, self.hint, self.crops = QLabel(), QLabel(), Crops(colours)
        self.hint.setFont(font(SMALL_PX))
        self.hint.setWordWrap(True)
        self.hint.setContentsMargins(8, 0, 8, 4)
        self.table = Grid("Where the chosen field comes from", _CARD, colours, row_px=20)
        self.table.horizontalHeader().hide()
        self.title.setFont(font(BASE_PX, QFont.Weight.DemiBold))
        self.title.setContentsMargins(8, 4, 8, 4)
        self.title.setMinimumWidth(1)
        self._images = (QImage(), QImage())
        self._field: Field | None = None
        self._has_crops = False
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(2)
        box.addWidget(self.title)
        box.addWidget(self.hint)
        box.addWidget(self.table, 1)
        box.addWidget(self.crops)
        self.say_nothing()

    @property
    def is_about_a_field(self) -> bool:
        return self._field is not None

    def say_nothing(self) -> None:
        self._field = None
        self.show_pictures(QImage(), QImage())
        self.title.setText("No field chosen")
        hint = (
            "Click a number on the picture, a field or a line of the source: where it comes from is told "
            "here, and shown in all the others."
        )
        self.title.setToolTip("")
        self.table.set_rows([])
        self.hint.setText(hint)
        self.hint.show()
        self._has_crops = False
        self._arrange()

    def show_field(self, field: Field, examination: Examination, zone: Zone) -> None:
        self._field = field
        self.hint.hide()
        subject = "the answer as a whole" if field.subject == CHAIN else field.subject
        self.title.setText(f"{field.name} · {subject}")
        self.title.setToolTip(self.title.text())
        self.table.set_rows(card_rows(field, examination))
        before = examination.before
        place = examination.places.box(field.subject, field.name)
        then = _box(examination.places_before, field)
        captions = (
            "then: no good one before it" if before is None
            else f"then, last good {clock(before.capture.fetched, zone)}: {field.prior or DASH}",
            f"now, {clock(examination.this.capture.fetched, zone)}: {field.value or DASH}",
        )  # fmt: skip
        self.crops.then = (captions[0], self._images[0], then)
        self.crops.now = (captions[1], self._images[1], place)
        self._has_crops = place is not None or then is not None
        self._arrange()
        self.crops.update()

    def show_pictures(self, before: QImage, after: QImage) -> None:
        self._images = before, after
        self.crops.then = (self.crops.then[0], before, self.crops.then[2])
        self.crops.now = (self.crops.now[0], after, self.crops.now[2])
        self.crops.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        self.crops.setVisible(self._has_crops and self.height() >= _ROOM_PX)

    def recolour(self, colours: Colours) -> None:
        self.table.recolour(colours)
        palette = self.hint.palette()
        palette.setColor(self.hint.foregroundRole(), QColor(colours.dim))
        self.hint.setPalette(palette)
        self.crops.colours = colours
        self.crops.update()


def _box(places: Places | None, field: Field) -> Box | None:
    return None if places is None else places.box(field.subject, field.name)
