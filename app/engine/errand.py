"""One visit to a chain source: fetched in its own worker, kept as evidence first, then read and judged."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final, TypeVar

from app.domain.capture import Capture, CaptureLine, Outcome
from app.domain.chain import Chain, ChainPage
from app.domain.errors import BadPayload, ConfigError, SourceError, Unavailable
from app.domain.routing import Channel, SourceId
from app.domain.updates import CaptureStored
from app.engine.chain_reading import Question, Reading, read, read_chain, unread
from app.engine.desk import Desk
from app.engine.feeds import Allowance, ChainFeed, Fetched, Visiting
from app.engine.pictures import Pictures
from app.engine.ports import SiteCookie
from app.engine.workers import DB

_T = TypeVar("_T")
# The feed's own waits for its turn, two requests and one renewal, each with its timeout.
_FETCH_LIMIT_S: Final = 90.0
_READ_LIMIT_S: Final = 30.0
_STORE_LIMIT_S: Final = 10.0
_CLOSE_LIMIT_S: Final = 1.0
# It looks at all that is kept, which takes 20 ms when that is much, and removes fifty at once.
_THIN_EVERY: Final = 10


class Errand:
    """Owns the feed of one source; a feed that hangs is left behind and a fresh one takes its place."""

    def __init__(
        self, desk: Desk, source: SourceId, make: Callable[[], ChainFeed], pictures: Pictures
    ) -> None:
        self._desk = desk
        self._source = source
        self._make = make
        self._pictures = pictures
        self._feed: ChainFeed | None = None
        self.last_ms = 0.0
        self._kept = 0

    @property
    def feed(self) -> ChainFeed:
        if self._feed is None:
            self._feed = self._make()
        return self._feed

    async def page(self, series: str | None) -> tuple[Capture, ChainPage]:
        """What the source lists around a series; raises SourceError, its capture kept all the same."""
        fetched = await self._fetch(series or "", lambda feed: feed.fetch_page(series))
        capture = await self._evidence(fetched, "page")
        try:
            page = await self._read(lambda: self.feed.parse_page(capture))
        except SourceError as e:
            await self._keep(unread(capture, str(e), "parse"), None)
            raise
        await self._keep(_accepted(capture, f"{len(page.series_listed)} series listed"), page)
        return capture, page

    async def chain(self, series: str, question: Question, page: ChainPage | None) -> Reading:
        """A chain with its verdict, which may be bad; raises SourceError when there is none. With a `page`
        by the call that the page itself makes."""
        fetched = await self._fetch(series, lambda feed: feed.fetch_chain(series, page))
        capture = await self._evidence(fetched, "request")
        try:
            reading = await self.read(capture, question)
        except SourceError as e:
            await self._keep(unread(capture, str(e), "parse"), None)
            raise
        await self._keep(reading.capture, reading.chain)
        return reading

    async def table(self, shown: Capture, question: Question) -> Reading:
        """The rows that a page shows; the page is kept already."""
        chain = (await self.read_page(shown)).table
        if chain is None:
            raise BadPayload("The page shows no rows.", capture_id=shown.id)
        return await self.judged(chain, shown, question)

    async def judged(self, chain: Chain, capture: Capture, question: Question) -> Reading:
        """Of a chain that was read already."""
        calendar = self._desk.market.calendar
        return await self._read(lambda: read(chain, capture, question, calendar, 0.0))

    async def log_in(self) -> str:
        """Raises SourceError, or ConfigError where there is nothing to log in to."""
        feed = self._visiting()
        return await self._desk.workers.run(
            f"log in {self._source}", feed.log_in, _FETCH_LIMIT_S, lane=self._source
        )

    async def adopt(self, cookies: Sequence[SiteCookie]) -> None:
        feed = self._visiting()
        await self._desk.workers.run(
            f"adopt {self._source}", lambda: feed.adopt(cookies), _READ_LIMIT_S, lane=self._source
        )

    def _visiting(self) -> Visiting:
        feed = self.feed
        if not isinstance(feed, Visiting):
            raise ConfigError(f"{self._source} needs no login.")
        return feed

    def allowance(self) -> Allowance | None:
        """What its site may be asked now; None where it is no site that is visited."""
        feed = self._feed
        if feed is None or not isinstance(feed, Visiting):
            return None
        return feed.allowance()

    def wait_s(self) -> float:
        """How long it would wait for its turn."""
        allowed = self.allowance()
        return 0.0 if allowed is None else allowed.wait_s

    def page_wait_s(self) -> float:
        allowed = self.allowance()
        return 0.0 if allowed is None else allowed.page_wait_s

    async def read(self, capture: Capture, question: Question) -> Reading:
        """The same of a capture that is kept already."""
        calendar = self._desk.market.calendar
        return await self._read(lambda: read_chain(self.feed, capture, question, calendar))

    async def read_page(self, capture: Capture) -> ChainPage:
        return await self._read(lambda: self.feed.parse_page(capture))

    async def close(self) -> None:
        feed, self._feed = self._feed, None
        if feed is None:
            return
        try:
            await self._desk.workers.run(f"close {self._source}", feed.close, _CLOSE_LIMIT_S)
        except TimeoutError:
            return

    async def _fetch(self, key: str, ask: Callable[[ChainFeed], Fetched]) -> Fetched:
        feed, began = self.feed, time.perf_counter()
        try:
            return await self._desk.workers.run(
                f"fetch {self._source} {key}", lambda: ask(feed), _FETCH_LIMIT_S, lane=self._source
            )
        except TimeoutError:
            self._feed = None
            error = Unavailable(f"No answer within {_FETCH_LIMIT_S:.0f} s.")
            return Fetched(self._nothing(key, error), error)
        except SourceError as e:
            return Fetched(self._nothing(key, e), e)
        finally:
            self.last_ms = (time.perf_counter() - began) * 1_000

    async def _evidence(self, fetched: Fetched, step: str) -> Capture:
        """Kept before anybody looks into it; raises what the answer means."""
        error = fetched.error
        if error is None:
            await self._keep(fetched.capture, None)
            return fetched.capture
        done = fetched.capture
        if done.outcome is not Outcome.FAILED:
            done = unread(done, str(error), step)
        await self._keep(done, None)
        raise error if isinstance(error, SourceError) else BadPayload(str(error), detail=repr(error))

    async def _keep(self, capture: Capture, read: Chain | ChainPage | None) -> None:
        line = await self._desk.workers.run("keep capture", lambda: self._save(capture), _STORE_LIMIT_S, DB)
        self._desk.outbox.put_state(CaptureStored(line))
        if capture.outcome is not Outcome.PENDING:
            self._pictures.ask(capture, read)

    def _save(self, capture: Capture) -> CaptureLine:
        """In the store's lane; what has become too much goes at the same time."""
        line = self._desk.store.save_capture(capture)
        if self._kept % _THIN_EVERY == 0:
            settings = self._desk.settings()
            size, days = settings.capture_size, settings.capture_days
            self._desk.store.thin_captures(size, days, self._desk.clock.now())
        self._kept += 1
        return line

    async def _read(self, read: Callable[[], _T]) -> _T:
        try:
            return await self._desk.workers.run(f"read {self._source}", read, _READ_LIMIT_S)
        except TimeoutError:
            raise BadPayload(f"Its answer could not be read within {_READ_LIMIT_S:.0f} s.") from None

    def _nothing(self, key: str, error: SourceError) -> Capture:
        """Nothing came, which is evidence too."""
        now = self._desk.clock.now()
        return Capture(
            id=f"{now}-{self._source}-none",
            source=self._source,
            channel=Channel.OPT_CHAIN,
            key=key,
            url="",
            fetched=now,
            status=None,
            content_type="",
            headers={},
            body=b"",
            outcome=Outcome.FAILED,
            verdict=str(error),
        )


def _accepted(capture: Capture, verdict: str) -> Capture:
    return replace(capture, outcome=Outcome.ACCEPTED, verdict=verdict)
