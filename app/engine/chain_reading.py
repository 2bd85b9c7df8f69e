"""From one answer of a chain source to a chain that may be shown: parsed, judged, its board worked out.

Runs on a worker; pure but for the time it takes, which becomes a step of the capture.
"""

import time
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from app.domain.answer import answer_of
from app.domain.capture import Capture, Outcome, Step
from app.domain.chain import Chain, ChainPage, Verdict
from app.domain.chain_metrics import Board, Strip, board, strip, years_left
from app.domain.contract import Series
from app.domain.drift import Check, Finding, Witness, checks, complaint, summary
from app.domain.ending import trading_ends
from app.domain.quality import is_quoted, judge, moved
from app.domain.readings import readings, values_read
from app.domain.session import NEW_YORK, Calendar
from app.domain.smile import Smile, smile
from app.domain.symbols import parse_barchart_series, rule_expiry
from app.domain.units import Ns, moment
from app.engine.feeds import ChainFeed

# These make a channel invalid; the rest is told beside the chain.
_GRAVE: Final = (Finding.DRIFT, Finding.NOT_READY)


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
    witness: Witness
    checks: tuple[Check, ...]
    smile: Smile | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What the answer is judged against. `unmoved` counts the answers before it that brought nothing new;
    `good` are its forerunners, and `expiration` is known from a definition record or not at all."""

    series: str
    page: ChainPage | None
    before: Chain | None
    unmoved: int
    now: Ns
    rate: float
    expiration: Ns | None
    good: tuple[Witness, ...] = ()


def read_chain(feed: ChainFeed, capture: Capture, question: Question, calendar: Calendar) -> Reading:
    """Raises BadPayload when it cannot be read at all."""
    began = time.perf_counter()
    chain = feed.parse_chain(capture, question.page)
    return read(chain, capture, question, calendar, (time.perf_counter() - began) * 1_000)


def read(chain: Chain, capture: Capture, question: Question, calendar: Calendar, parse_ms: float) -> Reading:
    """Of a chain that was parsed, in `parse_ms`, out of the capture."""
    parsed = time.perf_counter()
    goes_on = question.before is None or moved(question.before, chain)
    unmoved = 0 if goes_on else question.unmoved + 1
    asked = series_of(question.series, calendar.trading_day(question.now))
    defined = None if question.expiration is None else _day(question.expiration)
    verdict = judge(chain, asked, question.page, question.now, calendar, unmoved, defined)
    witness = _witness(chain, capture, question.series, calendar)
    found = checks(witness, question.good)
    if summary(found) in _GRAVE:
        verdict = replace(verdict, accepted=False, reasons=(*verdict.reasons, complaint(found)))
    expiration = question.expiration or rule_of_thumb(chain.expiry, chain.series)
    made = board(chain, expiration, question.now, question.rate)
    summed = strip(chain, made, expiration, question.now)
    smiling = smile(made, summed.future, years_left(expiration, question.now), question.rate)
    values = values_read(chain)
    judged = time.perf_counter()
    steps = (
        Step("parse", parse_ms, True, f"{len(chain.quotes)} contracts"),
        Step("judge", (judged - parsed) * 1_000, verdict.accepted, "; ".join(verdict.reasons)),
    )
    done = replace(
        capture,
        steps=capture.steps + steps,
        outcome=Outcome.ACCEPTED if verdict.accepted else Outcome.REJECTED,
        verdict="; ".join(verdict.reasons or verdict.warnings) or "accepted",
        rows=len(chain.quotes),
        expiry=chain.expiry,
        readings=readings(values),
        values=values,
        count=witness.answer.count,
    )
    return Reading(done, chain, verdict, made, summed, expiration, goes_on, witness, found, smiling)


def _witness(chain: Chain, capture: Capture, series: str, calendar: Calendar) -> Witness:
    state, quoted = calendar.at(capture.fetched).state, is_quoted(chain, capture.fetched, calendar)
    return Witness(answer_of(capture.body), chain, series, state, quoted)


def _day(at: Ns) -> date:
    return moment(at).astimezone(NEW_YORK).date()


def series_of(key: str, near: date) -> Series | None:
    """A vendor's key as a series, if it is one that the names of the trade know."""
    try:
        return parse_barchart_series(key, near)
    except ValueError:
        return None


def rule_of_thumb(expiry: date | None, series: Series | None) -> Ns | None:
    if expiry is None or series is None:
        return None
    return trading_ends(expiry, series)


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
