"""What the picture of a capture shows: the chain as a table, the facts of a page, or what came instead."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.domain.answer import Answer, AnswerRow, answer_of
from app.domain.capture import Capture
from app.domain.chain import Chain, ChainPage, Quote
from app.domain.contract import Right
from app.domain.field_rules import PAGE
from app.domain.html_tree import Element, page_of
from app.domain.json_tree import written
from app.domain.page_fields import elements_of
from app.domain.picture_layout import WIDTH, Places, Rung, places_of_facts, places_of_ladder, rung_of
from app.domain.provenance import CHAIN, trace
from app.domain.units import Ns, Px, iso, points

# Lines of an answer that could not be read; enough to recognise what it is.
_BODY_LINES: Final = 40
_BODY_COLUMNS: Final = 160
_LONGEST_PAGE: Final = 2_000_000
__all__ = ["WIDTH", "PictureText", "picture_of", "places_on", "selectors_of"]

_SIDE: Final = ("OI", "Vol", "Change", "Last", "Bid", "Ask")
_SIDE_IN_ANSWER: Final = ("openInterest", "volume", "priceChange", "lastPrice", "bidPrice", "askPrice")
_FACTS: Final = ("What the page says", "Value", "Where on the page")


@dataclass(frozen=True, slots=True)
class PictureText:
    """A title, small print, and a table; ` s` marks a settlement, ` p` a prior session, — a missing value.

    `html` is what came, drawn as a page below the table.
    """

    title: str
    subtitle: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    html: str = ""


def picture_of(capture: Capture, read: Chain | ChainPage | None, answer: Answer | None = None) -> PictureText:
    """`answer` spares reading the body again; it matters only where nothing could be read from it."""
    if isinstance(read, ChainPage):
        return _of_page(capture, read)
    if read is not None and read.quotes:
        return _of_chain(capture, read)
    rungs = _rungs(answer or answer_of(capture.body))
    return _of_rows(capture, rungs) if rungs else _of_answer(capture)


def places_on(picture: PictureText, read: Chain | ChainPage | None, answer: Answer) -> Places:
    """Where the fields stand on it."""
    notes = len(picture.notes)
    if isinstance(read, ChainPage):
        return places_of_facts([(CHAIN, one.name) for one in PAGE], len(_FACTS), notes)
    if read is not None and read.quotes:
        ladder = [Rung(q.contract.strike, q.contract.right, q.symbol) for q in read.quotes]
    else:
        ladder = [rung for rung, _ in _rungs(answer)]
    return places_of_ladder(ladder, notes)


def _of_page(capture: Capture, page: ChainPage) -> PictureText:
    rows = tuple((one.name, one.value(page) or "—", one.css) for one in PAGE)
    listed = f"{len(page.series_listed)} series listed"
    return PictureText(
        title=f"{page.vendor_series or capture.key or 'Options page'} — the page around the data, {listed}",
        subtitle=f"{_came(capture)}, {len(capture.body):,} bytes",
        columns=_FACTS,
        rows=rows,
        notes=(capture.url,),
        html=_text(capture)[:_LONGEST_PAGE],
    )


def selectors_of(capture: Capture, page: ChainPage) -> tuple[tuple[str, str], ...]:
    """(field, selector) of each element that says one; 60 ms for a page of 500 KB."""
    return tuple((key, element.path) for key, element in _said(capture, page).items())


def _said(capture: Capture, page: ChainPage) -> Mapping[str, Element]:
    fields = trace(answer_of(capture.body), page).fields(CHAIN)
    return elements_of(page_of(capture.body), fields)


def _rungs(answer: Answer) -> list[tuple[Rung, AnswerRow]]:
    """The rows of an answer that name a contract, however little else can be read in them."""
    found = ((rung_of(row.symbol), row) for row in answer.rows)
    return [(rung, row) for rung, row in found if rung is not None]


def _of_rows(capture: Capture, rungs: list[tuple[Rung, AnswerRow]]) -> PictureText:
    """The table as the vendor wrote it, where the parser made no chain of it."""
    rights: dict[Px, dict[Right, Mapping[str, object]]] = {}
    for rung, row in rungs:
        rights.setdefault(rung.strike, {})[rung.right] = row.cells
    rows = tuple(
        (*_as_written(rights[k].get(Right.CALL)), f"{points(k):,.10g}",
         *reversed(_as_written(rights[k].get(Right.PUT))))
        for k in sorted(rights)
    )  # fmt: skip
    return PictureText(
        title=f"{capture.key} — {capture.verdict or 'could not be read'}",
        subtitle=f"{_came(capture)}: as written in the answer, not as read from it",
        columns=(*_SIDE, "Strike", *reversed(_SIDE)),
        rows=rows,
        notes=(f"{len(rungs):,} rows came; — stands where a row no longer says it", capture.url),
    )


def _as_written(cells: Mapping[str, object] | None) -> tuple[str, ...]:
    if cells is None:
        return ("—",) * len(_SIDE_IN_ANSWER)
    return tuple(written(cells.get(name)) or "—" for name in _SIDE_IN_ANSWER)


def _of_chain(capture: Capture, chain: Chain) -> PictureText:
    rights: dict[Px, dict[Right, Quote]] = {}
    for quote in chain.quotes:
        rights.setdefault(quote.contract.strike, {})[quote.contract.right] = quote
    rows = tuple(
        (
            *_side(rights[strike].get(Right.CALL)),
            f"{points(strike):,.10g}",
            *reversed(_side(rights[strike].get(Right.PUT))),
        )
        for strike in sorted(rights)
    )
    expiry = "expiry not said" if chain.expiry is None else f"expires {chain.expiry:%a} {chain.expiry}"
    title = f"{chain.vendor_series} — {expiry}"
    times = f"received {_second(chain.received)}, as of {_second(chain.as_of)}"
    subtitle = f"{chain.source}, {times}, {chain.fidelity}"
    claimed = "—" if chain.claimed_total is None else f"{chain.claimed_total:,}"
    counted = f"{len(chain.quotes):,} contracts read, {claimed} claimed, {len(chain.rejects):,} rejected"
    return PictureText(title, subtitle, (*_SIDE, "Strike", *reversed(_SIDE)), rows, (counted, capture.url))


def _of_answer(capture: Capture) -> PictureText:
    text = _text(capture)
    is_page = text.lstrip()[:1] == "<"
    shown = [] if is_page else [line.strip()[:_BODY_COLUMNS] for line in text.splitlines()[:_BODY_LINES]]
    return PictureText(
        title=f"{capture.key or capture.channel.value} — {capture.verdict or capture.outcome.value}",
        subtitle=f"{_came(capture)}, {capture.content_type or 'no type'}, {len(capture.body):,} bytes",
        columns=(),
        rows=(),
        notes=(capture.url, "", *(line for line in shown if line)),
        html=text[:_LONGEST_PAGE] if is_page else "",
    )


def _second(at: Ns) -> str:
    return f"{iso(at)[:19].replace('T', ' ')}Z"


def _text(capture: Capture) -> str:
    return capture.body.decode("utf-8", errors="replace")


def _came(capture: Capture) -> str:
    """From where, when, and with which status."""
    status = "no answer" if capture.status is None else f"HTTP {capture.status}"
    return f"{capture.source}, {_second(capture.fetched)}, {status}"


def _side(quote: Quote | None) -> tuple[str, ...]:
    """Outermost column first."""
    if quote is None:
        return ("—",) * len(_SIDE)
    volume = _count(quote.volume) + (" p" if quote.volume_is_prior_session else "")
    last = _price(quote.last) + (" s" if quote.is_settlement and quote.last is not None else "")
    change = "—" if quote.change is None else f"{points(quote.change):+,.2f}"
    return _count(quote.open_interest), volume, change, last, _price(quote.bid), _price(quote.ask)


def _price(price: Px | None) -> str:
    return "—" if price is None else f"{points(price):,.2f}"


def _count(number: int | None) -> str:
    return "—" if number is None else f"{number:,}"
