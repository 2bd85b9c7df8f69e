"""What the feeds of one source stand on together: a thing made by the first that asks, such as a login."""

import threading
from collections.abc import Callable
from typing import TypeVar, cast

_T = TypeVar("_T")


class Ground:
    """From any thread. There is one for each source and run."""

    def __init__(self) -> None:
        self._made: object | None = None
        self._guard = threading.Lock()

    def get(self, make: Callable[[], _T]) -> _T:
        with self._guard:
            if self._made is None:
                self._made = make()
            return cast(_T, self._made)


def keep_in_mind(name: str, make: Callable[[], str]) -> str:
    """Where nothing can be kept: made anew each time."""
    return make()
