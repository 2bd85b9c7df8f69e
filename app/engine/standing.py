"""How each source stands in the choice of a channel, over time: health without a break, ejections, scores."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from app.domain.health import Breaker, Freshness
from app.domain.routing import Channel, Fidelity, SourceId
from app.domain.units import SECOND, Ns
from app.engine.channel_watch import ChannelWatch
from app.engine.choice import Candidate, clearly_better, ineligible

_CALMS_AFTER: Final = 600 * SECOND
_LAST_TIER: Final = 1_000
_Key = tuple[SourceId, Channel]


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked of the sources of a channel. No tier means that it is not in the profile."""

    minimum: Fidelity | None
    tier: Callable[[SourceId], int | None]
    barred: Callable[[ChannelWatch], str]


class Standings:
    """Times are monotonic."""

    def __init__(self) -> None:
        self._eligible_since: dict[_Key, Ns] = {}
        self._better_since: dict[_Key, Ns] = {}
        self._calm_since: dict[_Key, Ns] = {}
        self._ejections: dict[_Key, int] = {}

    def candidate(self, watch: ChannelWatch, terms: Terms, now: Ns) -> Candidate:
        tier = terms.tier(watch.source)
        freshness = watch.freshness()
        watch.below_minimum = terms.minimum is not None and not watch.fidelity.reaches(terms.minimum)
        found = Candidate(
            watch.source,
            _LAST_TIER if tier is None else tier,
            watch.fidelity,
            watch.link,
            freshness,
            watch.breaker_state(),
            watch.excluded_now(),
            score=watch.score(freshness).value,
            barred="not in the profile" if tier is None else terms.barred(watch),
            draining=watch.draining,
        )
        watch.barred = ineligible(found, terms.minimum)
        key = watch.source, watch.channel
        on_trial = found.breaker is Breaker.HALF_OPEN
        if watch.barred or on_trial or freshness is Freshness.UNKNOWN:
            self._eligible_since.pop(key, None)
            self._calm_since.pop(key, None)
            return found
        self._calm(key, now)
        return replace(found, healthy_s=(now - self._eligible_since.setdefault(key, now)) / SECOND)

    def compared(
        self, candidates: tuple[Candidate, ...], holder: SourceId | None, channel: Channel, now: Ns
    ) -> tuple[Candidate, ...]:
        """With how long each has been clearly better than the holder."""
        held = next((c for c in candidates if c.source == holder), None)
        found = []
        for one in candidates:
            key = one.source, channel
            if held is None or one is held or not clearly_better(one.score, held.score):
                self._better_since.pop(key, None)
                found.append(one)
                continue
            since = self._better_since.setdefault(key, now)
            found.append(replace(one, better_s=(now - since) / SECOND))
        return tuple(found)

    def eject(self, source: SourceId, channel: Channel) -> None:
        key = source, channel
        self._ejections[key] = self._ejections.get(key, 0) + 1

    def left(self, source: SourceId, channel: Channel) -> None:
        """By the user's hand: it has to prove itself before it comes back."""
        self._eligible_since.pop((source, channel), None)

    def ejections(self, channel: Channel) -> Mapping[SourceId, int]:
        return {source: n for (source, of), n in self._ejections.items() if of is channel and n}

    def remember(self, channel: Channel, ejections: Mapping[SourceId, int]) -> None:
        for source, number in ejections.items():
            self._ejections[source, channel] = number

    def _calm(self, key: _Key, now: Ns) -> None:
        """One ejection is forgiven for every ten healthy minutes."""
        since = self._calm_since.setdefault(key, now)
        while self._ejections.get(key, 0) and now - since >= _CALMS_AFTER:
            self._ejections[key] -= 1
            since = self._calm_since[key] = Ns(since + _CALMS_AFTER)
