"""The futures and the calendar spread that trade on a day, and how lively each is."""

from datetime import date
from typing import Final

from app.domain.contract import Future
from app.domain.units import FUTURE_TICK
from app.sim.flow import Lane
from app.sim.listing import SPREAD_TICK, future_id, futures_listed, spread_id
from app.sim.spot import carry

# share of the market's trades, of the front month first
_SHARES: Final = (1.0, 0.02, 0.002, 0.001)
_SPREAD_SHARE: Final = 0.004


def lanes(day: date) -> tuple[Lane, ...]:
    """Futures in order of expiry, then the spread from the first to the second."""
    futures = futures_listed(day)[: len(_SHARES)]
    outright = [_outright(f, day, share) for f, share in zip(futures, _SHARES, strict=True)]
    return (*outright, _spread(futures[0], futures[1], day))


def spread_symbol(near: Future, far: Future) -> str:
    return f"{near.raw}-{far.raw}"


def _outright(future: Future, day: date, share: float) -> Lane:
    lively = share == _SHARES[0]
    return Lane(
        future.raw, future_id(future), FUTURE_TICK, carry(future, day), False, share,
        0.6 if lively else 0.02, 12.0 if lively else 1.0,
    )  # fmt: skip


def _spread(near: Future, far: Future, day: date) -> Lane:
    above = carry(far, day) - carry(near, day)
    return Lane(spread_symbol(near, far), spread_id(near), SPREAD_TICK, above, True, _SPREAD_SHARE, 0.5, 0.05)
