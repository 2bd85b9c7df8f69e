"""Which future is charted when one month ends and the next begins: told in time, changed by the user.

Every future keeps sums of its own, so nothing is ever spliced: to follow another one is to look at another
series. Volumes of each session are remembered, because the crossing shows over two of them.
"""

import json
import logging
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from app.domain.contract import Future
from app.domain.errors import ConfigError
from app.domain.roll import ANNOUNCED_DAYS, RollPair, SessionVolume, has_crossed, is_due, pair, usual_choice
from app.domain.settings import Settings
from app.domain.updates import Notice, RollChanged
from app.engine.audit import AUTO, USER, Audit
from app.engine.market import Market
from app.engine.outbox import Outbox
from app.engine.ports import Clock, Store
from app.engine.workers import DB, Workers

_log = logging.getLogger(__name__)
_LIMIT_S: Final = 10.0
_CHARTED: Final = "roll/charted"
_VOLUME: Final = "roll/volume/"
_AUTOMATIC: Final = "at session open"
_KEPT: Final = timedelta(days=14)


class Roll:
    def __init__(
        self,
        clock: Clock,
        settings: Callable[[], Settings],
        market: Market,
        outbox: Outbox,
        audit: Audit,
        store: Store,
        workers: Workers,
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._market = market
        self._outbox = outbox
        self._audit = audit
        self._store = store
        self._workers = workers
        self._chosen: Future | None = None
        self._sessions: dict[date, dict[str, int]] = {}
        self._kept: dict[str, str] = {}
        self._told: RollChanged | None = None

    @property
    def pair(self) -> RollPair:
        return pair(self._market.day)

    @property
    def charted(self) -> Future:
        """The user's choice, as long as it is one of the two it can be."""
        chosen = self._chosen
        return chosen if chosen in self.pair.both else usual_choice(self._market.day)

    async def load(self) -> None:
        kept = await self._workers.run("facts", lambda: self._store.remembered("roll/"), _LIMIT_S, DB)
        self._kept = dict(kept)
        self._chosen = _future(kept.get(_CHARTED, ""))
        for name, value in kept.items():
            if name.startswith(_VOLUME):
                day, volumes = date.fromisoformat(name.removeprefix(_VOLUME)), _volumes(value)
                self._sessions[day] = {**volumes, **self._sessions.get(day, {})}
        self._move_on()

    async def follow(self, future: Future) -> str:
        """The user confirms. A sentence on what is charted now."""
        if future not in self.pair.both:
            first, second = self.pair.both
            raise ConfigError(f"{future.code} cannot be charted now; {first.code} or {second.code} can.")
        if future == self.charted:
            return f"{future.code} is charted already."
        self._choose(future, USER, "the user's word")
        return f"{future.code} is charted now; its CVD and profile are its own since the session's open."

    def seen(self, volumes: Mapping[Future, int]) -> None:
        """What each future has traded in the running session so far; of a session seen twice the larger."""
        known = self._sessions.setdefault(self._market.day, {})
        for future, volume in volumes.items():
            known[future.code] = max(volume, known.get(future.code, 0))
        self.tell()

    def keep(self) -> None:
        """Writes down the session's volumes; now and then, and when it is over."""
        for day, volumes in self._sessions.items():
            self._keep(f"{_VOLUME}{day.isoformat()}", json.dumps(volumes, sort_keys=True))
        for name in [n for n in self._kept if n.startswith(_VOLUME) and self._is_old(n)]:
            self._sessions.pop(date.fromisoformat(name.removeprefix(_VOLUME)), None)
            self._keep(name, "")

    def new_day(self) -> None:
        """A session opens: the time to move on by itself, if that is wanted."""
        self.keep()
        self._move_on()

    def tell(self) -> None:
        two, today = self.pair, self._market.day
        volume = self._sessions.get(today, {})
        front, following = (volume.get(one.code, 0) for one in two.both)
        whole = front + following
        days, charted, due = (two.hint - today).days, self.charted, self._is_due()
        now = RollChanged(
            front=two.front,
            following=two.following,
            front_share=round(front / whole, 2) if whole else None,
            following_share=round(1 - round(front / whole, 2), 2) if whole else None,
            days_left=days,
            due=due,
            charted=charted,
            announced=charted == two.front and (due or days <= ANNOUNCED_DAYS),
        )
        if now != self._told:
            self._told = now
            self._outbox.put_state(now)

    def _move_on(self) -> None:
        two, charted = self.pair, self.charted
        if charted == two.front and self._is_due() and self._settings().chart_roll == _AUTOMATIC:
            why = "volume on two sessions" if self._has_crossed() else "the calendar"
            self._choose(two.following, AUTO, why)
            sentence = f"From this session on {two.following.code} is charted, by {why}."
            self._outbox.put_state(Notice(self._clock.now(), "INFO", sentence, "roll"))
        self._stay()
        self.tell()

    def _stay(self) -> None:
        """Once charted it stays, until somebody says otherwise: that is what asking means."""
        self._chosen = self.charted
        self._keep(_CHARTED, _text(self._chosen))

    def _choose(self, future: Future, actor: str, why: str) -> None:
        self._audit.note(actor, "roll", self.charted.code, future.code, why)
        _log.info("charted is %s instead of %s: %s", future.code, self.charted.code, why)
        self._chosen = future
        self._keep(_CHARTED, _text(future))
        self.tell()

    def _has_crossed(self) -> bool:
        return has_crossed(self._compared(), self._market.day)

    def _is_due(self) -> bool:
        return is_due(self.pair, self._compared(), self._market.day)

    def _compared(self) -> list[SessionVolume]:
        """Sessions in which both were seen."""
        front, following = (one.code for one in self.pair.both)
        return [
            SessionVolume(day, volumes[front], volumes[following])
            for day, volumes in self._sessions.items()
            if front in volumes and following in volumes
        ]

    def _is_old(self, name: str) -> bool:
        return date.fromisoformat(name.removeprefix(_VOLUME)) < self._market.day - _KEPT

    def _keep(self, name: str, value: str) -> None:
        if self._kept.get(name, "") == value:
            return
        self._kept[name] = value
        if not value:
            del self._kept[name]
        at = self._clock.now()
        self._workers.post("facts", lambda: self._store.remember(name, value, at), DB)


def _text(future: Future) -> str:
    return f"{future.year}-{future.month:02d}"


def _future(text: str) -> Future | None:
    """As it was written down; anything else is no choice."""
    year, _, month = text.partition("-")
    return Future(int(year), int(month)) if year.isdigit() and month.isdigit() else None


def _volumes(value: str) -> dict[str, int]:
    try:
        found: Any = json.loads(value)
    except ValueError:
        return {}
    return {str(k): int(v) for k, v in found.items()} if isinstance(found, dict) else {}
