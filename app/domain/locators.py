"""Ways to point at a place of a stored answer, each tried on it: suggestions for a person, never applied."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from app.domain.answer import Answer, general
from app.domain.errors import ConfigError
from app.domain.html_tree import Element, Page
from app.domain.json_paths import found_at
from app.domain.json_tree import written
from app.domain.selectors import found_by

_SHOWN: Final = 200
_LONGEST: Final = 80
_SUGGESTED: Final = 5
# Names less alike than this are no suggestion.
LIKE_ENOUGH: Final = 0.40


@dataclass(frozen=True, slots=True)
class Match:
    """A place that a locator leads to, and what stands there."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A locator tried on the stored answer; `problem` says what cannot be understood of it."""

    locator: str
    count: int
    matches: tuple[Match, ...]
    about: str = ""
    problem: str = ""


def tried(answer: Answer, page: Page | None, locator: str, about: str = "") -> Trial:
    """A CSS selector on a page, else a path into the answer."""
    try:
        if page is not None:
            elements = found_by(page, locator)
            matches = tuple(Match(one.path, _cut(one.text or _attributes(one))) for one in elements[:_SHOWN])
            return Trial(locator, len(elements), matches, about)
        places = found_at(answer.document, locator)
    except ConfigError as e:
        return Trial(locator, 0, (), about, str(e))
    shown = tuple(Match(path, _cut(_told(value))) for path, value in places[:_SHOWN])
    return Trial(locator, len(places), shown, about)


def candidates(answer: Answer, page: Page | None, place: str) -> tuple[Trial, ...]:
    """For a place, as the source names it: the exact one first, then wider ones."""
    if page is not None:
        element = next((one for one in page.elements if one.path == place), None)
        named = () if element is None else tuple(_of_element(element))
    else:
        named = tuple(_of_path(answer, place))
    seen = dict.fromkeys(named)
    return tuple(tried(answer, page, locator, about) for locator, about in seen)


def alike(answer: Answer, place: str, before: Answer | None = None) -> tuple[Trial, ...]:
    """For a place that is no longer there: names beside it that are like its own, those new there first."""
    parent, _, name = general(place).rpartition(".")
    known = [path for path in answer.paths if path.rpartition(".")[0] == parent and path != general(place)]
    rated = []
    for path in known:
        share = SequenceMatcher(None, name, path.rpartition(".")[2]).ratio()
        if share >= LIKE_ENOUGH:
            rated.append((before is not None and path not in before.paths, share, path))
    return tuple(
        tried(answer, None, path, f"{'new, ' if is_new else ''}{share:.0%} like “{name}”")
        for is_new, share, path in sorted(rated, reverse=True)[:_SUGGESTED]
    )


def _of_path(answer: Answer, place: str) -> Iterator[tuple[str, str]]:
    yield place, "exactly this place"
    row = next((r for r in answer.rows if place.startswith(f"{r.path}.")), None)
    tail = place.rpartition(".")[2]
    if row is not None:
        table = row.path.rpartition("[")[0]
        yield f"{table}[symbol={row.symbol}]{place[len(row.path) :]}", "by the name of its contract"
    yield general(place), "this member of every row"
    if tail and "[" not in tail and tail != "$":
        yield f"$..{tail}", "this name anywhere"


def _of_element(element: Element) -> Iterator[tuple[str, str]]:
    if element.attributes.get("id"):
        yield f"#{element.attributes['id']}", "by its id"
    for name in element.attributes:
        if name.startswith("data-"):
            yield f"{element.tag}[{name}]", "by what it carries"
    for name in element.classes:
        yield f"{element.tag}.{name}", "by its class"
    yield element.path, "by its place"
    yield element.tag, "its kind anywhere"


def _attributes(element: Element) -> str:
    return " ".join(f'{name}="{value}"' for name, value in element.attributes.items())


def _told(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{{len(value)} members}}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{len(value)} in a list]"
    text = written(value)
    return "null" if text is None else text


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
