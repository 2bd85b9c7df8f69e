"""Which element of a page says which field, both ways, where several fields share one selector."""

from collections.abc import Mapping, Sequence
from typing import Final

from app.domain.errors import ConfigError
from app.domain.html_tree import Element, Page
from app.domain.provenance import Field
from app.domain.selectors import found_by

_LOOKED_INTO: Final = 12


def elements_of(page: Page, fields: Sequence[Field]) -> Mapping[str, Element]:
    """By the field's key: of those its selector finds, the one that has its value, else the next free."""
    said: dict[str, Element] = {}
    taken: dict[str, list[Element]] = {}
    for field in fields:
        if field.locator not in taken:
            taken[field.locator] = list(_found(page, field.locator))
    waiting = list(fields)
    for field in tuple(waiting):
        free = taken[field.locator]
        match = next((one for one in free if field.value and _says(page, one, field.value)), None)
        if match is not None:
            said[field.key] = match
            waiting.remove(field)
            if len(free) > 1:
                free.remove(match)
    for field in waiting:
        free = taken[field.locator]
        if free:
            said[field.key] = free.pop(0) if len(free) > 1 else free[0]
    return said


def key_at(page: Page, said: Mapping[str, Element], path: str) -> str | None:
    """The field said by the element with this path, or by the nearest around it."""
    by_number: dict[int, str] = {}
    for key, element in said.items():
        by_number.setdefault(element.number, key)
    here: int | None = next((one.number for one in page.elements if one.path == path), None)
    while here is not None:
        if here in by_number:
            return by_number[here]
        here = page.elements[here].parent
    return None


def _found(page: Page, locator: str) -> tuple[Element, ...]:
    try:
        return found_by(page, locator)
    except ConfigError:
        return ()


def _says(page: Page, element: Element, value: str) -> bool:
    """In its own text, in that of the elements right inside it, or in what it carries."""
    inside = page.elements[element.number : element.number + _LOOKED_INTO]
    texts = [one.text for one in inside if element.number in (one.number, one.parent)]
    text = " ".join((*texts, *element.attributes.values()))
    return value in text or value.replace(",", "") in text
