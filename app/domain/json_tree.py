"""A stored answer as lines that can be folded and pointed at: what the viewer shows as its source.

JSON is laid out one member a line, each with its path; anything else keeps its own lines. Numbers stay as
they were written.
"""

import json
from codecs import BOM_UTF8
from json.encoder import encode_basestring as _quoted
from typing import Any, Final, NamedTuple

# A chain of 700 contracts has 27,000 lines; beyond this nobody reads, and memory counts.
MOST_LINES: Final = 200_000
_LONGEST: Final = 200


class Verbatim(str):
    """A number exactly as the answer wrote it."""

    __slots__ = ()


class SourceLine(NamedTuple):
    """`last` is the number of the line that ends the block begun here; its own number where none begins."""

    depth: int
    text: str
    path: str
    last: int


def document_of(body: bytes) -> Any:
    """ValueError when it is no JSON, is cut off, or is nested beyond reason."""
    try:
        return json.loads(body.removeprefix(BOM_UTF8), parse_float=Verbatim, parse_int=Verbatim)
    except RecursionError as e:
        raise ValueError("nested too deeply") from e


def lines_of(document: Any) -> tuple[SourceLine, ...]:
    lines: list[SourceLine] = []
    try:
        _member(lines, 0, "", "$", document)
    except RecursionError:
        return (SourceLine(0, "nested too deeply to be shown", "$", 0),)
    return tuple(lines)


def lines_of_text(body: bytes) -> tuple[SourceLine, ...]:
    """Lines as they came, long ones cut into pieces; scripts and styles can be folded."""
    lines: list[SourceLine] = []
    begun: int | None = None
    for line in body.decode("utf-8", errors="replace").splitlines():
        for at in range(0, max(1, len(line)), _LONGEST):
            number, text = len(lines), line[at : at + _LONGEST].rstrip()
            if number >= MOST_LINES:
                return tuple(lines)
            opens, closes = _block_marks(text)
            lines.append(SourceLine(0 if begun is None else 1, text, "", number))
            if begun is None and opens and not closes:
                begun = number
            elif begun is not None and closes:
                lines[begun] = lines[begun]._replace(last=number)
                begun = None
    return tuple(lines)


def kind_of(value: Any) -> str:
    """JSON's own word for what a value is."""
    if isinstance(value, Verbatim):
        return "number"
    if isinstance(value, str):
        return "text"
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "yes/no"
    return "object" if isinstance(value, dict) else "list" if isinstance(value, list) else "number"


def written(value: Any) -> str | None:
    """As the answer wrote it, without the quotes of a text; None where it wrote nothing."""
    if value is None:
        return None
    return str(value) if isinstance(value, str) else json.dumps(value)


def _member(lines: list[SourceLine], depth: int, name: str, path: str, value: Any) -> None:
    number = len(lines)
    if number >= MOST_LINES:
        return
    if isinstance(value, dict) and value:
        lines.append(SourceLine(depth, f"{name}{{", path, number))
        for key, member in value.items():
            _member(lines, depth + 1, f'"{key}": ', f"{path}.{key}", member)
        _end(lines, depth, "}", path, number)
    elif isinstance(value, list) and value:
        lines.append(SourceLine(depth, f"{name}[", path, number))
        for at, member in enumerate(value):
            _member(lines, depth + 1, "", f"{path}[{at}]", member)
        _end(lines, depth, "]", path, number)
    else:
        lines.append(SourceLine(depth, name + _leaf(value), path, number))


def _leaf(value: Any) -> str:
    if isinstance(value, Verbatim):
        return value
    return _quoted(value) if isinstance(value, str) else json.dumps(value)


def _end(lines: list[SourceLine], depth: int, mark: str, path: str, began: int) -> None:
    number = len(lines)
    lines.append(SourceLine(depth, mark, path, number))
    lines[began] = lines[began]._replace(last=number)


def _block_marks(text: str) -> tuple[bool, bool]:
    low = text.lower()
    opens = "<script" in low or "<style" in low
    return opens, "</script" in low or "</style" in low
