"""A purchase before it is made, as lines to be read: what exactly, how much, what it leaves. No Qt."""

from app.domain.history import HistoryQuote
from app.domain.units import MicroUsd, Ns
from app.ui import format as text
from app.ui.format import Zone
from app.ui.widgets.keyed_line import KeyedLine

_GB = 1e9
_MOST_NAMED = 4


def span_words(start: Ns, end: Ns, zone: Zone) -> str:
    """In the trader's zone and in UTC, which is what the vendor bills by."""
    utc = text.zone("UTC")
    return " – ".join(text.day_clock(at, zone) for at in (start, end)) + "  =  " + " – ".join(
        text.day_clock(at, utc) for at in (start, end)
    )  # fmt: skip


def price_lines(quote: HistoryQuote, zone: Zone) -> tuple[KeyedLine, ...]:
    want, cost = quote.want, quote.cost
    lines = [
        KeyedLine("What", f"{want.dataset} · {want.schema}"),
        _symbols(quote),
        KeyedLine("Range", span_words(want.span.start, want.span.end, zone)),
        KeyedLine("On the shelf already", text.percent(quote.held), _pieces(quote)),
        KeyedLine("Records to buy", _count(quote.records), _size(quote.bytes)),
        KeyedLine("Price of what is missing", money(cost), _whole(quote), strong=True, colour=_ink(quote)),
        KeyedLine("Left this month for metered use", text.money(quote.left), _of_left(quote)),
        KeyedLine("Month's forecast with it", text.money(quote.after)),
    ]
    doubtful = {day: state for tag in quote.tags for day, state in tag.doubtful}
    if doubtful:
        named = ", ".join(f"{day:%d %b} {state}" for day, state in sorted(doubtful.items())[:_MOST_NAMED])
        lines.append(KeyedLine("The vendor doubts some days", named, colour="warn"))
    missing = sorted({name for tag in quote.tags for name in tag.not_found})
    if missing:
        lines.append(KeyedLine("Unknown to the vendor", ", ".join(missing[:_MOST_NAMED]), colour="down"))
    lines += [
        KeyedLine(f"Cheaper: {schema}", money(price), "less detail") for schema, price in _cheaper(quote)
    ]
    return tuple(lines)


def verdict(quote: HistoryQuote) -> str:
    """One sentence: may it be bought, and by what word."""
    cost = quote.cost
    if quote.refused:
        return quote.refused
    if not quote.tags:
        return "All of it is on the shelf: nothing has to be bought."
    if cost is not None and cost * 11 > quote.left * 10:
        return "This does not fit into what the month leaves. Only a typed reason lets it pass, this once."
    if quote.must_type:
        return "This is above the cap of a single request: type the amount to buy it."
    if quote.unasked:
        return "Small enough to need no further question."
    return "Buying it takes your word."


def needs_reason(quote: HistoryQuote) -> bool:
    cost = quote.cost
    return cost is not None and cost * 11 > quote.left * 10


def amount_typed(quote: HistoryQuote, typed: str) -> bool:
    """Whether what was typed is the price, to the cent."""
    cost = quote.cost
    try:
        said = float(typed.replace("$", "").replace(",", "").strip())
    except ValueError:
        return False
    return cost is not None and round(said, 2) == round(cost / 1e6, 2)


def money(amount: MicroUsd | None) -> str:
    """Cents; a fraction of one in full, so that it does not read as nothing."""
    if amount is None or not 0 < amount < 10_000:
        return text.money(amount)
    return f"${amount / 1e6:.6f}".rstrip("0")


def _symbols(quote: HistoryQuote) -> KeyedLine:
    want = quote.want
    if want.is_all:
        return KeyedLine("Symbols", "ALL of the dataset", "this is hardly ever meant", colour="down")
    resolved = {tag.resolved for tag in quote.tags}
    count = max((one for one in resolved if one is not None), default=None)
    named = ", ".join(want.symbols[:_MOST_NAMED]) + (" …" if len(want.symbols) > _MOST_NAMED else "")
    words = "" if count is None else f"{count:,} instruments"
    return KeyedLine(
        "Symbols", f"{named} ({want.symbols_as})", words, colour="down" if count == 0 else "text"
    )


def _pieces(quote: HistoryQuote) -> str:
    count = len(quote.tags)
    return "" if not count or quote.held == 0 else f"{count} {'piece' if count == 1 else 'pieces'} missing"


def _whole(quote: HistoryQuote) -> str:
    return "" if quote.whole is None else f"all of it anew: {money(quote.whole)}"


def _of_left(quote: HistoryQuote) -> str:
    cost = quote.cost
    return "" if not cost or quote.left <= 0 else f"this takes {text.percent(cost / quote.left)} of it"


def _ink(quote: HistoryQuote) -> str:
    if quote.refused or needs_reason(quote):
        return "down"
    return "warn" if quote.must_type else "text"


def _cheaper(quote: HistoryQuote) -> tuple[tuple[str, MicroUsd], ...]:
    cost = quote.cost
    return tuple((schema, price) for schema, price in quote.others if cost is not None and price < cost)


def _count(records: int | None) -> str:
    return text.DASH if records is None else f"{records:,}"


def _size(size: int | None) -> str:
    if size is None:
        return ""
    return f"{size / _GB:,.2f} GB" if size >= _GB / 10 else f"{size / 1e6:,.1f} MB"
