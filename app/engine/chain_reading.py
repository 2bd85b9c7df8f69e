"""From one answer of a chain source to a chain that may be shown: parsed, judged, its board worked out.

Runs on a worker; pure but for the time it takes, which becomes a step of the capture.
"""

import time
from dataclasses import dataclass, replace
from datetime import date, datetime
from datetime import time as wall_time
from typing import Final

from app.domain.capture import Capture, Outcome, Step
from app.domain.chain import Chain, ChainPage, Verdict
from app.domain.chain_metrics import Board, Strip, board, strip, years_left
from app.domain.contract import Family, Series
from app.domain.quality import judge, moved
from app.domain.session import NEW_YORK, Calendar
from app.domain.smile import Smile, smile
from app.domain.symbols import family, parse_barchart_series, rule_expiry
from app.domain.units import Ns, ns
from app.engine.feeds import ChainFeed

# Rule of thumb for when trading ends on the expiry day; a definition record beats it.
_WEEKLY_ENDS: Final = wall_time(16)
_QUARTERLY_ENDS: Final = wall_time(9, 30)


@dataclass(frozen=True, slots=True)
class Reading:
    """The capture as it ends, with the new steps in it."""

    capture: Capture
    chain: Chain
    verdict: Verdict
    board: Board
    strip: Strip
    expiration: Ns | None
    moved: bool
    smile: Smile | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What the answer is judged against. `unmoved` counts the answers before it that brought nothing new."""

    series: str
    page: ChainPage | None
    before: Chain | None
    unmoved: int
    now: Ns
    rate: float
    expiration: Ns | None


def read_chain(feed: ChainFeed, capture: Capture, question: Question, calendar: Calendar) -> Reading:
    """Raises BadPayload when it cannot be read at all."""
    began = time.perf_counter()
    chain = feed.parse_chain(capture, question.page)
    parsed = time.perf_counter()
    goes_on = question.before is None or moved(question.before, chain)
    unmoved = 0 if goes_on else question.unmoved + 1
    asked = series_of(question.series, calendar.trading_day(question.now))
    verdict = judge(chain, asked, question.page, question.now, calendar, unmoved)
    expiration = question.expiration or rule_of_thumb(chain.expiry, chain.series)
    made = board(chain, expiration, question.now, question.rate)
    summed = strip(chain, made, expiration, question.now)
    smiling = smile(made, summed.future, years_left(expiration, question.now), question.rate)
    judged = time.perf_counter()
    steps = (
        Step("parse", (parsed - began) * 1_000, True, f"{len(chain.quotes)} contracts"),
        Step("judge", (judged - parsed) * 1_000, verdict.accepted, "; ".join(verdict.reasons)),
    )
    done = replace(
        capture,
        steps=capture.steps + steps,
        outcome=Outcome.ACCEPTED if verdict.accepted else Outcome.REJECTED,
        verdict="; ".join(verdict.reasons or verdict.warnings) or "accepted",
        rows=len(chain.quotes),
        expiry=chain.expiry,
    )
    return Reading(done, chain, verdict, made, summed, expiration, goes_on, smiling)


def series_of(key: str, near: date) -> Series | None:
    """A vendor's key as a series, if it is one that the names of the trade know."""
    try:
        return parse_barchart_series(key, near)
    except ValueError:
        return None


def rule_of_thumb(expiry: date | None, series: Series | None) -> Ns | None:
    if expiry is None or series is None:
        return None
    quarterly = family(series.root) is Family.QUARTERLY
    return ns(datetime.combine(expiry, _QUARTERLY_ENDS if quarterly else _WEEKLY_ENDS, NEW_YORK))


def ends(key: str, near: date) -> Ns | None:
    """When a listed series should end by rule: good for choosing which to read, not for showing."""
    series = series_of(key, near)
    return None if series is None else rule_of_thumb(rule_expiry(series), series)


def unread(capture: Capture, reason: str, step: str) -> Capture:
    """The capture of an answer that could not be read, as it ends."""
    return replace(
        capture,
        steps=(*capture.steps, Step(step, 0.0, False, reason)),
        outcome=Outcome.FAILED,
        verdict=reason,
    )
