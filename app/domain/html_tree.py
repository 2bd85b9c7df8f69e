"""A stored page as a tree of elements and as lines that can be folded and pointed at.

Read from the bytes as they came, without any script: what a selector finds here is what the parser saw. A
page may be broken in any way; it still gives a tree.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final

from app.domain.json_tree import MOST_LINES, SourceLine

_VOID: Final = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_PIECE: Final = 200
_LONGEST_TAG: Final = 2_000
_SHORT_TEXT: Final = 120
# Deeper than any page is meant to be; broken ones nest without end.
_DEEPEST: Final = 200


@dataclass(slots=True)
class Element:
    """`path` leads to it from the nearest element with an id; `text` is its own, without its children's."""

    number: int
    tag: str
    attributes: Mapping[str, str]
    parent: int | None
    path: str
    line: int
    text: str = ""
    nth: int = 1

    @property
    def classes(self) -> tuple[str, ...]:
        return tuple(self.attributes.get("class", "").split())


@dataclass(slots=True, eq=False)
class Page:
    elements: tuple[Element, ...]
    lines: tuple[SourceLine, ...]
    _by_line: dict[int, int] = field(default_factory=dict)

    def at_line(self, line: int) -> Element | None:
        """The element that begins on a line, or the last one that began before it."""
        if not self._by_line:
            self._by_line = {one.line: one.number for one in self.elements}
        while line >= 0:
            if line in self._by_line:
                return self.elements[self._by_line[line]]
            line -= 1
        return None


def page_of(body: bytes) -> Page:
    reader = _Reader()
    reader.feed(body.decode("utf-8", errors="replace"))
    reader.close()
    return reader.finish()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._elements: list[Element] = []
        self._lines: list[SourceLine] = []
        self._open: list[Element] = []
        self._counted: list[dict[str, int]] = [{}]

    def finish(self) -> Page:
        while self._open:
            self._close(self._open.pop(), shown=False)
        return Page(tuple(self._elements), tuple(self._lines))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if len(self._lines) >= MOST_LINES:
            return
        attributes = {name: value or "" for name, value in attrs}
        counted = self._counted[-1]
        nth = counted[tag] = counted.get(tag, 0) + 1
        parent = self._open[-1] if self._open else None
        number = len(self._elements)
        own = f"{tag}#{attributes['id']}" if attributes.get("id") else f"{tag}:nth-of-type({nth})"
        path = own if parent is None or "#" in own else f"{parent.path} > {own}"
        element = Element(
            number, tag, attributes, parent.number if parent else None, path, len(self._lines), nth=nth
        )
        self._elements.append(element)
        self._line((self.get_starttag_text() or f"<{tag}>")[:_LONGEST_TAG], path)
        if tag not in _VOID and len(self._open) < _DEEPEST:
            self._open.append(element)
            self._counted.append({})

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if self._open and self._open[-1].number == len(self._elements) - 1:
            self._counted.pop()
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not any(one.tag == tag for one in self._open):
            return
        while self._open:
            element = self._open.pop()
            self._counted.pop()
            self._close(element, shown=element.tag == tag)
            if element.tag == tag:
                return

    def handle_data(self, data: str) -> None:
        text = data.strip()
        if not text or len(self._lines) >= MOST_LINES:
            return
        if self._open:
            self._open[-1].text = f"{self._open[-1].text} {text}".strip()
        path = self._open[-1].path if self._open else ""
        for piece in text.splitlines():
            for at in range(0, len(piece), _PIECE):
                self._line(piece[at : at + _PIECE].strip(), path)

    def _line(self, text: str, path: str) -> None:
        number = len(self._lines)
        self._lines.append(SourceLine(len(self._open), " ".join(text.split()), path, number))

    def _close(self, element: Element, *, shown: bool) -> None:
        """Its end tag on a line of its own; a short text stays on the line of its element."""
        begun, number = element.line, len(self._lines)
        end = f"</{element.tag}>" if shown else ""
        inside = self._lines[begun + 1 :]
        if not inside or (
            len(inside) == 1 and inside[0].path == element.path and len(inside[0].text) < _SHORT_TEXT
        ):
            text = self._lines[begun].text + (inside[0].text if inside else "") + end
            del self._lines[begun + 1 :]
            self._lines[begun] = self._lines[begun]._replace(text=text)
            return
        self._lines[begun] = self._lines[begun]._replace(last=number if shown else number - 1)
        if shown:
            self._lines.append(SourceLine(element_depth(self._lines, begun), end, element.path, number))


def element_depth(lines: list[SourceLine], begun: int) -> int:
    return lines[begun].depth


def visible_text(page: Page) -> tuple[str, ...]:
    """What a reader of the page could read, a line an element; scripts and styles are none of it."""
    unseen = ("script", "style", "template", "noscript", "head", "title")
    return tuple(one.text for one in page.elements if one.text and one.tag not in unseen)
