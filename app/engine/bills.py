"""Vendors' own bills beside the ledger: read and looked at first, then kept, and taken back if need be."""

from collections.abc import Callable
from typing import Final

from app.domain.bill import Bill
from app.domain.cost import Reconciliation
from app.domain.errors import ConfigError
from app.domain.routing import SourceId
from app.domain.spending import standing
from app.domain.units import usd
from app.domain.usage import Usage, read_usage
from app.engine.audit import USER
from app.engine.desk import Desk
from app.engine.ledger import Ledger, settled_by
from app.engine.workers import DB

_LIMIT_S: Final = 15.0


class Bills:
    """`read_text` reads a file that the user chose."""

    def __init__(self, desk: Desk, ledger: Ledger, read_text: Callable[[str], str] | None) -> None:
        self._desk = desk
        self._ledger = ledger
        self._read_text = read_text

    async def read(self, source: SourceId, path: str) -> Bill:
        """Nothing is kept. Raises ConfigError with the line that cannot be understood."""
        read = self._read_text
        if read is None:
            raise ConfigError("No file can be read here.")
        usage = await self._desk.workers.run("read usage", lambda: read_usage(read(path)), _LIMIT_S)
        return await self._desk.workers.run(
            "compare", lambda: self._compared(source, path, usage), _LIMIT_S, DB
        )

    async def keep(self, bill: Bill) -> str:
        store, now, source, usage = self._desk.store, self._desk.clock.now(), bill.source, bill.usage
        await self._desk.workers.run(
            "keep the bill", lambda: store.add_bill(source, now, usage.lines), _LIMIT_S, DB
        )
        await self._ledger.load()
        months = ", ".join(usage.months)
        self._desk.audit.note(
            USER, f"bill of {source}", "", f"${usd(usage.total):,.2f} for {months}", "command"
        )
        return f"{source} billed ${usd(usage.total):,.2f} for {months}."

    async def undo(self, source: SourceId) -> str:
        """The newest bill of a source goes; an earlier one of the same month counts again."""
        store = self._desk.store
        gone = await self._desk.workers.run("undo", lambda: store.drop_bill(source), _LIMIT_S, DB)
        if not gone:
            raise ConfigError(f"No bill of {source} was kept.")
        await self._ledger.load()
        total = sum(line.amount for line in gone)
        months = ", ".join(sorted({line.month for line in gone}))
        self._desk.audit.note(
            USER, f"bill of {source}", f"${total / 1e6:,.2f} for {months}", "taken back", "command"
        )
        return f"The bill of {source} for {months} was taken back."

    def _compared(self, source: SourceId, file: str, usage: Usage) -> Bill:
        store, now = self._desk.store, self._desk.clock.now()
        compared = tuple(
            Reconciliation(
                source, month, settled_by(source, standing(store.charges(month))), usage.of_month(month), now
            )
            for month in usage.months
        )
        before = tuple(month for month in usage.months if source in store.billed(month))
        return Bill(source, file, usage, compared, before)
