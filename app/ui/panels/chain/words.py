"""The chain's summary in words: where it comes from, how old it is, and what the strip says."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from app.domain.chain import ListedSeries
from app.domain.chain_metrics import Coverage, FutureFrom, Totals
from app.domain.chain_table import has_volatility
from app.domain.contract import Family, Series
from app.domain.health import Freshness
from app.domain.quick_picks import Expiring
from app.domain.roots import week_of_month
from app.domain.symbols import family
from app.domain.units import DOLLARS_PER_POINT, SECOND, Ns
from app.domain.updates import ChainArrived, ChainMissing
from app.ui.format import DASH, Zone, age, clock, number, percent
from app.ui.panels.chain import levels
from app.ui.panels.chain.model import ChainModel, Expiries
from app.ui.panels.chain.strip import Item

# Warnings of a chain that fit under its strip; all of them are in the tip of the line above.
_TOLD: Final = 2
_ABOUT_VOL: Final = "mean of call and put volatility, linear in strike to the future"
_ABOUT_STRADDLE: Final = "call mid + put mid at the money, points, and at $20 a point"
_ABOUT_MOVE: Final = (
    "one sigma until expiry: future × ATM IV × √T, points; the straddle beside it is near the mean move"
)
_ABOUT_VOLUME: Final = "puts / calls, volume of this session only"
_ABOUT_PAIN: Final = "strike at which option buyers would be paid least, by open interest of"
_ABOUT_COVERAGE: Final = (
    "share of contracts with a bid and an ask, that traded this session, that have open interest"
)
_FUTURE_FROM: Final = {
    FutureFrom.PAGE: ("page", "from the same page"),
    FutureFrom.FEED: ("live", "the middle of its quotes in the same feed"),
    FutureFrom.PARITY: ("implied", "implied by put-call parity of its own quotes"),
}
_ABOUT_COUNTDOWN: Final = (
    "until trading in the series ends: as its definition says, else 15:00 Chicago (quarterlies 08:30)"
)


def origin(shown: ChainArrived, now: Ns, where: Zone) -> str:
    """Source, fidelity, series, expiry and both times: what a reader must know before he trusts a cell."""
    chain = shown.chain
    parts = [str(chain.source).capitalize(), str(chain.fidelity), chain.vendor_series]
    if chain.series is not None:
        parts.append(family(chain.series.root).value)
    parts.append(
        "expiry not said"
        if chain.expiry is None
        else f"expires {chain.expiry:%a} {chain.expiry.day} {chain.expiry:%b}"
    )
    parts.append(f"as of {clock(chain.as_of, where)}")
    parts.append(f"received {age((now - chain.received) / SECOND)} ago")
    if said := levels.level(shown):
        parts.append(said)
    if approximate(shown):
        parts.append("European approximation")
    return " · ".join(parts)


def roots(model: ChainModel, found: Expiries) -> str:
    mine, listed = model.roots(found)
    return f"roots covered {mine}/{listed}" if listed is not None else f"{mine} roots, definitions not read"


def counted(shown: ChainArrived) -> str:
    """How many contracts, and what was left out for which reason."""
    chain = shown.chain
    reasons = Counter(one.reason for one in chain.rejects).most_common()
    said = "; ".join(f"{count} {reason}" for reason, count in reasons)
    return f"{len(chain.quotes)} contracts, {len(chain.rejects)} rejected" + (f" ({said})" if said else "")


def trouble(shown: ChainArrived | None, missing: ChainMissing | None, now: Ns, where: Zone) -> str:
    """Why the board is empty or struck, else what is odd about its chain; nothing when all is well."""
    if missing is not None:
        return levels.missing(missing, shown, now)
    if shown is None or shown.recorded:
        return ""
    if shown.freshness in (Freshness.STALE, Freshness.UNKNOWN, Freshness.GAP):
        return f"STALE: the chain is {age_of(shown, now)} old. Without a fresh future, no IV and no greeks."
    if shown.freshness in (Freshness.CLOSED, Freshness.HALTED):
        return f"Market {shown.freshness.value}: the last chain before it, without IV and greeks."
    return _doubts(shown.verdict.warnings)


def _doubts(warnings: tuple[str, ...]) -> str:
    """Accepted all the same: the numbers are shown, and what to think of before trusting them."""
    more = f" (and {len(warnings) - _TOLD} more, see the line above)" if len(warnings) > _TOLD else ""
    return f"Look twice: {' '.join(warnings[:_TOLD])}{more}" if warnings else ""


def age_of(shown: ChainArrived, now: Ns) -> str:
    return age((now - shown.chain.received) / SECOND)


def tab(one: Expiring, found: Expiries) -> tuple[str, str, str]:
    """(key, text, tip) of an expiry's tab: its day, the kind of series, the days left."""
    days = (one.expiry - found.today).days
    text = f"{one.expiry:%a} {one.expiry.day} {one.expiry:%b} · {short_family(one.series)} · {days} d"
    by = "as its page says" if one.said else "by rule, until its chain has been read"
    tip = f"{family(one.series.root).value} · {one.listed.key} · {one.series.raw}\nexpires {one.expiry}, {by}"
    return one.listed.key, text, tip


def undated_tab(one: ListedSeries) -> tuple[str, str, str]:
    return one.key, one.title or one.key, f"{one.key}: no rule says when it expires"


def short_family(series: Series) -> str:
    kind = family(series.root)
    if kind is Family.QUARTERLY:
        return "Qtr"
    return "EOM" if kind is Family.END_OF_MONTH else f"wk {week_of_month(series.root)}"


def strip(shown: ChainArrived, totals: Totals, held: int, now: Ns) -> Iterator[Item]:
    """Each number on the strip with how it is worked out."""
    said = shown.strip
    if said is None:
        return
    yield _future(shown)
    yield _countdown(shown, now)
    fresh = has_volatility(shown)
    yield Item("ATM IV", percent(said.atm_vol if fresh else None, 1), about=_ABOUT_VOL)
    yield Item("Straddle", number(said.straddle, 2), _dollars(said.straddle), _ABOUT_STRADDLE)
    yield Item("Exp. move", _plus_minus(said.expected_move if fresh else None), about=_ABOUT_MOVE)
    of_all = f"; all: the {held} chains held" if held > 1 else ""
    volume = f"all {number(totals.volume_ratio, 2)}" if held > 1 else ""
    yield Item("P/C vol", number(said.volume_ratio, 2), volume, f"{_ABOUT_VOLUME}{of_all}")
    interest = f"all {number(totals.interest_ratio, 2)}" if held > 1 else ""
    about = f"puts / calls, open interest of {interest_of(shown)}{of_all}"
    yield Item("P/C OI", number(said.interest_ratio, 2), interest, about)
    about = f"{_ABOUT_PAIN} {interest_of(shown)}"
    yield Item("Max pain", number(said.max_pain, 0), f"OI {_short_date(shown)}", about)
    yield _coverage(shown)


def _future(shown: ChainArrived) -> Item:
    said, chain = shown.strip, shown.chain
    name = "Future" if chain.underlying is None else chain.underlying.contract
    if said is None or said.future_from is None:
        return Item(name, DASH, "", "the chain's own future: nobody said its price, and no quotes imply it")
    label, origin_of = _FUTURE_FROM[said.future_from]
    return Item(name, number(said.future, 2), label, f"the chain's own future, {origin_of}, points")


def _coverage(shown: ChainArrived) -> Item:
    said = Coverage() if shown.strip is None else shown.strip.coverage
    others = f"{percent(said.with_volume)} vol · {percent(said.with_interest)} OI"
    about = f"{_ABOUT_COVERAGE}; {counted(shown)}"
    return Item("Coverage", f"{percent(said.two_sided)} 2-sided", others, about)


def approximate(shown: ChainArrived) -> bool:
    """Quarterlies are American; the volatility shown for them is the European approximation."""
    series = shown.chain.series
    return series is not None and family(series.root) is Family.QUARTERLY


def interest_of(shown: ChainArrived) -> str:
    if shown.interest is None:
        return "a settlement that the source does not date"
    return f"the settlement of {shown.interest.settled}"


def _short_date(shown: ChainArrived) -> str:
    if shown.interest is None:
        return "undated"
    day = shown.interest.settled
    return f"{day.day} {day:%b}"


def _countdown(shown: ChainArrived, now: Ns) -> Item:
    if shown.expiration is None:
        return Item("Expires in", DASH, "", "nobody said when it expires")
    left = (shown.expiration - now) / SECOND
    return Item("Expires in", _left(int(left)) if left > 0 else "over", "", _ABOUT_COUNTDOWN)


def _left(seconds: int) -> str:
    """In the two units that matter."""
    days, hours, minutes = seconds // 86_400, seconds // 3_600 % 24, seconds // 60 % 60
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes:02d} m" if hours else f"{minutes} m {seconds % 60:02d} s"


def _dollars(points: float | None) -> str:
    return "" if points is None else f"${number(points * DOLLARS_PER_POINT)}"


def _plus_minus(value: float | None) -> str:
    return DASH if value is None else f"±{number(value, 1)}"
