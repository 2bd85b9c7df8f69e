"""Work beside the GUI thread: a tall picture takes 130 to 210 ms to decode, an answer 100 ms to lay out."""

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage

from app.ui.panels.capture.heat import heat_of

THUMB_WIDTH: Final = 132
THUMB_HEIGHT: Final = 96
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """`whole` is None where the file could not be read; the thumbnail shows the page's top."""

    whole: QImage | None
    thumb: QImage | None


class Pictures:
    """One daemon thread that does what it is asked, in order."""

    def __init__(self) -> None:
        self._asked: queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def read(self, path: str) -> "Future[Picture]":
        """The file as an image, with its thumbnail."""
        return self.run(lambda: _picture(path))

    def run(self, work: Callable[[], _T]) -> "Future[_T]":
        """`work` must not raise."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="pictures", daemon=True)
            self._thread.start()
        answer: Future[_T] = Future()
        self._asked.put((work, answer))
        return answer

    def stop(self) -> None:
        if self._thread is not None:
            self._asked.put(None)
            self._thread.join(1.0)
            self._thread = None

    def _work(self) -> None:
        while (job := self._asked.get()) is not None:
            work, answer = job
            answer.set_result(work())


def _picture(path: str) -> Picture:
    whole = _opened(path)
    return Picture(None, None) if whole.isNull() else Picture(whole, _thumb(whole))


def _opened(path: str) -> QImage:
    """As the screen paints it fastest; on disk it has a byte a pixel."""
    return QImage(path).convertToFormat(QImage.Format.Format_RGB32)


def _thumb(whole: QImage) -> QImage:
    top = whole.copy(0, 0, whole.width(), min(whole.height(), whole.width() * THUMB_HEIGHT // THUMB_WIDTH))
    smooth = Qt.TransformationMode.SmoothTransformation
    return top.scaled(THUMB_WIDTH, THUMB_HEIGHT, Qt.AspectRatioMode.KeepAspectRatioByExpanding, smooth)


@dataclass(frozen=True, slots=True, eq=False)
class Pair:
    """The last good picture, this one, and where they differ; each empty where there is none."""

    before: QImage
    after: QImage
    heat: QImage


def pair(before: str | None, after: QImage, colour: str) -> Pair:
    """`after` is shared, not copied: a tall picture takes 30 MB. Without a path an empty one."""
    first = _opened(before) if before else QImage()
    return Pair(first, after, heat_of(first, after, colour))
