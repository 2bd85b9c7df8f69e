"""Keeps what the trader draws on the chart, by contract, so that it outlives the window and a crash."""

from typing import Final

from app.domain.drawings import MOST, Drawing, DrawingsKept, drawings_of, drawings_text
from app.engine.desk import Desk
from app.engine.workers import DB

_FACTS: Final = "drawings/"
_LIMIT_S: Final = 10.0


class DrawingCommands:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def load(self) -> None:
        """Tells what was kept in earlier runs."""
        kept = await self._desk.workers.run(
            "drawings", lambda: self._desk.store.remembered(_FACTS), _LIMIT_S, DB
        )
        for name, text in kept.items():
            self._tell(name.removeprefix(_FACTS), drawings_of(text))

    async def keep(self, contract: str, drawings: tuple[Drawing, ...]) -> None:
        """All of this contract from now on."""
        drawings = drawings[-MOST:]
        text, now = drawings_text(drawings), self._desk.clock.now()
        await self._desk.workers.run(
            "drawings", lambda: self._desk.store.remember(f"{_FACTS}{contract}", text, now), _LIMIT_S, DB
        )
        self._tell(contract, drawings)

    def _tell(self, contract: str, drawings: tuple[Drawing, ...]) -> None:
        self._desk.outbox.put_state(DrawingsKept(contract, drawings))
