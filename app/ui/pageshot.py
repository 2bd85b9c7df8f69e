"""Draws the picture of an answer as a table, in a short-lived process of its own.

`python -m app.ui.pageshot` reads one JSON document on stdin ({title, subtitle, columns, rows, notes, html,
out, width}), writes the PNG named by `out` and prints {"width", "height", "rows", "cut"} on stdout. A table
of 700 contracts takes 0.3 s of CPU, which the window's process must not spend. A page (`html`) stands below
its table, as plain Qt can draw it: without scripts, styles and anything from outside.
"""

import json
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from PySide6.QtCore import QPointF, QRect, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QImage,
    QPainter,
    QPalette,
    QTextDocument,
    qRgb,
)

from app.domain.picture_layout import LINE, MARGIN, TALLEST, TITLE, WIDTH, Layout, layout

_FONTS: Final = Path(__file__).resolve().parents[2] / "resources" / "fonts"
_INK, _DIM, _LINE = QColor("#16202b"), QColor("#8c97a3"), QColor("#e3e7ec")
_UNSEEN: Final = re.compile(
    r"<!--.*?-->|<(script|style|svg|template|noscript|head)\b.*?</\1\s*>|<(?:link|meta|img)\b[^>]*>",
    re.S | re.I,
)
_LONGEST: Final = 200_000
_HEAD, _STRIPE = QColor("#1f2733"), QColor("#f5f7f9")
_WHITE: Final = QColor("#ffffff")
# Between what and what the edges of letters and lines have their shades, and how many: 256 at most in all.
_RAMPS: Final = (
    (_INK, _WHITE, 48), (_INK, _STRIPE, 48), (_DIM, _WHITE, 48), (_DIM, _STRIPE, 48), (_HEAD, _WHITE, 40),
    (_LINE, _WHITE, 4), (_LINE, _STRIPE, 4),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    subtitle: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str]
    html: str
    out: Path
    width: int


def page_from(document: dict[str, Any]) -> Page:
    return Page(
        title=str(document["title"]),
        subtitle=str(document["subtitle"]),
        columns=[str(c) for c in document["columns"]],
        rows=[[str(c) for c in row] for row in document["rows"]],
        notes=[str(n) for n in document["notes"]],
        html=str(document.get("html", "")),
        out=Path(document["out"]),
        width=max(200, min(4000, int(document.get("width", WIDTH)))),
    )


def draw(page: Page) -> dict[str, int]:
    place = layout(len(page.columns), len(page.rows), len(page.notes), page.width)
    paper = _paper(page) if page.html else None
    room = 0 if paper is None else min(TALLEST - place.height, int(paper.size().height()) + 3 * MARGIN)
    image = QImage(place.width, place.height + max(0, room), QImage.Format.Format_RGB32)
    image.fill(QColor("#ffffff"))
    image.setText("shape", place.shape)
    painter = QPainter(image)
    try:
        _draw_head(painter, page, place.cut)
        if page.columns:
            _draw_table(painter, page, place)
        if paper is not None and room > 0:
            _draw_paper(painter, paper, QRect(MARGIN, place.height, page.width - 2 * MARGIN, room - MARGIN))
    finally:
        painter.end()
    if paper is None:
        image = _slim(image)
    if not image.save(str(page.out)):
        raise OSError(f"the picture could not be written to {page.out.name}")
    return {"width": image.width(), "height": image.height(), "rows": place.rows, "cut": place.cut}


def _slim(image: QImage) -> QImage:
    """A table has few colours and the shades between them: a byte a pixel shows them within 6 of 255, takes
    0.65 instead of 1.7 MB on disk, and half the time to write."""
    shades = [shade for one, other, steps in _RAMPS for shade in _ramp(one, other, steps)]
    plain = Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither
    return image.convertToFormat(QImage.Format.Format_Indexed8, list(dict.fromkeys(shades)), plain)


def _ramp(one: QColor, other: QColor, steps: int) -> list[int]:
    (r, g, b), (r2, g2, b2) = ((c.red(), c.green(), c.blue()) for c in (one, other))
    parts = [step / (steps - 1) for step in range(steps)]
    return [qRgb(*(round(x + (y - x) * k) for x, y in ((r, r2), (g, g2), (b, b2)))) for k in parts]


class _Paper(QTextDocument):
    """A stored page; what it would load from elsewhere stays away."""

    def loadResource(self, _: int, __: QUrl | str) -> Any:
        return None


def _paper(page: Page) -> _Paper:
    paper = _Paper()
    paper.setDefaultFont(_font(12))
    paper.setHtml(_UNSEEN.sub("", page.html)[:_LONGEST])
    paper.setPageSize(QSizeF(-1, -1))
    paper.setTextWidth(page.width - 4 * MARGIN)
    return paper


def _draw_paper(painter: QPainter, paper: _Paper, room: QRect) -> None:
    painter.setPen(_LINE)
    painter.drawRect(room)
    painter.save()
    painter.setClipRect(room)
    painter.translate(QPointF(room.x() + MARGIN, room.y() + MARGIN))
    look = QAbstractTextDocumentLayout.PaintContext()
    look.palette.setColor(QPalette.ColorRole.Text, _INK)  # the system may be dark, paper is not
    paper.documentLayout().draw(painter, look)
    painter.restore()


def _draw_head(painter: QPainter, page: Page, cut: int) -> None:
    painter.setPen(_INK)
    room = page.width - 2 * MARGIN
    for size in _TITLE_SIZES:
        painter.setFont(_font(size, bold=True))
        if painter.fontMetrics().horizontalAdvance(page.title) <= room:
            break
    title = painter.fontMetrics().elidedText(page.title, Qt.TextElideMode.ElideRight, room)
    painter.drawText(QRect(MARGIN, MARGIN, room, TITLE), _LEFT, title)
    painter.setFont(_font(12))
    painter.setPen(_DIM)
    left_out = f"   ({cut} rows left out of the picture)" if cut else ""
    lines = [page.subtitle + left_out, *page.notes]
    for i, text in enumerate(lines):
        place = QRect(MARGIN, MARGIN + TITLE + i * LINE, page.width - 2 * MARGIN, LINE)
        painter.drawText(place, _LEFT, text)


def _draw_table(painter: QPainter, page: Page, place: Layout) -> None:
    across = page.width - 2 * MARGIN
    painter.fillRect(QRect(MARGIN, place.top, across, LINE), _HEAD)
    painter.setFont(_font(11, bold=True))
    painter.setPen(QColor("#ffffff"))
    for c, text in enumerate(page.columns):
        painter.drawText(_cell(place, -1, c), _RIGHT, text)
    painter.setFont(_font(11))
    for r, row in enumerate(page.rows[: place.rows]):
        y = place.top + (r + 1) * LINE
        if r % 2:
            painter.fillRect(QRect(MARGIN, y, across, LINE), _STRIPE)
        for c, text in enumerate(row[: len(page.columns)]):
            # Settlements, prior sessions and missing values are grey: they are no live numbers.
            painter.setPen(_DIM if text == "—" or text.endswith((" s", " p")) else _INK)
            painter.drawText(_cell(place, r, c), _RIGHT, text)
        painter.setPen(_LINE)
        painter.drawLine(MARGIN, y + LINE - 1, page.width - MARGIN, y + LINE - 1)


# A long verdict is written smaller rather than cut.
_TITLE_SIZES: Final = (20, 17, 14)
_LEFT: Final = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_RIGHT: Final = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight


def _cell(place: Layout, row: int, column: int) -> QRect:
    box = place.cell(row, column)
    return QRect() if box is None else QRect(box.x, box.y, box.width - 8, box.height)


def _font(size: int, *, bold: bool = False) -> QFont:
    font = QFont("Inter")
    font.setPixelSize(size)
    font.setWeight(QFont.Weight.DemiBold if bold else QFont.Weight.Normal)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return font


def main() -> int:
    page = page_from(json.load(sys.stdin))
    application = QGuiApplication([])
    for file in sorted(_FONTS.glob("*.[ot]tf")):
        QFontDatabase.addApplicationFont(str(file))
    sys.stdout.write(json.dumps(draw(page)) + "\n")
    sys.stdout.flush()
    application.quit()
    return 0


if __name__ == "__main__":
    sys.exit(main())
