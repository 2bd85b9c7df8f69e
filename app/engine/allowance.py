"""What a visited site may be asked, as the screen is told it: moments to count down to, not seconds."""

from dataclasses import replace
from typing import Final

from app.domain.routing import SourceId
from app.domain.units import SECOND, Ns
from app.domain.updates import AllowanceChanged
from app.engine.desk import Desk
from app.engine.errand import Errand
from app.engine.feeds import Allowance

# A wait that is over before anybody could read it is none.
_SHORTEST_S: Final = 1.0
_SAME: Final = SECOND


class AllowanceTeller:
    """Tells the screen when something of it has changed."""

    def __init__(self, desk: Desk, source: SourceId, errand: Errand) -> None:
        self._desk = desk
        self._source = source
        self._errand = errand
        self._last: AllowanceChanged | None = None

    def tell(self) -> None:
        told = _told(self._source, self._errand.allowance(), self._desk.clock.now())
        if told is not None and not _is_same(told, self._last):
            self._last = told
            self._desk.outbox.put_state(told)


def _told(source: SourceId, allowed: Allowance | None, now: Ns) -> AllowanceChanged | None:
    if allowed is None:
        return None
    return AllowanceChanged(
        source=source,
        requests=allowed.requests,
        most_requests=allowed.most_requests,
        pages=allowed.pages,
        most_pages=allowed.most_pages,
        free_at=_at(now, allowed.wait_s),
        page_free_at=_at(now, allowed.page_wait_s),
        note=allowed.note,
    )


def _is_same(told: AllowanceChanged, before: AllowanceChanged | None) -> bool:
    """A moment that was worked out again a little later is still the same moment."""
    if before is None:
        return False
    plain = replace(told, free_at=before.free_at, page_free_at=before.page_free_at)
    return (
        plain == before
        and _near(told.free_at, before.free_at)
        and _near(told.page_free_at, before.page_free_at)
    )


def _at(now: Ns, wait_s: float) -> Ns | None:
    return Ns(now + int(wait_s * SECOND)) if wait_s >= _SHORTEST_S else None


def _near(one: Ns | None, other: Ns | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) < _SAME
