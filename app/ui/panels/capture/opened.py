"""A capture laid out for reading: its source in lines, the elements of a page, what changed in its text.

Made beside the GUI thread: a chain of 750 contracts has 30,000 lines and takes 70 ms.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from PySide6.QtGui import QImage

from app.domain.answer import AnswerKind
from app.domain.capture_diff import Difference
from app.domain.examination import Examination, Exhibit
from app.domain.html_tree import Element, Page, page_of
from app.domain.page_fields import elements_of, key_at
from app.domain.picture_layout import Places
from app.domain.provenance import CHAIN, Field
from app.domain.text_diff import text_difference
from app.ui.panels.capture.source_lines import Source, source_of


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    source: Source
    page: Page | None
    said: Mapping[str, Element] = field(default_factory=dict)
    changed_text: tuple[Difference, ...] | None = None

    def path_of(self, one: Field) -> str:
        """Where the source says a field."""
        element = self.said.get(one.key)
        return element.path if element is not None else one.locator

    def key_at(self, path: str, examination: Examination) -> str | None:
        """Which field a line of the source says."""
        if self.page is not None:
            return key_at(self.page, self.said, path)
        return examination.trace.find(path)

    def has(self, path: str) -> bool:
        return path in self.source.places


def opened(examination: Examination) -> Opened:
    this, before = examination.this, examination.before
    page = _page(this)
    changed = None
    if page is not None and before is not None and (old := _page(before)) is not None:
        changed = text_difference(old, page)
    said = {} if page is None else elements_of(page, examination.trace.fields(CHAIN))
    return Opened(source_of(this.answer, this.capture.body, page), page, said, changed)


def places_on(places: Places, image: QImage) -> Places:
    """As the picture itself says that it was laid out."""
    try:
        boxes = json.loads(image.text("boxes") or "{}")
        return places.as_drawn(image.text("shape"), boxes)
    except (ValueError, TypeError, AttributeError):
        return places.as_drawn("unreadable", {})


def _page(one: Exhibit) -> Page | None:
    return page_of(one.capture.body) if one.answer.kind is AnswerKind.PAGE else None
