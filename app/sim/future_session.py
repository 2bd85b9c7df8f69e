"""What a future has done in a session so far: first, highest, lowest and last trade, and volume."""

from datetime import date
from functools import lru_cache

from app.domain.units import Ns, Px
from app.sim.chain_truth import Traded
from app.sim.flow import CHUNK, Flow, FlowOfLanes, Lane
from app.sim.spot import Spot


class FutureSessions:
    def __init__(self, spot: Spot, flows: FlowOfLanes) -> None:
        self._spot = spot
        self._flows = flows
        # a chunk costs 3 ms to draw and nothing to remember
        self._chunk = lru_cache(maxsize=8_000)(self._of_chunk)

    def so_far(self, lane: Lane, day: date, until: int) -> Traded | None:
        """Of the trades before a moment; None when there was none."""
        path = self._spot.path(day)
        until = min(until, path.close)
        whole = until - until % CHUNK
        done: Traded | None = None
        for start in range(path.open, whole, CHUNK):
            done = _joined(done, self._chunk(lane, day, start))
        if until > max(whole, path.open):
            done = _joined(done, _traded(lane, self._flows.of(lane, day, Ns(whole)), until))
        return done

    def _of_chunk(self, lane: Lane, day: date, start: int) -> Traded | None:
        return _traded(lane, self._flows.of(lane, day, Ns(start)), start + CHUNK)


def _traded(lane: Lane, flow: Flow, until: int) -> Traded | None:
    rows = flow.trades & (flow.at < until)
    if not rows.any():
        return None
    price, size, at = flow.price[rows], flow.size[rows], flow.at[rows]
    first, high, low, last = (
        Px(int(ticks) * lane.tick) for ticks in (price[0], price.max(), price.min(), price[-1])
    )
    return Traded(first, high, low, last, int(size.sum()), Ns(int(at[-1])))


def _joined(before: Traded | None, after: Traded | None) -> Traded | None:
    if before is None or after is None:
        return before or after
    return Traded(
        before.open, max(before.high, after.high), min(before.low, after.low), after.last,
        before.volume + after.volume, after.last_at,
    )  # fmt: skip
