"""The picture of a capture: fitted to the width, a field marked on it, clicks told in the picture's pixels.

Only the part that is seen is scaled: a whole tall picture would take 40 ms.
"""

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from app.domain.picture_layout import LINE, Box
from app.ui.palettes import Colours

_ALPHA = 60


class _Page(QWidget):
    pointed = Signal(float, float)

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.colours = colours
        self.image = QImage()
        self.scale = 1.0
        self.box: Box | None = None
        self.words = ""

    def marked(self) -> QRectF | None:
        if self.box is None or self.image.isNull():
            return None
        box, by = self.box, self.scale
        return QRectF(box.x * by, box.y * by, box.width * by, box.height * by)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self.image.isNull():
            painter.setPen(QColor(self.colours.dim))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self.words)
        else:
            seen, by = QRectF(event.rect()), 1 / self.scale
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            part = QRectF(seen.x() * by, seen.y() * by, seen.width() * by, seen.height() * by)
            painter.drawImage(seen, self.image, part)
        if (mark := self.marked()) is not None:
            fill = QColor(self.colours.accent)
            painter.setPen(QPen(fill, 2))
            fill.setAlpha(_ALPHA)
            painter.setBrush(fill)
            painter.drawRect(mark)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at: QPointF = event.position()
        if not self.image.isNull():
            self.pointed.emit(at.x() / self.scale, at.y() / self.scale)


class _Heading(QWidget):
    """The heading of the table stays on top while its rows are scrolled."""

    def __init__(self, parent: QWidget, page: _Page) -> None:
        super().__init__(parent)
        self._page, self.top = page, 0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, _: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        wide = self.width() / self._page.scale
        painter.drawImage(QRectF(self.rect()), self._page.image, QRectF(0, self.top, wide, LINE))
        painter.end()


def heading_of(image: QImage) -> int | None:
    """Where the heading of a table stands on its picture; None where there is no table."""
    columns, _, rest = image.text("shape").partition("x")
    top = rest.partition("+")[2]
    return int(top) if top.isdecimal() and columns.isdecimal() and int(columns) else None


class Sheet(QScrollArea):
    """`pointed(x, y)` is where the user clicked, in pixels of the whole picture."""

    pointed = Signal(float, float)

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self._page = _Page(colours)
        self.setWidget(self._page)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setAccessibleName("Picture of this capture")
        self._page.pointed.connect(self.pointed)
        self._heading = _Heading(self, self._page)
        self.verticalScrollBar().valueChanged.connect(self._place_heading)

    @property
    def words(self) -> str:
        """What stands where a picture should be."""
        return self._page.words if self._page.image.isNull() else ""

    @property
    def image(self) -> QImage:
        return self._page.image

    @property
    def marked(self) -> QRectF | None:
        """The marked rectangle as it stands on screen, in pixels of the fitted picture."""
        return self._page.marked()

    def say(self, words: str) -> None:
        self._page.image, self._page.words = QImage(), words
        self._fit()

    def show_image(self, whole: QImage) -> None:
        self._page.image = whole
        self._fit()

    def mark(self, box: Box | None) -> None:
        """Marks a rectangle of the picture and scrolls there."""
        self._page.box = box
        self._page.update()
        if (mark := self._page.marked()) is not None:
            at = mark.center().toPoint()
            self.ensureVisible(at.x(), at.y(), 80, 80)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        page, image = self._page, self._page.image
        if image.isNull():
            page.resize(self.viewport().size())
        else:
            page.scale = min(1.0, max(480, self.viewport().width()) / image.width())
            page.resize(round(image.width() * page.scale), round(image.height() * page.scale))
        page.update()
        self._place_heading()

    def _place_heading(self) -> None:
        page, heading = self._page, self._heading
        top = None if page.image.isNull() else heading_of(page.image)
        heading.setVisible(top is not None and self.verticalScrollBar().value() > top * page.scale)
        if top is not None and heading.isVisible():
            heading.top = top
            heading.setGeometry(0, 0, min(page.width(), self.viewport().width()), round(LINE * page.scale))
            heading.update()

    def recolour(self, colours: Colours) -> None:
        self._page.colours = colours
        self._page.update()
