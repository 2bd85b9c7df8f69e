"""Massive's ranges, sorting and pages: `next_url` carries a cursor and never the key."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

_OPERATORS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "": lambda a, b: bool(a == b),
    ".gt": lambda a, b: bool(a > b),
    ".gte": lambda a, b: bool(a >= b),
    ".lt": lambda a, b: bool(a < b),
    ".lte": lambda a, b: bool(a <= b),
}


class BadQueryError(ValueError):
    """A parameter that cannot be understood; the service says 400."""


def asked_for(query: Mapping[str, str]) -> dict[str, str]:
    """The query of the first page: a later page has it in its cursor."""
    if "cursor" not in query:
        return {name: value for name, value in query.items() if name != "apiKey"}
    try:
        said = json.loads(base64.urlsafe_b64decode(query["cursor"]))
    except ValueError as unreadable:
        raise BadQueryError("the cursor is not one of ours") from unreadable
    return {str(name): str(value) for name, value in said.items()}


def within(query: Mapping[str, str], name: str, convert: Callable[[str], Any]) -> Callable[[Any], bool]:
    """A test of one value against `name`, `name.gte` and so on."""
    try:
        bounds = [
            (test, convert(query[name + end])) for end, test in _OPERATORS.items() if name + end in query
        ]
    except ValueError as unreadable:
        raise BadQueryError(f"{name} cannot be read") from unreadable
    return lambda value: all(test(value, bound) for test, bound in bounds)


def page(
    rows: Sequence[Any], query: Mapping[str, str], *, usual: int, most: int
) -> tuple[Sequence[Any], str | None]:
    """The rows of this page, and the cursor of the next one if there is any."""
    try:
        limit, start = int(query.get("limit", usual)), int(query.get("_from", "0"))
    except ValueError as unreadable:
        raise BadQueryError("limit cannot be read") from unreadable
    if not 1 <= limit <= most:
        raise BadQueryError(f"limit must be between 1 and {most}")
    end = start + limit
    if end >= len(rows):
        return rows[start:], None
    following = {**query, "_from": str(end)}
    return rows[start:end], base64.urlsafe_b64encode(json.dumps(following).encode()).decode()
