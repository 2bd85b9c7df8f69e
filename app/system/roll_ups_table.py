"""What channels did: minutes are kept for nine days, hours for a year, days for good."""

from collections.abc import Iterable, Sequence
from datetime import date
from sqlite3 import Row
from typing import Final

from app.domain.market_state import MarketState
from app.domain.roll_up import Period, RollUp
from app.domain.routing import Channel, SourceId
from app.domain.units import DAY, Ns
from app.system.database import Database

_KEPT: Final = {Period.MINUTE: 9 * DAY, Period.HOUR: 366 * DAY}
_SUMMED: Final = (Period.HOUR, Period.DAY)
_CHANNELS: Final = frozenset(channel.value for channel in Channel)


class RollUpsTable:
    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, minutes: Iterable[RollUp]) -> None:
        """Each minute once; a minute that is told again counts once more in its hour and day."""
        with self._database.transaction():
            newest = Ns(0)
            for one in minutes:
                newest = max(newest, one.start)
                self._put("INSERT OR REPLACE INTO roll_up", "", Period.MINUTE, one)
                for period in _SUMMED:
                    self._put("INSERT INTO roll_up", _SUM, period, one)
            for period, kept in _KEPT.items():
                self._database.write(
                    "DELETE FROM roll_up WHERE period = ? AND start < ?", (period.name, newest - kept)
                )

    def since(self, period: Period, start: Ns) -> Sequence[RollUp]:
        rows = self._database.rows(
            "SELECT * FROM roll_up WHERE period = ? AND start >= ? ORDER BY start", (period.name, start)
        )
        return tuple(_roll_up(row) for row in rows if row["channel"] in _CHANNELS)

    def _put(self, statement: str, conflict: str, period: Period, one: RollUp) -> None:
        start = one.start - one.start % period.value
        self._database.write(
            f"{statement} ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) {conflict}",
            (
                period.name, start, one.source, one.channel.value, one.day.isoformat(), one.state.value,
                one.open_s, one.good_s, one.records, one.calls, one.errors,
            ),
        )  # fmt: skip


_COLUMNS: Final = "period, start, source, channel, day, state, open_s, good_s, records, calls, errors"
_SUM: Final = """ON CONFLICT (period, start, source, channel, state) DO UPDATE SET
    open_s = open_s + excluded.open_s, good_s = good_s + excluded.good_s,
    records = records + excluded.records, calls = calls + excluded.calls,
    errors = errors + excluded.errors"""


def _roll_up(row: Row) -> RollUp:
    return RollUp(
        SourceId(row["source"]),
        Channel(row["channel"]),
        Ns(row["start"]),
        date.fromisoformat(row["day"]),
        MarketState(row["state"]),
        row["open_s"],
        row["good_s"],
        row["records"],
        row["calls"],
        row["errors"],
    )
