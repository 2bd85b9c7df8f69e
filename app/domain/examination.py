"""A capture looked at closely: how it is built, where its values come from, how it differs from the last."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.domain.answer import Answer, answer_of
from app.domain.capture import Capture
from app.domain.capture_diff import CaptureDiff, difference
from app.domain.chain import Chain, ChainPage, ExpirySaidBy
from app.domain.drift import Check, Finding, Witness, checks, summary
from app.domain.errors import BadPayload
from app.domain.market_state import MarketState
from app.domain.picture import PictureText, picture_of, places_on
from app.domain.picture_layout import Places
from app.domain.provenance import Trace, trace
from app.domain.quality import is_quoted
from app.domain.readings import Otherwise, otherwise, read_otherwise, readings, values_read
from app.domain.second_opinion import FuturePrice, Opinion, PriceBars, ProxyChain, rows_of
from app.domain.session import Calendar

Reader = Callable[[Capture], Chain | ChainPage | Opinion]
_NAMED: Final = 3


@dataclass(frozen=True, slots=True, eq=False)
class Exhibit:
    """A capture with what can be read from it today; `problem` says why nothing can. `beside` is what stands
    beside the chain of NQ: a price, bars, or the chain of a proxy.
    """

    capture: Capture
    answer: Answer
    chain: Chain | None
    page: ChainPage | None
    problem: str
    state: MarketState | None = None
    quoted: bool = True
    beside: Opinion | None = None

    @property
    def rows(self) -> int | None:
        """None where nothing can be read, or where it is a page."""
        if self.beside is not None:
            return rows_of(self.beside)
        return None if self.chain is None else len(self.chain.quotes)

    @property
    def read(self) -> Chain | ChainPage | None:
        return self.chain or self.page

    @property
    def witness(self) -> Witness:
        return Witness(self.answer, self.chain, self.capture.key, self.state, self.quoted)


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """`before` is the last good capture of the same question, or the one chosen to compare with; `parser` is
    today's, where it is known."""

    this: Exhibit
    before: Exhibit | None
    trace: Trace
    checks: tuple[Check, ...]
    difference: CaptureDiff | None
    picture: PictureText
    places: Places
    places_before: Places | None = None
    parser: str = ""

    @property
    def finding(self) -> Finding:
        return summary(self.checks)

    @property
    def then_and_now(self) -> str:
        """What the program made of it when it came, and what it makes of it today."""
        capture, rows = self.this.capture, self.this.rows
        then = "no rows" if capture.rows is None else _counted(capture.rows)
        now = self.this.problem or ("a page" if rows is None else _counted(rows))
        came, again = "When it came", "Read again"
        if self.parser not in (capture.parser, ""):
            came, again = f"{came} (parser {capture.parser})", f"{again} (parser {self.parser})"
        return f"{came}: {then}, {capture.outcome.value}. {again}: {now.rstrip('.')}.{self._otherwise}"

    @property
    def read_otherwise(self) -> tuple[str, ...] | None:
        """Fields that today's parser reads otherwise than the one of then; None where that was not kept."""
        kept, chain = self.this.capture.readings, self.this.chain
        if not kept or chain is None or not chain.quotes:
            return None
        return read_otherwise(kept, readings(values_read(chain)))

    @property
    def otherwise(self) -> tuple[Otherwise, ...]:
        """The same value by value, as far as the values of then were kept."""
        kept, chain = self.this.capture.values, self.this.chain
        return () if chain is None or not kept else tuple(otherwise(kept, values_read(chain)))

    @property
    def _otherwise(self) -> str:
        changed = self.read_otherwise
        if changed is None:
            return ""
        if not changed:
            return " Each field is read as then."
        named = "every field" if len(changed) == len(self.this.capture.readings) else ", ".join(changed)
        return f" Read otherwise than then: {named}.{self._examples}"

    @property
    def _examples(self) -> str:
        """The first few values, e.g. ` MC7M5|21500C bid 245.25 → —.`"""
        found = self.otherwise
        said = (one.words for one in found[:_NAMED])
        more = f"; and {len(found) - _NAMED:,} more values" if len(found) > _NAMED else ""
        return f" {'; '.join(said)}{more}." if found else ""


def _counted(rows: int) -> str:
    return "1 row" if rows == 1 else f"{rows:,} rows"


def kind_of(this: Exhibit) -> str | None:
    """What it was read as, in one word."""
    match this.beside:
        case ProxyChain():
            return "proxy chain"
        case PriceBars():
            return "bars"
        case FuturePrice():
            return "quote"
    return "page" if this.page else "chain" if this.chain else None


def exhibit(
    capture: Capture, reader: Reader | None, page: ChainPage | None = None, calendar: Calendar | None = None
) -> Exhibit:
    """Reads a stored capture again; with the page that was read before it, where there is one."""
    found = _exhibit(capture, reader, page)
    if calendar is None:
        return found
    state = calendar.at(capture.fetched).state
    quoted = found.chain is None or is_quoted(found.chain, capture.fetched, calendar)
    return replace(found, state=state, quoted=quoted)


def _exhibit(capture: Capture, reader: Reader | None, page: ChainPage | None) -> Exhibit:
    answer = answer_of(capture.body)
    if reader is None:
        return Exhibit(capture, answer, None, None, "Its source is not there to read it.")
    if not capture.body.strip():
        return Exhibit(capture, answer, None, None, "There was no answer.")
    try:
        read = reader(capture)
    except BadPayload as e:
        return Exhibit(capture, answer, None, None, str(e))
    if isinstance(read, ChainPage):
        return Exhibit(capture, answer, None, read, "")
    if not isinstance(read, Chain):
        return Exhibit(capture, answer, None, None, "", beside=read)
    return Exhibit(capture, answer, _with_page(read, page), None, "")


def examine(this: Exhibit, good: Sequence[Witness], before: Exhibit | None = None) -> Examination:
    """`good` are the last good ones before it, the newest first; `before` is what it is laid beside."""
    is_page = this.page is not None
    picture = picture_of(this.capture, this.read, this.answer)
    return Examination(
        this=this,
        before=before,
        trace=_trace(this, before),
        checks=_page_checks(this, before) if is_page else _checks(this, good),
        difference=None if before is None else _difference(before, this),
        picture=picture,
        places=places_on(picture, this.read, this.answer),
        places_before=None if before is None else _places(before),
    )


def _checks(this: Exhibit, good: Sequence[Witness]) -> tuple[Check, ...]:
    """What stands beside the chain is of forms of its own: only whether it can be read is looked at."""
    if this.beside is None:
        return checks(this.witness, good)
    rows = rows_of(this.beside)
    found = Finding.OK if rows else Finding.NO_ANSWER
    return (Check("what came", "data with rows", f"{rows:,} rows", found),)


def _page_checks(this: Exhibit, before: Exhibit | None) -> tuple[Check, ...]:
    """A page is sound when all that it said before can still be found on it."""
    found = trace(this.answer, this.page, None, before.page if before else None).fields("chain")
    return tuple(
        Check(
            field.name,
            field.prior or "—",
            field.value or "not found",
            Finding.OK if field.value else Finding.DRIFT if field.prior else Finding.NOT_COMPARED,
        )
        for field in found
    )


def _difference(before: Exhibit, after: Exhibit) -> CaptureDiff:
    answers = (before.answer, after.answer)
    return difference(before.capture, after.capture, answers, (before.chain, after.chain))


def _with_page(chain: Chain, page: ChainPage | None) -> Chain:
    if page is None or chain.expiry is not None or page.vendor_series != chain.vendor_series:
        return chain
    said_by = None if page.expiry is None else ExpirySaidBy.PAGE
    return replace(chain, expiry=page.expiry, expiry_said_by=said_by, underlying=page.underlying)


def _places(one: Exhibit) -> Places:
    return places_on(picture_of(one.capture, one.read, one.answer), one.read, one.answer)


def _trace(this: Exhibit, before: Exhibit | None) -> Trace:
    if before is None:
        return trace(this.answer, this.read)
    return trace(this.answer, this.read, before.answer, before.read)
