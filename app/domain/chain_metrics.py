"""What a chain says as a whole: its own future, volatility, expected move, put/call ratios, max pain.

Every number comes from one atomic chain. Where an ingredient is missing the answer is None: a settlement
is never taken for a trade, a prior session's volume never enters a sum, a one-sided quote has no middle.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain import black76
from app.domain.chain import Chain, ExpirySaidBy, Quote
from app.domain.contract import Right
from app.domain.units import DAY, Ns, Px, points

# How many two-sided pairs around the money decide the chain's own implied future.
_PARITY_PAIRS: Final = 7


class FutureFrom(Enum):
    PAGE = "page"
    FEED = "the same feed's own quotes"
    PARITY = "parity of the chain's own quotes"


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """The chain as columns, one row a strike (ascending); NaN where there is no number.

    `calls` and `puts` hold the quote of each strike or None. Volatility and greeks are on the mid.
    """

    strikes: NDArray[np.float64]
    calls: tuple[Quote | None, ...]
    puts: tuple[Quote | None, ...]
    call_vol: NDArray[np.float64]
    put_vol: NDArray[np.float64]
    call_greeks: black76.Greeks
    put_greeks: black76.Greeks
    at_the_money: int | None


@dataclass(frozen=True, slots=True)
class Totals:
    """Contracts of a chain, or of several added up; None where not a single row said a number."""

    call_volume: int | None = None
    put_volume: int | None = None
    call_interest: int | None = None
    put_interest: int | None = None

    @property
    def volume_ratio(self) -> float | None:
        return _over(self.put_volume, self.call_volume)

    @property
    def interest_ratio(self) -> float | None:
        return _over(self.put_interest, self.call_interest)

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(
            _plus(self.call_volume, other.call_volume),
            _plus(self.put_volume, other.put_volume),
            _plus(self.call_interest, other.call_interest),
            _plus(self.put_interest, other.put_interest),
        )


@dataclass(frozen=True, slots=True)
class Coverage:
    """Shares of the contracts listed; None without any. Volume is that of the running session, None where
    not a single row says it."""

    two_sided: float | None = None
    with_volume: float | None = None
    with_interest: float | None = None


@dataclass(frozen=True, slots=True)
class Strip:
    """The summary strip; points unless the name says otherwise."""

    future: float | None
    future_from: FutureFrom | None
    volume_ratio: float | None
    interest_ratio: float | None
    atm_vol: float | None
    straddle: float | None
    expected_move: float | None
    max_pain: float | None
    days: float | None
    totals: Totals = Totals()
    coverage: Coverage = Coverage()


def own_future(chain: Chain) -> tuple[float | None, FutureFrom | None]:
    """The chain's own future: the price its page or feed gave, else what its two-sided quotes imply."""
    if chain.underlying is not None and chain.underlying.price is not None:
        by_feed = chain.expiry_said_by is ExpirySaidBy.DEFINITION
        return points(chain.underlying.price), FutureFrom.FEED if by_feed else FutureFrom.PAGE
    implied = implied_future(chain)
    return implied, None if implied is None else FutureFrom.PARITY


def implied_future(chain: Chain) -> float | None:
    """Median of strike + call − put over the pairs nearest the money, where calls and puts cost alike."""
    mids: dict[Px, dict[Right, Px]] = {}
    for quote in chain.quotes:
        if quote.mid is not None:
            mids.setdefault(quote.contract.strike, {})[quote.contract.right] = quote.mid
    pairs = sorted(
        (abs(m[Right.CALL] - m[Right.PUT]), strike + m[Right.CALL] - m[Right.PUT])
        for strike, m in mids.items()
        if len(m) == 2
    )[:_PARITY_PAIRS]
    return float(np.median([points(Px(f)) for _, f in pairs])) if pairs else None


def years_left(expiration: Ns | None, now: Ns) -> float | None:
    if expiration is None or expiration <= now:
        return None
    return (expiration - now) / DAY / black76.DAYS_A_YEAR


def board(chain: Chain, expiration: Ns | None, now: Ns, rate: float) -> Board:
    by_strike: dict[Px, dict[Right, Quote]] = {}
    for quote in chain.quotes:
        by_strike.setdefault(quote.contract.strike, {})[quote.contract.right] = quote
    ordered = sorted(by_strike)
    strikes = np.array([points(k) for k in ordered], dtype=np.float64)
    calls = tuple(by_strike[k].get(Right.CALL) for k in ordered)
    puts = tuple(by_strike[k].get(Right.PUT) for k in ordered)
    future, _ = own_future(chain)
    years = years_left(expiration, now)
    sides = (calls, puts)
    (call_vol, call_greeks), (put_vol, put_greeks) = _vol_and_greeks(strikes, sides, future, years, rate)
    middle = int(np.argmin(np.abs(strikes - future))) if future is not None and len(strikes) else None
    return Board(strikes, calls, puts, call_vol, put_vol, call_greeks, put_greeks, middle)


def strip(chain: Chain, of: Board, expiration: Ns | None, now: Ns) -> Strip:
    future, said_by = own_future(chain)
    years = years_left(expiration, now)
    vol = _atm_vol(of, future)
    totals = Totals(
        _sum(_session_volume(q) for q in of.calls),
        _sum(_session_volume(q) for q in of.puts),
        _sum(_interest(q) for q in of.calls),
        _sum(_interest(q) for q in of.puts),
    )
    return Strip(
        future=future,
        future_from=said_by,
        volume_ratio=totals.volume_ratio,
        interest_ratio=totals.interest_ratio,
        atm_vol=vol,
        straddle=_straddle(of),
        expected_move=future * vol * float(np.sqrt(years)) if future and vol and years else None,
        max_pain=_max_pain(of),
        days=None if years is None else years * black76.DAYS_A_YEAR,
        totals=totals,
        coverage=_coverage(chain.quotes),
    )


def _vol_and_greeks(
    strikes: NDArray[np.float64],
    sides: tuple[tuple[Quote | None, ...], ...],
    future: float | None,
    years: float | None,
    rate: float,
) -> list[tuple[NDArray[np.float64], black76.Greeks]]:
    """Of calls and puts. Solved together: for columns this short the calls of numpy cost most."""
    mids = [np.nan if q is None or q.mid is None else points(q.mid) for side in sides for q in side]
    both, call = np.tile(strikes, 2), np.repeat((True, False), len(strikes))
    at, left = future or 0.0, years or 0.0
    vol = black76.implied_vol(at, both, left, rate, np.array(mids, dtype=np.float64), call)
    greeks = black76.greeks(at, both, left, rate, vol, call)
    return [
        (
            vol[half],
            black76.Greeks(greeks.delta[half], greeks.gamma[half], greeks.theta[half], greeks.vega[half]),
        )
        for half in (slice(None, len(strikes)), slice(len(strikes), None))
    ]


def _atm_vol(of: Board, future: float | None) -> float | None:
    """Mean of call and put volatility, linear in strike between the two strikes around the future."""
    if future is None:
        return None
    both = (of.call_vol + of.put_vol) / 2
    known = np.isfinite(both)
    strikes = of.strikes[known]
    if not len(strikes) or not strikes[0] <= future <= strikes[-1]:
        return None
    return float(np.interp(future, strikes, both[known]))


def _straddle(of: Board) -> float | None:
    if of.at_the_money is None:
        return None
    call, put = of.calls[of.at_the_money], of.puts[of.at_the_money]
    if call is None or put is None or call.mid is None or put.mid is None:
        return None
    return points(Px(call.mid + put.mid))


def _max_pain(of: Board) -> float | None:
    calls = np.array([_interest(q) or 0 for q in of.calls], dtype=np.float64)
    puts = np.array([_interest(q) or 0 for q in of.puts], dtype=np.float64)
    if not calls.any() and not puts.any():
        return None
    ends, strikes = of.strikes[:, None], of.strikes[None, :]
    pain = np.maximum(ends - strikes, 0) @ calls + np.maximum(strikes - ends, 0) @ puts
    return float(of.strikes[int(np.argmin(pain))])


def _session_volume(quote: Quote | None) -> int | None:
    return None if quote is None or quote.volume_is_prior_session else quote.volume


def _interest(quote: Quote | None) -> int | None:
    return None if quote is None else quote.open_interest


def _coverage(quotes: tuple[Quote, ...]) -> Coverage:
    if not quotes:
        return Coverage()
    volumes = [_session_volume(q) for q in quotes]
    return Coverage(
        sum(1 for q in quotes if q.bid is not None and q.ask is not None) / len(quotes),
        None if all(v is None for v in volumes) else sum(1 for v in volumes if v) / len(quotes),
        sum(1 for q in quotes if q.open_interest) / len(quotes),
    )


def _sum(numbers: Iterable[int | None]) -> int | None:
    said = [n for n in numbers if n is not None]
    return sum(said) if said else None


def _plus(one: int | None, other: int | None) -> int | None:
    return one if other is None else other + (one or 0)


def _over(above: int | None, below: int | None) -> float | None:
    """Finite or None: without a single number on either side, or nothing below, there is no ratio."""
    return above / below if above is not None and below else None
