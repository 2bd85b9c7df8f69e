"""Whether a chain may be shown as what it claims to be. An HTTP 200 alone proves nothing."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Final

from app.domain.chain import Chain, ChainPage, Quote, Verdict
from app.domain.chain_metrics import implied_future
from app.domain.contract import Right, Series
from app.domain.ending import trading_ends
from app.domain.market_state import MarketState
from app.domain.session import Calendar
from app.domain.symbols import rule_expiry
from app.domain.units import MINUTE, Ns, points

_MOST_REJECTED: Final = 0.05
_FARTHEST_PARITY: Final = 0.02
# real quarterlies list strikes from 2 % to 150 % of the future
_LADDER: Final = (0.01, 3.0)
# one unchanged answer is ordinary on a thin chain
_UNMOVED_POLLS: Final = 3
# holidays move an expiry by a few days; more is another expiry
_RULE_APART: Final = timedelta(days=4)
# the page is up to 25 minutes late when little trades
_UNTIL_QUOTED: Final = 25 * MINUTE


def judge(
    chain: Chain,
    asked: Series | None,
    page: ChainPage | None,
    now: Ns,
    calendar: Calendar,
    unmoved_polls: int = 0,
    defined: date | None = None,
) -> Verdict:
    """`unmoved_polls` says how many answers in a row, this one included, `moved` nothing; `defined` is the
    expiry of the series asked for as a definition record has it."""
    reasons = (
        *_reasons(chain, asked, page),
        *_expiry_reasons(chain, asked, page, defined),
        *_silence(chain, now, calendar),
    )
    return Verdict(
        accepted=not reasons,
        reasons=reasons,
        warnings=tuple(_warnings(chain, page, now, calendar, unmoved_polls)),
        with_volume=_share(chain, lambda q: q.volume is not None and not q.volume_is_prior_session),
        with_prior_volume=_share(chain, lambda q: q.volume_is_prior_session),
        with_open_interest=_share(chain, lambda q: q.open_interest is not None),
        two_sided=_share(chain, lambda q: q.bid is not None and q.ask is not None),
    )


def ends(chain: Chain) -> Ns | None:
    """The last minute of its series: on the day the page says, else on the day of the rule."""
    if chain.series is None:
        return None
    expiry = chain.expiry or rule_expiry(chain.series)
    return None if expiry is None else trading_ends(expiry, chain.series)


def is_quoted(chain: Chain, now: Ns, calendar: Calendar) -> bool:
    """Whether somebody should be quoting it: the market has been open for a while, its end has not come."""
    return quoted_at(now, ends(chain), calendar)


def quoted_at(now: Ns, end: Ns | None, calendar: Calendar) -> bool:
    opened = calendar.at(Ns(now - _UNTIL_QUOTED)).state.is_open and calendar.at(now).state.is_open
    return opened and (end is None or now < end)


def moved(before: Chain, after: Chain) -> bool:
    """Whether time went on between two answers: on a thin chain a changed quote is sign enough."""
    return _movable(before) != _movable(after)


def _movable(chain: Chain) -> dict[str, tuple[int | None, int | None, int | None]]:
    return {q.symbol: (q.bid, q.ask, q.trade_time) for q in chain.quotes}


def _reasons(chain: Chain, asked: Series | None, page: ChainPage | None) -> Iterator[str]:
    rows = len(chain.quotes) + len(chain.rejects)
    if chain.claimed_total is None:
        yield "The answer does not say how many contracts it holds."
    elif chain.claimed_total != rows:
        yield f"The answer announces {chain.claimed_total} contracts and holds {rows}."
    if not rows:
        yield f"No contracts: the series does not exist or has expired.{_offer(page)}"
    elif len(chain.rejects) > _MOST_REJECTED * rows:
        yield f"{len(chain.rejects)} of {rows} rows cannot be used ({_commonest_reject(chain)})."
    if asked is not None and chain.quotes and chain.series != asked:
        yield f"Asked for {asked.raw}, got {chain.series.raw if chain.series else 'no series'}."
    if page is not None and page.vendor_series != chain.vendor_series:
        yield f"The page is not about {chain.vendor_series}.{_offer(page)}"


def _expiry_reasons(
    chain: Chain, asked: Series | None, page: ChainPage | None, defined: date | None
) -> Iterator[str]:
    """A near-empty chain days away has been taken for today's before."""
    said, by_rule = chain.expiry, rule_expiry(chain.series) if chain.series else None
    if said is None or (asked is not None and chain.series != asked):
        return
    if defined is not None and said != defined:
        yield f"Asked for the expiry {defined}, the page says {said}.{_offer(page)}"
    elif defined is None and by_rule is not None and abs(said - by_rule) > _RULE_APART:
        yield f"The page says it expires on {said}, but a series of this name ends about {by_rule}."


def _silence(chain: Chain, now: Ns, calendar: Calendar) -> Iterator[str]:
    if not chain.quotes or not is_quoted(chain, now, calendar):
        return
    if all(q.bid is None and q.ask is None for q in chain.quotes):
        yield "No contract has a bid or an ask although its market is open: the feed behind it is dead."


def _offer(page: ChainPage | None) -> str:
    listed = () if page is None else page.series_listed
    return f" On offer: {', '.join(f'{s.key} ({s.title})' for s in listed)}." if listed else ""


def _commonest_reject(chain: Chain) -> str:
    return Counter(r.reason for r in chain.rejects).most_common(1)[0][0]


def _warnings(
    chain: Chain, page: ChainPage | None, now: Ns, calendar: Calendar, unmoved_polls: int
) -> Iterator[str]:
    yield from _row_warnings(chain)
    yield from _expiry_warnings(chain, calendar.last_session_day(now))
    yield from _parity_warning(chain)
    if page is not None and page.vendor_series == chain.vendor_series:
        yield from _interest_warnings(chain, page)
    if chain.as_of >= chain.received:
        yield "Its newest trade is later than its receipt: a clock is wrong."
    if unmoved_polls >= _UNMOVED_POLLS and calendar.at(now).state is MarketState.RTH:
        yield f"Nothing moved in {unmoved_polls} answers in a row: the vendor may be stuck."


def _row_warnings(chain: Chain) -> Iterator[str]:
    if chain.rejects:
        yield f"{_many(len(chain.rejects), 'row')} left out ({_commonest_reject(chain)})."
    calls = sum(q.contract.right is Right.CALL for q in chain.quotes)
    if calls * 2 != len(chain.quotes):
        puts = len(chain.quotes) - calls
        stand = "stands" if calls == 1 else "stand"
        yield f"{_many(calls, 'call')} {stand} against {_many(puts, 'put')}."
    if crossed := sum(q.crossed for q in chain.quotes):
        yield f"{_many(crossed, 'row')} with a bid above the ask."
    future = _future(chain)
    far = [q for q in chain.quotes if future and not _in_ladder(points(q.contract.strike) / future)]
    if far:
        yield f"{len(far)} strikes lie far outside the ladder, such as {points(far[0].contract.strike):g}."


def _in_ladder(ratio: float) -> bool:
    return _LADDER[0] <= ratio <= _LADDER[1]


def _future(chain: Chain) -> float | None:
    page = chain.underlying.price if chain.underlying else None
    return points(page) if page else implied_future(chain)


def _expiry_warnings(chain: Chain, today: date) -> Iterator[str]:
    by_rule = rule_expiry(chain.series) if chain.series else None
    expiry = chain.expiry or by_rule
    if chain.expiry and by_rule and chain.expiry != by_rule:
        yield f"The source says it expires on {chain.expiry}, by rule it would be {by_rule}."
    if expiry and expiry < today:
        yield f"The series expired on {expiry}."


def _parity_warning(chain: Chain) -> Iterator[str]:
    """Against the future of the same page: the chain is delayed, a live future would always disagree."""
    said = chain.underlying.price if chain.underlying else None
    implied = implied_future(chain)
    if said and implied is not None and abs(implied / points(said) - 1) > _FARTHEST_PARITY:
        yield f"Its quotes imply a future of {implied:,.2f}, the page says {points(said):,.2f}."


def _interest_warnings(chain: Chain, page: ChainPage) -> Iterator[str]:
    for right, said in ((Right.CALL, page.call_open_interest), (Right.PUT, page.put_open_interest)):
        found = sum(q.open_interest or 0 for q in chain.quotes if q.contract.right is right)
        if said is not None and said != found:
            yield f"Open interest of {right.name.lower()}s adds up to {found:,}, the page says {said:,}."


def _share(chain: Chain, has: Callable[[Quote], bool]) -> float | None:
    return sum(map(has, chain.quotes)) / len(chain.quotes) if chain.quotes else None


def _many(number: int, what: str) -> str:
    return f"{number:,} {what}" if number == 1 else f"{number:,} {what}s"
