"""Texts that are laid out once."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from app.ui.application import make_application
from app.ui.theme import font
from app.ui.widgets.laid_text import LaidText

ROOM = QRect(10, 5, 90, 21)


def drawn(laid: LaidText, words: str, *, right: bool) -> QImage:
    picture = QImage(110, 30, QImage.Format.Format_RGB32)
    picture.fill(QColor("#000000"))
    painter = QPainter(picture)
    painter.setPen(QColor("#ffffff"))
    laid.draw(painter, ROOM, words, "plain", right=right)
    painter.end()
    return picture


def inked_columns(picture: QImage) -> list[int]:
    black = QColor("#000000").rgb()
    rows = range(picture.height())
    return [x for x in range(picture.width()) if any(picture.pixel(x, y) != black for y in rows)]


def test_a_text_looks_the_same_each_time_it_is_drawn(qtbot: QtBot) -> None:
    make_application([])
    laid = LaidText({"plain": font()})
    first, *others = [drawn(laid, "21,000.25", right=True) for _ in range(4)]
    assert all(other == first for other in others)


def test_it_ends_at_the_right_and_begins_at_the_left_edge_of_its_room(qtbot: QtBot) -> None:
    make_application([])
    laid = LaidText({"plain": font()})
    left, right = (inked_columns(drawn(laid, "21,000.25", right=side)) for side in (False, True))
    assert left[0] in range(ROOM.left(), ROOM.left() + 3)
    assert right[-1] in range(ROOM.right() - 2, ROOM.right() + 1)


def test_what_is_too_wide_is_cut_and_stays_in_its_room(qtbot: QtBot) -> None:
    make_application([])
    laid = LaidText({"plain": font()})
    ink = inked_columns(drawn(laid, "a text that is far too long for so little room", right=False))
    assert ink[0] >= ROOM.left()
    assert ink[-1] <= ROOM.right()
