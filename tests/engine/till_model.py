"""A till that is cut off and opened again, beside a simple model of what its books must say."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.domain.cost import Charge
from app.domain.errors import OverBudget
from app.domain.spending import counted, standing
from app.domain.units import MicroUsd
from app.engine.till import Till
from app.system.paths import Paths
from app.system.redact import SecretRedactor
from app.system.store import SqliteStore
from tests.engine.spenders import LIMITS, NOW, purchase

MONTH = "2025-06"


class PowerCutError(Exception):
    """Between a line that is written and the end of its transaction."""


class FailingStore(SqliteStore):
    """A store whose next line never reaches the disk."""

    cut = False

    def append_charge(self, charge: Charge) -> None:
        super().append_charge(charge)
        if self.cut:
            raise PowerCutError


@dataclass
class Desk:
    """A till that is closed and opened again, and what should be in its books."""

    folder: Path
    books: dict[str, MicroUsd] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)
    lines: int = 0

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self.store = FailingStore(Paths(self.folder), SecretRedactor())
        self.till = Till(self.store)

    def reserve(self, estimate: int) -> None:
        purse = self.till.purse(LIMITS, NOW)
        try:
            charge = self.till.reserve(purchase(estimate), LIMITS, NOW)
        except OverBudget:
            assert estimate * 1.1 > purse.left
            return
        self.books[charge.reservation_id] = charge.reserve
        self.open.append(charge.reservation_id)
        self.lines += 1

    def settle(self, share: float, release: bool) -> None:
        if not self.open:
            return
        name = self.open.pop()
        self.lines += 1
        if release:
            self.till.release(name, NOW)
            self.books[name] = MicroUsd(0)
        else:
            actual = MicroUsd(int(self.books[name] * share))
            self.till.settle(name, actual, 1, NOW)
            self.books[name] = actual

    def crash(self) -> None:
        """In the middle of a step; whatever was asked, nothing of it stays."""
        self.store.cut = True
        with pytest.raises((PowerCutError, OverBudget)):
            self._ask()
        self.store.close()
        self.restart()

    def _ask(self) -> None:
        if self.open:
            self.till.settle(self.open[-1], MicroUsd(0), None, NOW)
        else:
            self.till.reserve(purchase(1), LIMITS, NOW)

    def check(self) -> None:
        lines = self.store.charges(MONTH)
        purse = self.till.purse(LIMITS, NOW)
        assert {line.reservation_id: counted(line) for line in standing(lines)} == self.books
        assert len(lines) == self.lines
        assert purse.metered + purse.reserved == sum(self.books.values()) <= LIMITS.budget
