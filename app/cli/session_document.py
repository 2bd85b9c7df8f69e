"""`pitwall session` as one document: market state, trade date and next change at a moment."""

from app.domain.session import Calendar
from app.domain.units import Ns, iso


def session_document(calendar: Calendar, at: Ns) -> dict[str, object]:
    now = calendar.at(at)
    return {
        "at": iso(at),
        "state": now.state.value,
        "trading_day": now.trading_day.isoformat(),
        "next_change": iso(now.next_change),
        "next_state": now.next_state.value,
        "source": now.said_by.value,
        "label": now.holiday or None,
    }
