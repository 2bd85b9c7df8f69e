"""From how many contracts on a print is large: learnt in one session, used in the next, over restarts too."""

import json
from datetime import date
from typing import Final

from app.domain.contract import Future
from app.domain.large_prints import Basis, Threshold
from app.domain.routing import SourceId
from app.engine.desk import Desk
from app.engine.workers import DB

_LIMIT_S: Final = 10.0


class LargeFrom:
    """Of one source on one trading day; kept by contract, because numbers of instruments change."""

    def __init__(self, desk: Desk, source: SourceId, day: date) -> None:
        self._desk = desk
        self._day = day
        self._before = desk.market.calendar.previous_day(day)
        self._prefix = f"large-from/{source}/"
        self._prior: dict[str, Threshold] = {}
        self._kept: dict[str, Threshold] = {}
        self._is_loaded = False

    def prior(self, future: Future) -> Threshold | None:
        """What the session before this one taught, as far as it was seen."""
        return self._prior.get(future.raw)

    async def load(self) -> None:
        """Once; what older sessions taught is forgotten."""
        if self._is_loaded:
            return
        self._is_loaded = True
        run, store = self._desk.workers.run, self._desk.store
        found = await run("facts", lambda: store.remembered(self._prefix), _LIMIT_S, DB)
        for name, text in found.items():
            _, _, raw, day = name.split("/")
            threshold = _read(text)
            if day == self._before.isoformat() and threshold is not None:
                self._prior[raw] = threshold
            elif day < self._before.isoformat():
                self._remember(name, "")

    def keep(self, future: Future, session: Threshold) -> None:
        """What this session taught so far; a replay, which never asked, teaches nothing."""
        if not self._is_loaded or self._kept.get(future.raw) == session:
            return
        self._kept[future.raw] = session
        text = json.dumps({"size": session.size, "orders": session.orders})
        self._remember(f"{self._prefix}{future.raw}/{self._day.isoformat()}", text)

    def _remember(self, name: str, text: str) -> None:
        store, now = self._desk.store, self._desk.clock.now()
        self._desk.workers.post("facts", lambda: store.remember(name, text, now), DB)


def _read(text: str) -> Threshold | None:
    """A fact that cannot be read is none."""
    try:
        said = json.loads(text)
        return Threshold(int(said["size"]), Basis.PRIOR_SESSION, int(said["orders"]))
    except (ValueError, KeyError, TypeError):
        return None
