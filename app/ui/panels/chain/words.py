"""The chain's summary in words: where it comes from, how old it is, and what the strip says."""

from collections.abc import Iterator

from app.domain.chain_metrics import FutureFrom
from app.domain.contract import Family
from app.domain.health import Freshness
from app.domain.symbols import family
from app.domain.units import DOLLARS_PER_POINT, SECOND, Ns
from app.domain.updates import ChainArrived, ChainMissing
from app.ui.format import DASH, Zone, age, clock, number, percent


def origin(shown: ChainArrived, now: Ns, where: Zone) -> str:
    """Source, fidelity, series, expiry and both times: what a reader must know before he trusts a cell."""
    chain = shown.chain
    parts = [str(chain.source).capitalize(), str(chain.fidelity), chain.vendor_series]
    if chain.series is not None:
        parts.append(family(chain.series.root).value)
    if chain.expiry is not None:
        days = (chain.expiry - where.at(now).date()).days
        parts.append(f"expires {chain.expiry:%a} {chain.expiry.day} {chain.expiry:%b} ({days} d)")
    else:
        parts.append("expiry not said")
    parts.append(f"as of {clock(chain.as_of, where)}")
    parts.append(f"received {age((now - chain.received) / SECOND)} ago")
    if shown.level != "live":
        parts.append(f"from {shown.level}")
    return " · ".join(parts)


def trouble(shown: ChainArrived | None, missing: ChainMissing | None, now: Ns, where: Zone) -> str:
    """Why the board is empty or struck, or nothing when it is neither."""
    if missing is not None:
        again = "" if missing.next_try is None else f" Next try {clock(missing.next_try, where)}."
        old = "" if shown is None else f" Shown: the last good chain, {age_of(shown, now)} old."
        return f"NO DATA for {missing.series}: {missing.reason}{old}{again}"
    if shown is None:
        return ""
    if shown.freshness in (Freshness.STALE, Freshness.UNKNOWN, Freshness.GAP):
        return f"STALE: the chain is {age_of(shown, now)} old."
    if shown.freshness in (Freshness.CLOSED, Freshness.HALTED):
        return f"Market {shown.freshness.value}: the last chain before it."
    return ""


def age_of(shown: ChainArrived, now: Ns) -> str:
    return age((now - shown.chain.received) / SECOND)


def strip(shown: ChainArrived) -> Iterator[tuple[str, str, str]]:
    """(caption, value, how it is worked out) of each number on the strip."""
    s = shown.strip
    chain = shown.chain
    name = "Future" if chain.underlying is None else chain.underlying.contract
    if s is None:
        return
    said_by = {None: "nobody said it", FutureFrom.PAGE: "from the same page"}.get(s.future_from, "by parity")
    yield name, number(s.future, 2), f"the chain's own future, {said_by}, points"
    yield "ATM IV", percent(s.atm_vol, 1), "mean of call and put volatility, linear in strike to the future"
    yield (
        "Straddle",
        number(s.straddle, 2),
        f"call mid + put mid at the money, points ({_dollars(s.straddle)})",
    )
    yield "Exp. move", _plus_minus(s.expected_move), "one sigma until expiry: future × ATM IV × √T, points"
    yield "P/C vol", number(s.volume_ratio, 2), "puts / calls, volume of this session only"
    yield "P/C OI", number(s.interest_ratio, 2), "puts / calls, open interest of the previous day"
    yield "Max pain", number(s.max_pain, 0), "settlement at which option buyers would be paid least, by OI"
    two_sided = shown.verdict.two_sided
    yield "Two-sided", percent(two_sided), "share of contracts with a bid and an ask"


def approximate(shown: ChainArrived) -> bool:
    """Quarterlies are American; the volatility shown for them is the European approximation."""
    series = shown.chain.series
    return series is not None and family(series.root) is Family.QUARTERLY


def _dollars(points: float | None) -> str:
    return DASH if points is None else f"${number(points * DOLLARS_PER_POINT)}"


def _plus_minus(value: float | None) -> str:
    return DASH if value is None else f"±{number(value, 1)}"
