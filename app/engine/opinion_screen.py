"""What a request source beside the chain says, told to the screen: of now, of the cache, or the last good."""

from app.domain.chain_updates import Served
from app.domain.routing import SourceId
from app.domain.second_opinion import Opinion
from app.engine.desk import Desk
from app.engine.opinion_cache import OpinionCache
from app.engine.opinion_errand import OpinionErrand
from app.engine.opinion_turn import Turn, told


class OpinionScreen:
    def __init__(self, desk: Desk, source: SourceId, errand: OpinionErrand, kept: OpinionCache) -> None:
        self._desk = desk
        self._source = source
        self._errand = errand
        self._kept = kept

    def show(self, turn: Turn, opinion: Opinion, capture_id: str, served: Served) -> None:
        turn.on_screen, turn.capture_id = opinion, capture_id
        self._desk.health.of(self._source, turn.wanted.channel).fidelity = opinion.fidelity
        self._desk.outbox.put_state(told(opinion, capture_id, self._desk.clock.now(), served))

    async def show_kept(self, turn: Turn) -> None:
        """The last good answer, as what it is: nothing newer came."""
        opinion, capture_id = turn.on_screen, turn.capture_id
        if opinion is None and (kept := await self._kept.newest(turn.wanted)) is not None:
            opinion, capture_id = await self._errand.read_kept(kept), kept.id
        if opinion is not None:
            self._kept.of(turn.wanted).served_stale()
            self.show(turn, opinion, capture_id, Served.LAST_GOOD)
