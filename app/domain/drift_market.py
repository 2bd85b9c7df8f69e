"""Whether the prices of an answer can be a market's: series, spreads, future, parity, volatility, time."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from app.domain.black76 import HIGHEST_VOL, implied_vol
from app.domain.chain import Chain, Quote
from app.domain.chain_metrics import implied_future, years_left
from app.domain.contract import Right
from app.domain.finding import Check, Finding, Witness, named
from app.domain.market_state import MarketState
from app.domain.quality import ends, moved
from app.domain.units import MINUTE, Ns, Px, points

_CROSSED_DRIFT: Final = 0.01
_FUTURE_APART: Final = 0.02
_UNMOVED: Final = 3
_NEAR_PAIRS: Final = 15
# In its last hour an option at the money is a few ticks, and its volatility is noise.
_LAST_HOUR: Final = Ns(60 * MINUTE)


def market_checks(this: Witness, good: Sequence[Witness]) -> Iterator[Check]:
    chain = this.chain
    if chain is None:
        return
    if this.asked:
        same = chain.vendor_series == this.asked
        yield Check("series", this.asked, chain.vendor_series, Finding.OK if same else Finding.DRIFT)
    yield _crossed(chain)
    yield _future(chain)
    yield _parity(chain)
    yield _vols(this, chain)
    is_rth = this.state is MarketState.RTH
    yield _time(chain, [w.chain for w in good if w.chain is not None], is_rth)


def _crossed(chain: Chain) -> Check:
    both = [q for q in chain.quotes if q.bid is not None and q.ask is not None]
    wrong = [q.symbol for q in both if q.crossed]
    finding = Finding.OK if not wrong else Finding.WATCH
    if len(wrong) > _CROSSED_DRIFT * len(both):
        finding = Finding.DRIFT
    said = f"{len(wrong)} of {len(both):,} are not{named(':', wrong)}" if wrong else f"all {len(both):,}"
    return Check("bid at or below ask", "all two-sided", said, finding)


def _future(chain: Chain) -> Check:
    """Against the chain's own parity: a live future would always disagree with a delayed chain."""
    said = chain.underlying.price if chain.underlying else None
    implied = implied_future(chain)
    if said is None or implied is None:
        known = "no page with a price" if said is None else "too few two-sided pairs"
        return Check("underlying", "—", known, Finding.NOT_COMPARED)
    apart = abs(implied / points(said) - 1)
    finding = Finding.WATCH if apart > _FUTURE_APART else Finding.OK
    expected = f"{implied:,.2f} by parity ± {_FUTURE_APART:.0%}"
    return Check("underlying", expected, f"{points(said):,.2f} ({apart:.2%} apart)", finding)


def _parity(chain: Chain) -> Check:
    future = implied_future(chain)
    pairs = _near_pairs(chain, future)
    if future is None or not pairs:
        return Check("put-call parity", "—", "too few two-sided pairs", Finding.NOT_COMPARED)
    outside = [call.symbol for call, put in pairs if _outside(call, put, future)]
    said = f"{len(outside)} of {len(pairs)} outside{named(':', outside)}" if outside else "all"
    finding = Finding.WATCH if len(outside) * 2 > len(pairs) else Finding.OK
    return Check("put-call parity", f"{len(pairs)} pairs within both spreads", said, finding)


def _near_pairs(chain: Chain, future: float | None) -> list[tuple[Quote, Quote]]:
    rights: dict[Px, dict[Right, Quote]] = {}
    for quote in chain.quotes:
        if quote.mid is not None:
            rights.setdefault(quote.contract.strike, {})[quote.contract.right] = quote
    both = [(r[Right.CALL], r[Right.PUT]) for r in rights.values() if len(r) == 2]
    both.sort(key=lambda pair: abs(points(pair[0].contract.strike) - (future or 0.0)))
    return both[:_NEAR_PAIRS]


def _outside(call: Quote, put: Quote, future: float) -> bool:
    residual = points(call.mid or Px(0)) - points(put.mid or Px(0)) - future + points(call.contract.strike)
    return abs(residual) > _spread(call) + _spread(put)


def _spread(quote: Quote) -> float:
    return points(Px((quote.ask or 0) - (quote.bid or 0)))


def _vols(this: Witness, chain: Chain) -> Check:
    """Near the money every two-sided quote has a volatility, and none is beyond 500 %."""
    expected = f"a volatility up to {HIGHEST_VOL:.0%} near the money"
    end, future = ends(chain), implied_future(chain)
    pairs = _near_pairs(chain, future)
    years = years_left(end, Ns(chain.received + _LAST_HOUR))
    if future is None or years is None or not pairs or not this.quoted:
        return Check("volatility", "—", "too few two-sided pairs", Finding.NOT_COMPARED)
    quotes = [quote for pair in pairs for quote in pair]
    found = implied_vol(
        future,
        np.array([points(q.contract.strike) for q in quotes]),
        years_left(end, chain.received) or years,
        0.0,
        np.array([points(q.mid or Px(0)) for q in quotes]),
        np.array([q.contract.right is Right.CALL for q in quotes]),
    )
    without = [q.symbol for q, vol in zip(quotes, found, strict=True) if not 0 <= vol <= HIGHEST_VOL]
    finding = Finding.OK if not without else Finding.WATCH
    if len(without) * 2 > len(quotes):
        finding = Finding.DRIFT
    said = f"{len(without)} of {len(quotes)} have none{named(':', without)}" if without else "all"
    return Check("volatility", expected, said, finding)


def _time(chain: Chain, before: Sequence[Chain], is_rth: bool) -> Check:
    """Any changed quote counts: on a thin chain trades are rare."""
    if not before:
        return Check("time moves", "—", "first of its series", Finding.NOT_COMPARED)
    still, later = 0, chain
    for earlier in before:
        if moved(earlier, later):
            break
        still, later = still + 1, earlier
    finding = Finding.WATCH if still >= _UNMOVED and is_rth else Finding.OK
    said = "something moved" if not still else f"nothing moved in {still + 1} answers"
    return Check("time moves", "a quote or trade changed since the last good", said, finding)
