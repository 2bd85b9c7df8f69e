"""One request to a source beside the chain: asked in its own worker, read, and kept as evidence."""

from collections.abc import Callable
from typing import Final

from app.domain.capture import Capture, Outcome
from app.domain.errors import BadPayload, SourceError, Unavailable
from app.domain.routing import SourceId
from app.domain.second_opinion import Opinion, ProxyChain
from app.domain.updates import CaptureStored
from app.engine.desk import Desk
from app.engine.poll_feed import Answered, PollFeed, Wanted
from app.engine.workers import DB

FETCH_LIMIT_S: Final = 90.0
_READ_LIMIT_S: Final = 15.0
_STORE_LIMIT_S: Final = 10.0
_CLOSE_LIMIT_S: Final = 1.0


class OpinionErrand:
    """Owns the feed of one source; a feed that hangs is left behind and a fresh one takes its place."""

    def __init__(self, desk: Desk, source: SourceId, make: Callable[[], PollFeed]) -> None:
        self._desk = desk
        self._source = source
        self._make = make
        self._feed: PollFeed | None = None

    @property
    def feed(self) -> PollFeed:
        if self._feed is None:
            self._feed = self._make()
        return self._feed

    async def fetch(self, wanted: Wanted) -> Answered:
        feed = self.feed
        try:
            return await self._desk.workers.run(
                f"ask {self._source} for {wanted.name}",
                lambda: feed.fetch(wanted.channel, wanted.name),
                FETCH_LIMIT_S,
                lane=self._source,
            )
        except TimeoutError:
            self._feed = None
            error: SourceError = Unavailable(f"No answer within {FETCH_LIMIT_S:.0f} s.")
        except SourceError as e:
            error = e
        return Answered(self._nothing(wanted, error), error)

    async def read(self, capture: Capture) -> Opinion:
        """Raises BadPayload."""
        feed = self.feed
        try:
            found = await self._desk.workers.run(
                f"read {self._source}", lambda: feed.parse(capture), _READ_LIMIT_S
            )
        except TimeoutError:
            raise BadPayload(f"Its answer could not be read within {_READ_LIMIT_S:.0f} s.") from None
        if isinstance(found, ProxyChain) and found.reasons:
            raise BadPayload(" ".join(found.reasons), capture_id=capture.id)
        return found

    async def read_kept(self, capture: Capture) -> Opinion | None:
        """None where it cannot be read any more."""
        try:
            return await self.read(capture)
        except BadPayload:
            return None

    async def keep(self, capture: Capture) -> None:
        store = self._desk.store
        line = await self._desk.workers.run(
            "keep capture", lambda: store.save_capture(capture), _STORE_LIMIT_S, DB
        )
        self._desk.outbox.put_state(CaptureStored(line))

    async def test(self) -> str:
        """Raises SourceError where the vendor refuses."""
        return await self._desk.workers.run(
            f"test {self._source}", self.feed.test, FETCH_LIMIT_S, lane=self._source
        )

    async def close(self) -> None:
        feed, self._feed = self._feed, None
        if feed is None:
            return
        try:
            await self._desk.workers.run(f"close {self._source}", feed.close, _CLOSE_LIMIT_S)
        except TimeoutError:
            return

    def _nothing(self, wanted: Wanted, error: SourceError) -> Capture:
        """Nothing came, which is evidence too."""
        now = self._desk.clock.now()
        return Capture(
            f"{now}-{self._source}-none", self._source, wanted.channel, wanted.name, "", now, None, "", {},
            b"", outcome=Outcome.FAILED, verdict=str(error),
        )  # fmt: skip
