"""Rows that hold only text: of a page's own call, which asks for no raw numbers, and of a page's table.

The number is made of the text by the same rules, so that the same checks hold; a clock without a date means
the session that was running, its zone stands beside it.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from app.domain.capture import Capture
from app.domain.session import Calendar
from app.domain.units import MINUTE, SECOND, Ns, ns
from app.sources.barchart.row import Number, Numbers, Row, RowError, is_settled, shown_date

DELAY_MINUTES: Final = 10
_ZONES: Final = {"CT": ZoneInfo("America/Chicago"), "ET": ZoneInfo("America/New_York")}
_ABSENT: Final = "N/A"
_ONE_DAY: Final = timedelta(days=1)
_OUTSIDE: Final = "trade outside the session"
NEEDED: Final = frozenset(
    {
        "strike", "openPrice", "highPrice", "lowPrice", "lastPrice", "priceChange", "bidPrice", "askPrice",
        "volume", "openInterest", "tradeTime",
    }
)  # fmt: skip


def as_of(capture: Capture) -> Ns:
    """The market's time that an answer can at best be about."""
    return Ns(capture.fetched - DELAY_MINUTES * MINUTE)


class Session:
    """The session that a clock without a date belongs to."""

    def __init__(self, opened: Ns, latest: Ns) -> None:
        self._opened = opened
        self._latest = latest

    @classmethod
    def of(cls, capture: Capture, calendar: Calendar) -> "Session":
        latest = as_of(capture)
        return cls(calendar.session(calendar.last_session_day(latest))[0], latest)

    def moment(self, clock: str) -> Ns:
        """The newest moment of the session that has this time of the day, e.g. `14:53 ET`."""
        hours, _, minutes = clock[:-2].partition(":")
        place = _ZONES[clock[-2:]]
        day: date = datetime.fromtimestamp(self._latest // SECOND, place).date()
        while True:
            wall = datetime(day.year, day.month, day.day, int(hours), int(minutes), tzinfo=place)
            at = ns(wall)
            if at <= self._latest + MINUTE:
                break
            day -= _ONE_DAY
        if at < self._opened - MINUTE:
            raise RowError(_OUTSIDE)
        return max(at, self._opened)

    def midnight(self, day: date) -> Ns:
        at = ns(datetime.combine(day, time(), _ZONES["CT"]))
        if not self._opened <= at <= self._latest:
            raise RowError(_OUTSIDE)
        return at


def numbered(cells: Mapping[str, str], symbol: str, option_type: str, session: Session) -> Row:
    """Of cells by the data call's names. Raises RowError or ValueError with what cannot be read."""
    text, seconds = cells["tradeTime"], None
    if text.endswith(tuple(_ZONES)):
        seconds = session.moment(text) // SECOND
        text = f"{text[:-2]}CT"
    elif not is_settled(cells["lastPrice"], cells["openPrice"], cells["volume"]):
        # only a trade in the minute of midnight is shown as a date
        seconds = session.midnight(shown_date(text)) // SECOND
    return Row(
        strike=cells["strike"],
        open_price=cells["openPrice"],
        high_price=cells["highPrice"],
        low_price=cells["lowPrice"],
        last_price=cells["lastPrice"],
        price_change=cells["priceChange"],
        bid_price=cells["bidPrice"],
        ask_price=cells["askPrice"],
        volume=cells["volume"],
        trade_time=text,
        option_type=option_type,
        symbol=symbol,
        raw=Numbers(
            strike=number(cells["strike"][:-1]),
            open_price=_price(cells["openPrice"]),
            high_price=_price(cells["highPrice"]),
            low_price=_price(cells["lowPrice"]),
            last_price=_price(cells["lastPrice"]),
            bid_price=_price(cells["bidPrice"]),
            ask_price=_price(cells["askPrice"]),
            volume=_count(cells["volume"]),
            open_interest=_count(cells["openInterest"]),
            trade_time=seconds,
        ),
    )


def number(text: str) -> float:
    try:
        value = float(text.replace(",", ""))
    except ValueError as e:
        raise RowError("number cannot be read") from e
    if value != value or abs(value) == float("inf"):
        raise RowError("number cannot be read")
    return value


def _price(text: str) -> Number:
    return 0 if text == _ABSENT else number(text.removesuffix("s"))


def _count(text: str) -> Number | None:
    return None if text == _ABSENT else number(text)
