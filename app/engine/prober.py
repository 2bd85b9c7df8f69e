"""Tries every ten seconds whether the simulated sources listen, so that a killed one shows within fifteen.

Real vendors are never probed: their streams have heartbeats, and their pages are read seldom on purpose.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from app.domain.routing import SourceId
from app.engine.desk import Desk
from app.engine.plugging import Plugged
from app.engine.ports import Probe

_EVERY_S: Final = 10.0
_LIMIT_S: Final = 3.0
_DOWN_AFTER: Final = 3


@dataclass(frozen=True, slots=True)
class Probed:
    """`silent` hears that nobody listens, `answers` that somebody does (again)."""

    source: SourceId
    addresses: tuple[str, ...]
    silent: Callable[[str, int], None]
    answers: Callable[[], None]


class Prober:
    """`silent` hears how often in a row nobody answered: one miss proves little, the third is an outage."""

    def __init__(self, desk: Desk, probe: Probe, probed: tuple[Probed, ...]) -> None:
        self._desk = desk
        self._probe = probe
        self._probed = probed
        self._misses: dict[SourceId, int] = {}

    async def run(self) -> None:
        while True:
            await asyncio.sleep(_EVERY_S)
            if self._desk.market.state.is_open:
                await self.round()

    async def round(self) -> None:
        for one in self._probed:
            reached = [await self._reached(address) for address in one.addresses]
            if any(reached):
                self._misses[one.source] = 0
                one.answers()
            else:
                self._misses[one.source] = self._misses.get(one.source, 0) + 1
                one.silent("Nobody listens at its address.", self._misses[one.source])

    async def _reached(self, address: str) -> bool:
        try:
            return await self._desk.workers.run("probe", lambda: self._probe(address), _LIMIT_S)
        except TimeoutError:
            return False


def probed(sources: Iterable[Plugged]) -> tuple[Probed, ...]:
    return tuple(
        Probed(one.spec.id, one.addresses, _silent(one), _answers(one))
        for one in sources
        if one.simulated and (one.streamer or one.poller or one.opinions)
    )


def _silent(one: Plugged) -> Callable[[str, int], None]:
    """A stream notices by itself; a page that is read once a minute does not."""

    def silent(sentence: str, misses: int) -> None:
        if one.poller is not None and (one.poller.is_up or (one.poller.waits and misses >= _DOWN_AFTER)):
            one.poller.unreachable(sentence, down=misses >= _DOWN_AFTER)

    return silent


def _answers(one: Plugged) -> Callable[[], None]:
    def answers() -> None:
        if one.poller is not None and one.poller.waits:
            one.poller.retry()
        if one.opinions is not None and one.opinions.waits:
            one.opinions.retry()
        if one.streamer is not None:
            one.streamer.retry_lost()

    return answers
