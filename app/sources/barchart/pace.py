"""How often Barchart may be asked. Whoever asks slowly is not blocked.

A short wait is waited for; a long one is refused at once with its length, so that the screen can count down.
"""

from collections import deque
from collections.abc import Callable
from typing import Final

from app.domain.errors import RateLimited
from app.domain.settings import Settings
from app.domain.units import MINUTE, SECOND, Ns
from app.engine.ports import Clock

# The site counts page views and limits visitors to few; answers of its data call are not counted.
PAGES: Final = 4
_PAGES_WITHIN: Final = Ns(10 * MINUTE)
_LONGEST_WAIT: Final = 10.0
_FIRST_BACK_OFF: Final = 8.0
_LONGEST_BACK_OFF: Final = 120.0


class Pace:
    """`wait(seconds)` returns True when the feed is closing."""

    def __init__(self, clock: Clock, settings: Callable[[], Settings], wait: Callable[[float], bool]) -> None:
        self._clock = clock
        self._settings = settings
        self._wait = wait
        self._requests: deque[Ns] = deque(maxlen=60)
        self._pages: deque[Ns] = deque(maxlen=PAGES)
        self._not_before = Ns(0)
        self._refusals = 0

    def counted(self) -> tuple[int, int]:
        """Requests of the last minute and page views of the last ten; from any thread."""
        now = self._clock.monotonic()
        recent = sum(at > now - MINUTE for at in tuple(self._requests))
        return recent, sum(at > now - _PAGES_WITHIN for at in tuple(self._pages))

    def waits(self) -> tuple[float, float]:
        """Seconds until a request may go out, and a page view; from any thread."""
        request = self._request_wait()
        return request, max(request, self._page_wait())

    def before_request(self, *, is_page: bool) -> float:
        """Waits for its turn and returns the seconds waited. Raises RateLimited instead of a long wait."""
        page_wait = self._page_wait() if is_page else 0.0
        left = max(self._request_wait(), page_wait)
        if left > _LONGEST_WAIT:
            what = "page views" if left == page_wait else "requests"
            raise RateLimited(
                f"No more {what} to Barchart for {left:.0f} s, to stay welcome there.", retry_after=left
            )
        if left > 0 and self._wait(left):
            raise RateLimited("The source is closing.", retry_after=left)
        now = self._clock.monotonic()
        self._requests.append(now)
        if is_page:
            self._pages.append(now)
        return max(0.0, left)

    def refused(self, retry_after: float | None) -> float:
        """The site said 429: how long to leave it alone, by its own word or doubling from 8 s to 120 s."""
        doubled = min(_LONGEST_BACK_OFF, _FIRST_BACK_OFF * 2**self._refusals)
        self._refusals += 1
        wait = doubled if retry_after is None else retry_after
        self._not_before = Ns(self._clock.monotonic() + round(wait * SECOND))
        return wait

    def answered(self) -> None:
        self._refusals = 0

    def _request_wait(self) -> float:
        return max(0, self._not_before - self._clock.monotonic(), *self._bucket_waits()) / SECOND

    def _bucket_waits(self) -> list[int]:
        settings, now = self._settings(), self._clock.monotonic()
        waits = []
        if self._requests:
            waits.append(self._requests[-1] + round(settings.barchart_spacing * SECOND) - now)
        if len(self._requests) >= settings.barchart_per_minute:
            waits.append(self._requests[-settings.barchart_per_minute] + MINUTE - now)
        return waits

    def _page_wait(self) -> float:
        if len(self._pages) < PAGES:
            return 0.0
        return max(0, self._pages[0] + _PAGES_WITHIN - self._clock.monotonic()) / SECOND
