"""One source's part in what sources of a tier share, and what its plan lets it ask, in words."""

from collections.abc import Callable, Sequence
from typing import Final

from app.domain.routing import Channel
from app.domain.units import SECOND, Ns
from app.engine.desk import Desk
from app.engine.opinion_turn import Turn
from app.engine.poll_feed import Wanted
from app.engine.sharing import Asker, Sharing

_MINUTE_S: Final = 60.0
# so many requests make one answer
_PAGES: Final = {Channel.PROXY_CHAIN: 2}


class SharePart:
    """Alone until it `joins`. `every_s` says how often something is asked for by whomever."""

    def __init__(self, desk: Desk, asker: Asker, every_s: Callable[[Wanted], float]) -> None:
        self._desk = desk
        self._asker = asker
        self._every_s = every_s
        self._sharing: Sharing | None = None

    def joins(self, sharing: Sharing) -> None:
        self._sharing = sharing

    def leaves(self, turn: Turn) -> bool:
        """Another source is asked instead; what somebody waits for here is asked here."""
        if self._sharing is None or turn.asked:
            return False
        ruling = self._sharing.rule(self._asker.source, turn.wanted, self._every_s(turn.wanted))
        if ruling.mine:
            return False
        turn.due = Ns(self._desk.clock.monotonic() + int(ruling.wait_s * SECOND))
        turn.looked_up = ruling.done_by is None
        return True

    def expected_s(self, one: Wanted, beside: Sequence[Wanted]) -> float:
        """How often this source is asked for it: as its part, and as often as its plan allows for all that
        is wanted of it. Else a small plan would look stale for being asked as seldom as it has to be."""
        source, every = self._asker.source, self._every_s(one)
        most = self._desk.pace(source, "per_minute", 0.0)
        calls = sum(_MINUTE_S * _PAGES.get(other.channel, 1) / self._every_s(other) for other in beside)
        crowd = max(1.0, calls / most) if most else 1.0
        return crowd * (every if self._sharing is None else self._sharing.expected_s(source, one, every))

    def over(self, turn: Turn, *, ok: bool) -> None:
        if self._sharing is not None:
            self._sharing.answered(self._asker.source, turn.wanted, ok=ok)

    @property
    def quota(self) -> str:
        """What may still be asked, and what is shared; empty where there is neither limit nor sharing."""
        source, channel = self._asker.source, self._asker.channels[0]
        most, found = self._desk.pace(source, "per_minute", 0.0), list[str]()
        if most:
            used_up = self._desk.health.of(source, channel).excluded_for_s()
            wait = self._asker.wait_s
            found.append(
                f"quota used up: {most:g} calls a minute, again in {used_up:.0f} s"
                if used_up is not None
                else f"{most:g} calls a minute{f', the next in {wait:.0f} s' if wait >= 1 else ''}"
            )
        if self._sharing is not None and (shared := self._sharing.words(source)):
            found.append(shared)
        return "; ".join(found)
