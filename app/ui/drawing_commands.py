"""What the chart asks about the trader's drawings. Each call returns at once with a future."""

from concurrent.futures import Future
from typing import Any, Protocol

from app.domain.drawings import Drawing


class DrawingCommands(Protocol):
    def keep_drawings(self, contract: str, drawings: tuple[Drawing, ...]) -> "Future[Any]":
        """All of one contract, by its code."""
        ...
