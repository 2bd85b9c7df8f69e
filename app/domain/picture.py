"""What the picture of a capture shows: the chain as a table, or, when there is none, what came instead."""

from dataclasses import dataclass
from typing import Final

from app.domain.capture import Capture
from app.domain.chain import Chain, Quote
from app.domain.contract import Right
from app.domain.picture_layout import WIDTH
from app.domain.units import Px, iso, points

# Lines of an answer that could not be read; enough to recognise a login or block page.
_BODY_LINES: Final = 40
_BODY_COLUMNS: Final = 160
__all__ = ["WIDTH", "PictureText", "picture_of"]

_SIDE: Final = ("OI", "Vol", "Change", "Last", "Bid", "Ask")


@dataclass(frozen=True, slots=True)
class PictureText:
    """A title, small print, and a table; ` s` marks a settlement, ` p` a prior session, — a missing value."""

    title: str
    subtitle: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


def picture_of(capture: Capture, chain: Chain | None) -> PictureText:
    return _of_chain(capture, chain) if chain is not None and chain.quotes else _of_answer(capture)


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
    subtitle = f"{chain.source}, received {iso(chain.received)}, as of {iso(chain.as_of)}, {chain.fidelity}"
    claimed = "—" if chain.claimed_total is None else f"{chain.claimed_total:,}"
    counted = f"{len(chain.quotes):,} contracts read, {claimed} claimed, {len(chain.rejects):,} rejected"
    return PictureText(title, subtitle, (*_SIDE, "Strike", *reversed(_SIDE)), rows, (counted, capture.url))


def _of_answer(capture: Capture) -> PictureText:
    status = "no answer" if capture.status is None else f"HTTP {capture.status}"
    lines = capture.body.decode("utf-8", errors="replace").splitlines()[:_BODY_LINES]
    shown = [line.strip()[:_BODY_COLUMNS] for line in lines]
    return PictureText(
        title=f"{capture.key or capture.channel.value} — {capture.verdict or capture.outcome.value}",
        subtitle=f"{capture.source}, {iso(capture.fetched)}, {status}, {capture.content_type or 'no type'}, "
        f"{len(capture.body):,} bytes",
        columns=(),
        rows=(),
        notes=(capture.url, "", *(line for line in shown if line)),
    )


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
