"""The rules of choosing as they are written, nothing else: a source that flaps, a perfect one behind it.

Independent of the router on purpose: its own clock of whole seconds, its own count of ejections and locks.
"""

from collections.abc import Set
from dataclasses import dataclass, field
from typing import Final

_HEALTHY_S: Final = 60
_LONGEST_S: Final = 600
_FORGIVEN_AFTER_S: Final = 600
_WITHIN_S: Final = 600
_SWITCHES: Final = 4


@dataclass
class ByTheRules:
    """`limit_s` is the age from which a channel is stale; `forgives`: an ejection is taken back after ten
    healthy minutes."""

    limit_s: float
    forgives: bool = True
    switches: int = 0
    on_first: bool = True
    ejections: int = 0
    healthy_since: int | None = 0
    calm_since: int = 0
    switched: int = 0
    locked_until: int = 0
    lately: list[int] = field(default_factory=list)
    heard: int = 0

    def session(self, failing: Set[int], length: int) -> int:
        """Switches in so many seconds, of which the first source says nothing in those that fail."""
        for now in range(length):
            self._second(now, now in failing)
        return self.switches

    def _second(self, now: int, fails: bool) -> None:
        self.heard = self.heard if fails else now
        eligible = now - self.heard <= self.limit_s
        self._health(now, eligible)
        self.lately = [at for at in self.lately if at > now - _WITHIN_S]
        if len(self.lately) > _SWITCHES:
            self.lately, self.locked_until = [], now + _WITHIN_S
            if self.on_first:
                self._switch(now, first=False)
        if now < self.locked_until:
            return
        if self.on_first and not eligible:
            self.ejections += 1
            self._switch(now, first=False)
        elif not self.on_first and self.healthy_since is not None:
            wanted = min(_LONGEST_S, _HEALTHY_S * 2 ** max(0, self.ejections - 1))
            if now - self.healthy_since >= wanted and now - self.switched >= _HEALTHY_S:
                self._switch(now, first=True)

    def _health(self, now: int, eligible: bool) -> None:
        if not eligible:
            self.healthy_since = None
            return
        if self.healthy_since is None:
            self.healthy_since = self.calm_since = now
        if self.forgives and self.ejections and now - self.calm_since >= _FORGIVEN_AFTER_S:
            self.ejections -= 1
            self.calm_since += _FORGIVEN_AFTER_S

    def _switch(self, now: int, *, first: bool) -> None:
        self.on_first, self.switched = first, now
        self.switches += 1
        self.lately.append(now)
