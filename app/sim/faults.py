"""Misbehaviour on command: a fault is set for a source and a route, and waits there until it is taken.

Every simulator asks `take` where its real vendor could fail. Routes are the simulator's own words
("connect", "stream", "chain" …); the route "*" catches whatever the source does next.
"""

import threading
from dataclasses import dataclass, replace
from enum import StrEnum

ANY_ROUTE = "*"


class FaultKind(StrEnum):
    """What goes wrong. The first group is for any server, then HTTP answers, then streams."""

    REFUSE = "refuse"  # the port does not answer / the connection is closed without a word
    FIN = "fin"  # a clean end in mid-conversation
    RST = "rst"  # the connection is torn down
    DELAY = "delay"  # the answer comes `seconds` late
    SILENCE = "silence"  # the connection stays open and nothing is sent any more
    GARBAGE = "garbage"  # bytes that mean nothing

    UNAUTHORIZED = "401"
    FORBIDDEN = "403"
    NOT_FOUND = "404"
    TIMED_OUT = "408"
    LOGIN_EXPIRED = "419"
    UNPROCESSABLE = "422"
    LOCKED = "423"
    RATE_LIMITED = "429"
    SERVER_ERROR = "500"
    BAD_GATEWAY = "502"
    UNAVAILABLE = "503"
    GATEWAY_TIMEOUT = "504"
    HALF_BODY = "half_body"
    HTML = "html"  # a page where data was asked for
    EMPTY = "empty"  # a good answer without a single row
    EXPIRE_LOGIN = "expire_login"
    SLOW_BODY = "slow_body"  # a good answer that takes `seconds` to arrive
    TRUNCATED = "truncated"  # whole by its headers, cut in the middle by its content
    BLOCK_PAGE = "block_page"  # a "are you human" page, status 200
    LEGACY_PAGE = "legacy_page"  # the site as it was, with a table in it

    ALL_NA = "all_na"  # every quote, volume and open interest is missing
    CROSSED = "crossed"  # a bid above its ask
    STRAY_STRIKE = "stray_strike"  # a strike that no ladder has
    WRONG_SERIES = "wrong_series"  # another series than the one asked for
    FROZEN = "frozen"  # trade times stop moving
    DRIFT = "drift"  # a field or an element has been renamed

    TIME_PENALTY = "time_penalty"  # wait and come again with the ticket
    CAPTCHA = "captcha"  # only a person may go on
    INACCESSIBLE = "inaccessible"  # the symbol is not for this login

    MUTE = "mute"  # data stops while heartbeats go on
    SKIP = "skip"  # records of every kind are left out for `seconds`, and the vendor says so
    HALF_RECORD = "half_record"  # a record is cut in the middle, then a clean end
    BAD_LENGTH = "bad_length"  # a header that contradicts itself
    OUT_OF_ORDER = "out_of_order"  # times run backwards for a moment
    CLOCK_SKEW = "clock_skew"  # the sender's clock is `seconds` off
    SLOW_READER = "slow_reader"  # the vendor complains that we read too slowly
    AUTH_FAILED = "auth_failed"
    KEY_DEACTIVATED = "key_deactivated"
    CONNECTION_LIMIT = "connection_limit"
    SYMBOL_RESOLUTION = "symbol_resolution"
    INVALID_SUBSCRIPTION = "invalid_subscription"
    INTERNAL_ERROR = "internal_error"
    SKIPPED_RECORDS = "skipped_records"  # the same with quotes only, as for a slow reader
    REPLAY_AGED_OUT = "replay_aged_out"
    NO_ENTITLEMENT = "no_entitlement"


@dataclass(frozen=True, slots=True)
class Fault:
    """`times` None lasts until cleared; `seconds` is how long it lasts, where that has a meaning."""

    source: str
    route: str
    kind: FaultKind
    times: int | None = 1
    seconds: float | None = None

    def strikes(self, source: str, route: str) -> bool:
        return self.source == source and self.route in (route, ANY_ROUTE)


class Faults:
    """All faults that wait to happen, oldest first. Thread-safe."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def set(
        self, source: str, route: str, kind: str, times: int | None = 1, seconds: float | None = None
    ) -> Fault:
        """ValueError for a kind that nobody could produce, or a count or duration without a meaning."""
        if times is not None and times < 1:
            raise ValueError(f"a fault happens at least once, not {times} times")
        if seconds is not None and not 0 <= seconds < 1e6:
            raise ValueError(f"a fault cannot last {seconds} seconds")
        fault = Fault(source, route, FaultKind(kind), times, seconds)
        with self._lock:
            self._waiting.append(fault)
        return fault

    def take(self, source: str, route: str) -> Fault | None:
        """The oldest fault that strikes here, counted as having happened once."""
        with self._lock:
            for index, fault in enumerate(self._waiting):
                if fault.strikes(source, route):
                    self._count(index, fault)
                    return fault
        return None

    def active(self) -> tuple[Fault, ...]:
        """What still waits, with the times that are left."""
        with self._lock:
            return tuple(self._waiting)

    def clear(self, source: str | None = None) -> None:
        """Forgets the faults of one source, or all."""
        with self._lock:
            self._waiting = [f for f in self._waiting if source is not None and f.source != source]

    def _count(self, index: int, fault: Fault) -> None:
        if fault.times is None:
            return
        if fault.times == 1:
            del self._waiting[index]
        else:
            self._waiting[index] = replace(fault, times=fault.times - 1)
