"""What the user may take away of what is on screen; each answers with a sentence on where it went."""

from collections.abc import Callable
from typing import Final

from app import __version__
from app.domain.chain_table import chain_table
from app.domain.chain_updates import ChainArrived
from app.domain.errors import ConfigError
from app.domain.table import Table
from app.engine.desk import Desk
from app.engine.ports import TableWriter

_LIMIT_S: Final = 30.0


class ExportCommands:
    def __init__(self, desk: Desk, write: TableWriter | None) -> None:
        self._desk = desk
        self._write = write

    async def chain(self, shown: ChainArrived, target: str) -> str:
        """The chain as it was shown, with its volatilities and greeks and all that says where it is from."""
        at = self._desk.clock.now()
        return await self._written(lambda: chain_table(shown, __version__, at), target)

    async def table(self, table: Table, target: str) -> str:
        return await self._written(lambda: table, target)

    async def _written(self, make: Callable[[], Table], target: str) -> str:
        write = self._write
        if write is None:
            raise ConfigError("This program was put together without a way to write tables.")
        return await self._desk.workers.run("export a table", lambda: write(make(), target), _LIMIT_S)
