"""Paths into a stored JSON answer, tried on it: members, places in lists, any place, rows by their symbol."""

import re
from collections import deque
from collections.abc import Iterator
from typing import Any, Final

from app.domain.errors import ConfigError
from app.domain.json_tree import written

# More than anybody looks at; a path that finds more is too wide anyway, and says so.
MOST: Final = 5_000
_STEP: Final = re.compile(
    r"""\.\.(?P<deep>[\w-]+)
      |\.(?P<name>[\w-]+|\*)
      |\[(?P<at>\d+)\]
      |\[(?P<any>\*?)\]
      |\[(?P<key>[\w-]+)=(?P<value>[^\]]+)\]""",
    re.X,
)
_LONGEST: Final = 400
Place = tuple[str, Any]


def found_at(document: Any, path: str) -> tuple[Place, ...]:
    """(exact path, value) of each place that it leads to. Raises ConfigError where it is not understood."""
    places: list[Place] = [("$", document)]
    for step in _steps(path):
        found = (place for one in places for place in _taken(one, step))
        places = [place for _, place in zip(range(MOST), found, strict=False)]
    return tuple(places)


def _steps(path: str) -> list[re.Match[str]]:
    if not path.startswith("$") or len(path) > _LONGEST:
        raise ConfigError("Write a path such as $.data.Call[0].bidPrice, with [] for any place in a list.")
    steps, at = [], 1
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None:
            raise ConfigError(f"“{path[at:]}” in the path is not understood.")
        steps.append(step)
        at = step.end()
    return steps


def _taken(place: Place, step: re.Match[str]) -> Iterator[Place]:
    path, value = place
    if step["deep"]:
        if isinstance(value, dict | list):
            yield from _below(path, value, step["deep"])
    elif step["name"] is not None:
        yield from _members(path, value, step["name"])
    elif isinstance(value, list):
        for number, member in enumerate(value):
            if _wanted(number, member, step):
                yield f"{path}[{number}]", member


def _members(path: str, value: Any, name: str) -> Iterator[Place]:
    if isinstance(value, dict):
        for key, member in value.items():
            if name in ("*", key):
                yield f"{path}.{key}", member


def _wanted(number: int, member: Any, step: re.Match[str]) -> bool:
    if step["at"] is not None:
        return number == int(step["at"])
    if step["key"] is not None:
        return isinstance(member, dict) and written(member.get(step["key"])) == step["value"]
    return True


def _below(path: str, value: Any, name: str) -> Iterator[Place]:
    """Level by level; only what can hold something is looked into."""
    waiting = deque([(path, value)])
    while waiting:
        here, one = waiting.popleft()
        inner = one.items() if isinstance(one, dict) else enumerate(one)
        is_list = isinstance(one, list)
        for key, member in inner:
            if key == name:
                yield f"{here}.{key}", member
            if member and isinstance(member, dict | list):
                waiting.append((f"{here}[{key}]" if is_list else f"{here}.{key}", member))
