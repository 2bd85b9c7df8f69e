"""The futures and the calendar spread that trade on a day, and how lively each is."""

from datetime import date
from typing import Final

from app.domain.contract import Future
from app.domain.symbols import front_future
from app.domain.units import FUTURE_TICK
from app.sim.flow import Lane
from app.sim.listing import SPREAD_TICK, expires_on, future_id, futures_listed, spread_id
from app.sim.spot import carry

# share of the market's trades: the front month, those after it, and the one that is about to expire
_FRONT: Final = 1.0
_LATER: Final = (0.02, 0.002, 0.001)
_EXPIRING: Final = 0.1
_SPREAD_SHARE: Final = 0.004


def lanes(day: date) -> tuple[Lane, ...]:
    """Futures in order of expiry, then the spread from the first to the second."""
    front = front_future(day)
    trading = [future for future in futures_listed(day) if expires_on(future) > day]
    before = [_outright(f, day, _EXPIRING) for f in trading if f < front]
    after = trading[len(before) + 1 :]
    outright = [*before, _outright(front, day, _FRONT)]
    outright += [_outright(f, day, share) for f, share in zip(after, _LATER, strict=False)]
    return (*outright, _spread(trading[0], trading[1], day))


def spread_symbol(near: Future, far: Future) -> str:
    return f"{near.raw}-{far.raw}"


def _outright(future: Future, day: date, share: float) -> Lane:
    lively = share == _FRONT
    return Lane(
        future.raw, future_id(future), FUTURE_TICK, carry(future, day), False, share,
        0.6 if lively else 0.02, 12.0 if lively else 1.0,
    )  # fmt: skip


def _spread(near: Future, far: Future, day: date) -> Lane:
    above = carry(far, day) - carry(near, day)
    return Lane(spread_symbol(near, far), spread_id(near), SPREAD_TICK, above, True, _SPREAD_SHARE, 0.5, 0.05)
