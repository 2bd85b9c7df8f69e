"""A proxy chain as rows: calls at the left, puts at the right, around the index. No Qt.

It is said in every line of it that these are options of an index: never a price of NQ.
"""

from collections.abc import Iterable
from typing import Final

from app.domain.chain_updates import Served
from app.domain.contract import Right
from app.domain.second_opinion import ProxyChain, ProxyQuote
from app.domain.units import Ns, Px, points
from app.ui import format as text
from app.ui.widgets.cells import Cell, Column, Row

EACH_SIDE: Final = 10
COLUMNS: Final = (
    Column("C bid", 66, right=True),
    Column("C ask", 66, right=True),
    Column("C IV", 54, right=True, tip="as the source says it"),
    Column("C OI", 54, right=True),
    Column("Strike", 72, right=True),
    Column("P OI", 54, right=True),
    Column("P IV", 54, right=True, tip="as the source says it"),
    Column("P bid", 66, right=True),
    Column("P ask", 66, right=True),
)


def rows(chain: ProxyChain) -> tuple[Row, ...]:
    """The strikes around the underlying, or all where nobody says its price."""
    quotes = {(quote.strike, quote.right): quote for quote in chain.quotes}
    return tuple(
        _row(strike, quotes.get((strike, Right.CALL)), quotes.get((strike, Right.PUT)))
        for strike in _around(sorted({quote.strike for quote in chain.quotes}), chain.underlying_price)
    )


_SERVED: Final = {
    Served.CACHE: " · from the cache",
    Served.LAST_GOOD: " · STALE: last good answer, nothing newer came",
}


def headline(chain: ProxyChain, now: Ns, served: Served = Served.LIVE) -> str:
    expiry = "expiry not said" if chain.expiry is None else f"expires {chain.expiry:%a %d %b}"
    at = "no time said" if chain.as_of is None else f"{text.age_between(chain.as_of, now)} old"
    price = "" if chain.underlying_price is None else f" {text.price(chain.underlying_price)}"
    words = f"PROXY, not NQ: {chain.underlying}{price} · {expiry} · {chain.fidelity} · {at} · {chain.source}"
    return words + _SERVED.get(served, "")


def _around(strikes: list[Px], price: Px | None) -> Iterable[Px]:
    if price is None:
        return strikes
    nearest = sorted(strikes, key=lambda strike: abs(strike - price))[: 2 * EACH_SIDE + 1]
    return sorted(nearest)


def _row(strike: Px, call: ProxyQuote | None, put: ProxyQuote | None) -> Row:
    left, right = _cells(call), _cells(put)
    name = f"{points(strike):,.10g}"
    return Row(name, (*left, Cell(name, bold=True), right[3], right[2], right[0], right[1]))


def _cells(quote: ProxyQuote | None) -> tuple[Cell, Cell, Cell, Cell]:
    """Bid, ask, volatility, open interest; what was not said is a dash, never a zero."""
    if quote is None:
        return (_said(""), _said(""), _said(""), _said(""))
    iv = quote.implied_volatility
    interest = quote.open_interest
    return (
        _said("" if quote.bid is None else text.price(quote.bid)),
        _said("" if quote.ask is None else text.price(quote.ask)),
        _said("" if iv is None else f"{iv * 100:.1f}"),
        _said("" if interest is None else f"{interest:,}"),
    )


def _said(words: str) -> Cell:
    return Cell(words or text.DASH, "text" if words else "faint")
