"""A chain with its volatilities and greeks as a table to take away, every number with its unit and origin."""

import math
from typing import Final

from app.domain.chain import Quote
from app.domain.chain_updates import ChainArrived
from app.domain.contract import Right
from app.domain.health import Freshness
from app.domain.table import Kind, Table, TableColumn, Value
from app.domain.units import Ns, iso, points_or_none

_COLUMNS: Final = (
    ("contract", Kind.TEXT), ("vendor_symbol", Kind.TEXT), ("strike", Kind.NUMBER), ("right", Kind.TEXT),
    ("bid", Kind.NUMBER), ("ask", Kind.NUMBER), ("mid", Kind.NUMBER), ("last", Kind.NUMBER),
    ("last_is_settlement", Kind.YES_NO), ("settlement_date", Kind.TEXT), ("crossed", Kind.YES_NO),
    ("volume", Kind.WHOLE), ("volume_is_prior_session", Kind.YES_NO),
    ("open_interest", Kind.WHOLE), ("open_interest_change", Kind.WHOLE),
    ("implied_volatility", Kind.NUMBER), ("delta_per_point", Kind.NUMBER), ("gamma_per_point", Kind.NUMBER),
    ("theta_dollars_per_day", Kind.NUMBER), ("vega_dollars_per_vol_point", Kind.NUMBER),
    ("trade_time", Kind.TEXT), ("quote_time", Kind.TEXT),
)  # fmt: skip
DOLLARS: Final = 20
_FRESH: Final = (Freshness.LIVE, Freshness.QUIET)


def has_volatility(shown: ChainArrived) -> bool:
    """Volatility and greeks stand on the chain's own future, which must be as fresh as the chain claims."""
    return shown.freshness in _FRESH and shown.board is not None


def chain_table(shown: ChainArrived, version: str, exported: Ns) -> Table:
    rows = tuple(_rows(shown))
    columns = tuple(
        TableColumn(name, kind, tuple(row[place] for row in rows))
        for place, (name, kind) in enumerate(_COLUMNS)
    )
    return Table(f"chain-{shown.chain.vendor_series}", _facts(shown, version, exported), columns)


def _facts(shown: ChainArrived, version: str, exported: Ns) -> tuple[tuple[str, str], ...]:
    chain, strip = shown.chain, shown.strip
    future = "not known"
    if strip is not None and strip.future is not None and strip.future_from is not None:
        future = f"{strip.future:g} ({strip.future_from.value})"
    return (
        ("source", str(chain.source)),
        ("fidelity", str(chain.fidelity)),
        ("state", shown.freshness.value),
        ("level", shown.level),
        ("series", f"{chain.vendor_series} ({chain.series.raw if chain.series else 'not known'})"),
        ("expiry", "not said" if chain.expiry is None else chain.expiry.isoformat()),
        ("underlying", "not said" if chain.underlying is None else chain.underlying.contract),
        ("future", future),
        ("as of", iso(chain.as_of)),
        ("received", iso(chain.received)),
        ("open interest of", _interest_of(shown)),
        (
            "greeks",
            "Black-76 on the future above" if has_volatility(shown) else "none: the chain is not fresh",
        ),
        ("rejected rows", str(len(chain.rejects))),
        ("gaps", "none: one snapshot of one source"),
        ("snapshot", shown.provenance.snapshot_id),
        ("exported", iso(exported)),
        ("program", f"Pitwall {version}"),
    )


def _interest_of(shown: ChainArrived) -> str:
    if shown.interest is None:
        return "a settlement that the source does not date"
    before = f", change since {shown.interest.before}" if shown.interest.before else ""
    return f"{shown.interest.settled}{before}"


def _rows(shown: ChainArrived) -> list[tuple[Value, ...]]:
    board = shown.board
    if board is None:
        return []
    fresh, made = has_volatility(shown), []
    for right, quotes, vol, greeks in (
        (Right.CALL, board.calls, board.call_vol, board.call_greeks),
        (Right.PUT, board.puts, board.put_vol, board.put_greeks),
    ):
        for i, quote in enumerate(quotes):
            if quote is None:
                continue
            worked_out = (vol[i], greeks.delta[i], greeks.gamma[i],
                          greeks.theta[i] * DOLLARS, greeks.vega[i] * DOLLARS)  # fmt: skip
            numbers = [_number(float(x)) if fresh else None for x in worked_out]
            made.append((*_said(quote, right, float(board.strikes[i]), shown), *numbers, *_times(quote)))
    return made


def _said(quote: Quote, right: Right, strike: float, shown: ChainArrived) -> tuple[Value, ...]:
    change = None if shown.interest is None else shown.interest.changes.get(quote.contract.raw)
    settled = None if quote.settlement_date is None else quote.settlement_date.isoformat()
    return (
        quote.contract.raw, quote.symbol, strike, right.value,
        points_or_none(quote.bid), points_or_none(quote.ask), points_or_none(quote.mid),
        points_or_none(quote.last), quote.is_settlement, settled, quote.crossed,
        quote.volume, quote.volume_is_prior_session, quote.open_interest, change,
    )  # fmt: skip


def _times(quote: Quote) -> tuple[Value, Value]:
    said = (quote.trade_time, quote.quote_time)
    trade, quoted = (None if at is None else iso(at) for at in said)
    return trade, quoted


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
