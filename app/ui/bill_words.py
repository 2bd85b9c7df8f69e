"""A vendor's bill before it is kept, as lines to be read. No Qt."""

from typing import Final

from app.domain.bill import Bill
from app.domain.cost import Reconciliation
from app.ui import format as text
from app.ui.widgets.keyed_line import KeyedLine

DRIFT_SHARE: Final = 0.05
_MOST_PARTS: Final = 6


def bill_lines(bill: Bill) -> tuple[KeyedLine, ...]:
    usage = bill.usage
    days, costs = usage.columns
    instead = f"also there: {', '.join(usage.others)}" if usage.others else ""
    lines = [
        KeyedLine("File", bill.file, f"{usage.rows:,} lines"),
        KeyedLine("Days and costs are read from", f"“{days}” and “{costs}”", instead),
    ]
    if usage.left_out:
        lines_of = "line" if usage.left_out == 1 else "lines"
        words = f"{usage.left_out:,} {lines_of}, {text.money(usage.left_out_amount)}"
        lines.append(KeyedLine("Fees and credits, left out", words, "no metered use"))
    parts = sorted(usage.lines, key=lambda line: -abs(line.amount))
    for part in parts[:_MOST_PARTS]:
        names = " · ".join(name for name in (part.month, part.dataset, part.schema) if name)
        lines.append(KeyedLine(names, text.money(part.amount), swatch="info"))
    if len(parts) > _MOST_PARTS:
        lines.append(KeyedLine(f"and {len(parts) - _MOST_PARTS} more parts", ""))
    return (*lines, *(_compared(one) for one in bill.compared))


def verdict(bill: Bill) -> str:
    """One sentence: how far off, and what keeping it does."""
    far = [one.month for one in bill.compared if is_far(one)]
    words = "The ledger agrees with it." if not far else f"More than 5 % apart in {', '.join(far)}."
    if bill.replaces:
        words += f" It takes the place of the bill that was read before for {', '.join(bill.replaces)}."
    return f"{words} Nothing is kept yet."


def is_far(one: Reconciliation) -> bool:
    """Nothing billed and nothing settled is no drift."""
    drift = one.drift
    return bool(one.settled) if drift is None else abs(drift) > DRIFT_SHARE


def _compared(one: Reconciliation) -> KeyedLine:
    drift = text.DASH if one.drift is None else text.percent(one.drift, 1, sign=True)
    return KeyedLine(
        f"{one.month}: billed {text.money(one.billed)}, settled here {text.money(one.settled)}",
        drift,
        "drift",
        colour="warn" if is_far(one) else "up",
        strong=True,
    )
