"""Massive's answers as captures: pages joined into one, the key in the header, calls spaced by plan."""

import threading
from collections.abc import Callable, Mapping
from datetime import date
from itertools import count
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from app.domain.capture import Capture, Outcome, Step
from app.domain.errors import BadPayload, MissingKey, SourceError, Unavailable
from app.domain.routing import Channel
from app.domain.second_opinion import Opinion
from app.domain.symbols import front_future
from app.domain.units import Ns, moment
from app.engine.feeds import SourceContext
from app.engine.poll_feed import Answered, Wanted
from app.engine.ports import Reply
from app.sources.massive import KEY
from app.sources.massive.pace import Pace
from app.sources.massive.parse import expiry_goes_on, read
from app.sources.massive.replies import error_of, lacks_key, words_of

_JSON: Final = "application/json"
_CHAIN_EVERY_S: Final = 60.0
_BARS_EVERY_S: Final = 60.0
_BARS: Final = 60
# a chain of one expiry has two; more than this is not waited for at five calls a minute
_MOST_PAGES: Final = 6
_PAGE: Final = 250


class MassiveFeed:
    """A `PollFeed`. `wait(seconds)` waits for the pace and returns True when the feed is closing."""

    def __init__(self, context: SourceContext, wait: Callable[[float], bool] | None = None) -> None:
        self._context = context
        self._base = context.addresses["massive"].rstrip("/")
        self._http = context.http.session(context.id)
        self._closing = threading.Event()
        self._wait = wait or self._closing.wait
        self._pace = Pace(context.clock, lambda: context.settings().massive_per_minute)
        self._in_query = False
        self._numbers = count(1)

    def wanted(self, day: date) -> tuple[Wanted, ...]:
        settings, front = self._context.settings(), front_future(day).raw
        proxies = settings.massive_proxies.split(" and ")
        return (
            Wanted(Channel.NQ_QUOTES, front, settings.massive_interval),
            Wanted(Channel.BARS, front, max(_BARS_EVERY_S, settings.massive_interval)),
            *(Wanted(Channel.PROXY_CHAIN, name, max(_CHAIN_EVERY_S, settings.massive_interval))
              for name in proxies if name != "none"),
        )  # fmt: skip

    def wait_s(self) -> float:
        return self._pace.wait_s()

    def fetch(self, channel: Channel, name: str) -> Answered:
        path, params = self._question(channel, name)
        steps: list[Step] = []
        pages: list[Reply] = []
        error: SourceError | None = None
        try:
            error = self._pages(path, params, pages, steps, one=channel is not Channel.PROXY_CHAIN)
        except SourceError as e:
            error = e
        capture = self._capture(channel, name, pages, tuple(steps), error)
        if isinstance(error, BadPayload):
            error.capture_id = capture.id
        return Answered(capture, error)

    def parse(self, capture: Capture) -> Opinion:
        return read(capture, self._context.calendar)

    def test(self) -> str:
        """With the contract reference, which every plan includes."""
        if self._wait(self._pace.wait_s()):
            raise Unavailable("The feed is being closed.")
        reply = self._ask("/v3/reference/options/contracts", {"underlying_ticker": "NDX", "limit": "1"})
        error = error_of(reply, self._pace.refused)
        if error is not None:
            raise error
        self._pace.answered()
        return "Massive accepted the key."

    def close(self) -> None:
        self._closing.set()
        self._http.close()

    def _question(self, channel: Channel, name: str) -> tuple[str, Mapping[str, str]]:
        if channel is Channel.NQ_QUOTES:
            return "/futures/v1/snapshot", {"product_code": "NQ", "ticker": name}
        if channel is Channel.BARS:
            bars = {"resolution": "1min", "limit": str(_BARS), "sort": "window_start.desc"}
            return f"/futures/v1/aggs/{name}", bars
        if channel is not Channel.PROXY_CHAIN:
            raise BadPayload(f"Massive has nothing for {channel.value}.")
        underlying, _, day = name.partition(":")
        today = self._context.calendar.last_session_day(self._context.clock.now()).isoformat()
        which = {"expiration_date": day} if day else {"expiration_date.gte": today}
        order = {"sort": "expiration_date", "order": "asc", "limit": str(_PAGE)}
        return f"/v3/snapshot/options/{underlying}", {**which, **order}

    def _pages(
        self, path: str, params: Mapping[str, str], pages: list[Reply], steps: list[Step], *, one: bool
    ) -> SourceError | None:
        """Until the nearest expiry is whole. One page that fails makes all fail: half a chain is none."""
        while True:
            if self._closing.is_set() or self._wait(self._pace.wait_s()):
                raise Unavailable("The feed is being closed.")
            reply = self._ask(path, params)
            pages.append(reply)
            error = error_of(reply, self._pace.refused)
            steps.append(Step("request", round(reply.ms, 3), error is None, words_of(reply) if error else ""))
            if error is not None:
                return error
            self._pace.answered()
            following = None if one else expiry_goes_on([page.body for page in pages])
            if following is None or len(pages) == _MOST_PAGES:
                return None
            # the address of the next page comes without the key, and perhaps with an older name of the host
            there = urlsplit(following)
            path, params = there.path, dict(parse_qsl(there.query))

    def _ask(self, path: str, params: Mapping[str, str]) -> Reply:
        key = self._context.secret(KEY.name)
        if not key:
            raise MissingKey("Massive needs an API key.")
        self._context.redactor.learn(key)
        if not self._in_query:
            self._pace.asked()
            reply = self._http.get(self._base + path, params=params, bearer=key)
            if not lacks_key(reply):
                return reply
        self._pace.asked()
        reply = self._http.get(self._base + path, params={**params, "apiKey": key})
        self._in_query = reply.status == 200
        return reply

    def _capture(
        self,
        channel: Channel,
        name: str,
        pages: list[Reply],
        steps: tuple[Step, ...],
        error: SourceError | None,
    ) -> Capture:
        now = self._context.clock.now()
        last = pages[-1] if pages else None
        bodies = [self._context.redactor.body(page.body, page.content_type) for page in pages]
        return Capture(
            id=self._name(name, now),
            source=self._context.id,
            channel=channel,
            key=name,
            url=pages[0].url if pages else "",
            fetched=now,
            status=last.status if last else None,
            content_type=last.content_type if last else _JSON,
            headers=dict(last.headers) if last else {},
            request_headers=dict(last.sent) if last else {},
            body=bodies[0] if len(bodies) == 1 else b"[" + b",\n".join(bodies) + b"]" if bodies else b"",
            steps=steps,
            outcome=Outcome.FAILED if error else Outcome.PENDING,
            verdict=str(error) if error else "",
        )

    def _name(self, name: str, now: Ns) -> str:
        """In order of time, readable, unique, and a file name everywhere."""
        plain = "".join(c for c in name if c.isascii() and c.isalnum())
        return f"{moment(now):%Y%m%dT%H%M%S%f}Z-{self._context.id}-{plain}-{next(self._numbers)}"
