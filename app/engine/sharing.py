"""Shares among the request sources of one tier what they would else all be asked for.

Each request of a round goes to one of them, within its own limit, and is given to another when it comes to
nothing. Who is not well is left to its own slow trying; whatever a user asks for is asked of whom he names.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Protocol

from app.domain.health import Breaker, Link
from app.domain.routing import Channel, SourceId
from app.domain.units import SECOND
from app.engine.audit import AUTO
from app.engine.balance import Balance, Dispatch, Member
from app.engine.channel_watch import ChannelWatch
from app.engine.desk import Desk
from app.engine.poll_feed import Wanted

# without a limit of its own a source is asked no more often than this
_PER_MINUTE: Final = 60.0
_LONGEST_WAIT_S: Final = 60.0
# longer than the slowest answer that is waited for
_GIVEN_UP_S: Final = 100.0
_LOOK_AGAIN_S: Final = 1.0
# how much rarer than alone a source is ever expected to be asked
_RAREST: Final = 10.0
_ABLE: Final = (Link.UP, Link.CONNECTING)
_TRUSTED: Final = (Breaker.CLOSED, Breaker.METRICS_ONLY)
_Key = tuple[Channel, str]


class Asker(Protocol):
    """What asks one source. `wait_s`: until the vendor may be asked again."""

    @property
    def source(self) -> SourceId: ...
    @property
    def channels(self) -> tuple[Channel, ...]: ...
    @property
    def wait_s(self) -> float: ...
    def asks_for(self, channel: Channel, name: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Ruling:
    """Whether the request is this source's now; else when to look again, and whether another has done it."""

    mine: bool
    wait_s: float = 0.0
    done_by: SourceId | None = None


@dataclass(slots=True)
class _Round:
    """One request, from when it fell due until it was answered. `tried` came to nothing in it."""

    number: int
    source: SourceId | None
    since: float
    tried: set[SourceId] = field(default_factory=set)


MINE: Final = Ruling(mine=True)


class Sharing:
    """Times are monotonic seconds."""

    def __init__(self, desk: Desk, askers: Iterable[Asker]) -> None:
        self._desk = desk
        self._askers = tuple(askers)
        self._balances: dict[Channel, Balance] = {}
        self._rounds: dict[_Key, _Round] = {}
        self._answered: dict[_Key, tuple[float, SourceId]] = {}
        self._told: dict[_Key, tuple[SourceId, ...]] = {}
        self._well_since: dict[tuple[SourceId, Channel], float] = {}
        self._asked: Counter[tuple[SourceId, Channel]] = Counter()

    def rule(self, source: SourceId, wanted: Wanted, every_s: float) -> Ruling:
        """Asked each time that something is due at a source."""
        key, now = (wanted.channel, wanted.name), self._now()
        members = self._members(source, wanted)
        self._tell(key, tuple(sorted(member.source for member in members)))
        if len(members) < 2:
            self._rounds.pop(key, None)
            return MINE
        if source not in {member.source for member in members}:
            return MINE
        last = self._answered.get(key)
        if last is not None and now < last[0] + every_s and key not in self._rounds:
            mine = last[1] == source
            return Ruling(mine=False, wait_s=last[0] + every_s - now, done_by=None if mine else last[1])
        given = self._given(key, members, now)
        if given == source:
            return MINE
        return Ruling(mine=False, wait_s=_LOOK_AGAIN_S)

    def answered(self, source: SourceId, wanted: Wanted, *, ok: bool) -> None:
        """What came to nothing is given to another; what all have failed at waits for its next turn."""
        key = wanted.channel, wanted.name
        one = self._rounds.get(key)
        if one is None or one.source != source:
            return
        if ok:
            del self._rounds[key]
            self._answered[key] = self._now(), source
            return
        one.tried.add(source)
        one.source = None
        self._desk.audit.note(
            AUTO, wanted.channel.value, source, "another", f"{wanted.name} was not answered"
        )

    def expected_s(self, source: SourceId, wanted: Wanted, every_s: float) -> float:
        """How often a source is asked for it, as its part of the requests."""
        members = self._members(source, wanted)
        own = next((member.weight for member in members if member.source == source), 0.0)
        if len(members) < 2 or not own:
            return every_s
        return every_s * min(_RAREST, sum(member.weight for member in members) / own)

    def words(self, source: SourceId) -> str:
        """Empty where it shares nothing."""
        found = []
        for (channel, _), members in self._told.items():
            if source in members:
                others = ", ".join(self._desk.health.title(one) for one in members if one != source)
                share = f"{self._asked[source, channel]} of {self._balances[channel].dispatched}"
                found.append(f"{channel.value} shared with {others}: {share} requests")
        return "; ".join(found)

    def _given(self, key: _Key, members: tuple[Member, ...], now: float) -> SourceId | None:
        """Who has the round; a new one begins where there is none. None while it waits for room."""
        one, balance = self._rounds.get(key), self._balance(key[0], members, now)
        self._settle(balance.advance(members, now))
        if one is not None and one.source is not None:
            lost = one.source not in {member.source for member in members}
            if not lost and now - one.since < _GIVEN_UP_S:
                return one.source
            one.tried.add(one.source)
            one.source = None
        if one is not None and one.number in balance.waiting:
            return None
        tried = set() if one is None else one.tried
        able = tuple(member for member in members if member.source not in tried)
        if one is not None and not able:
            # all have failed at it: it is due again at its next turn
            del self._rounds[key]
            return None
        dispatch = balance.ask(able or members, now)
        if dispatch.reason:
            self._rounds.pop(key, None)
            return None
        self._rounds[key] = _Round(dispatch.number, None, now, tried)
        self._settle((dispatch,))
        return self._rounds[key].source

    def _settle(self, dispatches: Iterable[Dispatch]) -> None:
        for dispatch in dispatches:
            for key, one in tuple(self._rounds.items()):
                if one.number == dispatch.number and dispatch.reason:
                    del self._rounds[key]
                    self._desk.audit.note(AUTO, key[0].value, "waiting", "given up", dispatch.reason)
                elif one.number == dispatch.number and dispatch.source is not None:
                    one.source, one.since = dispatch.source, self._now()
                    self._asked[dispatch.source, key[0]] += 1

    def _balance(self, channel: Channel, members: tuple[Member, ...], now: float) -> Balance:
        balance = self._balances.setdefault(channel, Balance(_LONGEST_WAIT_S))
        for member in members:
            limit = self._desk.pace(member.source, "per_minute", _PER_MINUTE)
            balance.limit(member.source, limit, now)
        return balance

    def _members(self, source: SourceId, wanted: Wanted) -> tuple[Member, ...]:
        """Of the tier of this source those that are well and want the same."""
        channel, profile = wanted.channel, self._desk.profiles.current
        tier = profile.tier(source, channel)
        if tier is None or self._desk.router.route(channel).pin is not None:
            return ()
        askers = [
            one
            for one in self._askers
            if one.asks_for(channel, wanted.name) and profile.tier(one.source, channel) == tier
        ]
        return tuple(member for one in askers if (member := self._member(one, channel)) is not None)

    def _member(self, asker: Asker, channel: Channel) -> Member | None:
        watch, key = self._desk.health.of(asker.source, channel), (asker.source, channel)
        if not _is_well(watch) or asker.wait_s > _LONGEST_WAIT_S:
            self._well_since.pop(key, None)
            return None
        since = self._well_since.setdefault(key, self._now() if watch.errors else float("-inf"))
        score = watch.score()
        # that it is old for want of being asked says nothing against it
        value = None if score.gate else score.value
        return Member(asker.source, 1.0, value, self._now() - since)

    def _tell(self, key: _Key, members: tuple[SourceId, ...]) -> None:
        now, before = members if len(members) > 1 else (), self._told.get(key, ())
        if now == before:
            return
        self._told[key] = now
        self._desk.audit.note(AUTO, f"{key[0].value}/{key[1]}", _shared(before), _shared(now), "one tier")

    def _now(self) -> float:
        return self._desk.clock.monotonic() / SECOND


def _shared(members: tuple[SourceId, ...]) -> str:
    return f"shared by {', '.join(members)}" if members else "each for itself"


def _is_well(watch: ChannelWatch) -> bool:
    trusted = watch.breaker_state() in _TRUSTED and not watch.excluded_now()
    return trusted and watch.link in _ABLE and not watch.draining
