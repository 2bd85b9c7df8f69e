"""Rows of numbers that Qt draws without an object each."""

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap
from pytestqt.qtbot import QtBot

from app.ui.widgets import primitives

INK, GROUND = QColor("#ffffff"), QColor("#000000")


def blank() -> QImage:
    made = QImage(40, 40, QImage.Format.Format_RGB32)
    made.fill(GROUND)
    return made


def inked(picture: QImage) -> set[tuple[int, int]]:
    return {(x, y) for x in range(40) for y in range(40) if picture.pixelColor(x, y) == INK}


def test_rows_are_drawn_as_written_and_no_more_of_them_than_asked(qtbot: QtBot) -> None:
    lines, rects, picture = primitives.lines(), primitives.rects(), blank()
    lines.rows(3)[:] = [[0.5, 5.5, 3.5, 5.5], [0.5, 8.5, 3.5, 8.5], [0.0, 0.0, 39.0, 39.0]]
    rects.rows(1)[:] = [[20.0, 20.0, 2.0, 3.0]]
    painter = QPainter(picture)
    painter.setPen(INK)
    painter.drawLines(lines.first, 2)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(INK)
    painter.drawRects(rects.first, 1)
    painter.end()
    drawn = {(x, y) for x in range(4) for y in (5, 8)} | {(x, y) for x in (20, 21) for y in (20, 21, 22)}
    assert inked(picture) == drawn


def test_more_rows_find_room_and_fewer_use_the_same(qtbot: QtBot) -> None:
    lines = primitives.lines()
    lines.rows(2)
    lines.rows(500)[:] = 1.0
    assert lines.rows(7).shape == (7, 4)
    picture = blank()
    painter = QPainter(picture)
    painter.setPen(INK)
    painter.drawLines(lines.first, 500)
    painter.end()
    assert inked(picture) == {(1, 1)}


def test_stamps_are_put_with_their_middle_where_they_are_asked(qtbot: QtBot) -> None:
    sheet, picture = QPixmap(8, 4), blank()
    sheet.fill(GROUND)
    painter = QPainter(sheet)
    painter.fillRect(4, 0, 4, 4, INK)
    painter.end()
    painter = QPainter(picture)
    primitives.Stamps().draw(
        painter, sheet, np.array([10.0, 30.0]), np.array([10.0, 30.0]), np.array([4.0, 0.0]), 4
    )
    painter.end()
    assert inked(picture) == {(x, y) for x in range(8, 12) for y in range(8, 12)}


def test_a_polygon_has_the_points_given(qtbot: QtBot) -> None:
    made = primitives.polygon(np.array([1.0, 2.5]), np.array([3.0, 4.0]))
    assert made.toList() == [QPointF(1.0, 3.0), QPointF(2.5, 4.0)]
    assert primitives.polygon(np.zeros(0), np.zeros(0)).isEmpty()
