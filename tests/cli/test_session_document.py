from app.cli.session_document import session_document
from app.domain.session import Calendar
from app.domain.units import ns_from_iso


def test_a_moment_is_told_as_one_document() -> None:
    assert session_document(Calendar(), ns_from_iso("2026-01-19T13:30:00-05:00")) == {
        "at": "2026-01-19T18:30:00Z",
        "state": "CLOSED",
        "trading_day": "2026-01-20",
        "next_change": "2026-01-19T23:00:00Z",
        "next_state": "ETH",
        "source": "rules",
        "label": "holiday session: Martin Luther King Day",
    }
