"""The panels, found by walking this package: one sub-package each, with `PANEL = PanelSpec(...)`."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.ui.desk import Desk
    from app.ui.panel import Panel


class Area(Enum):
    """Where a panel stands until the user moves it: panels of SIDE are stacked, of the others tabbed."""

    CHART = "chart"
    BOARD = "board"
    SIDE = "side"
    FOOT = "foot"


@dataclass(frozen=True, slots=True)
class PanelSpec:
    """Declares a panel. `id` names its dock in saved layouts and must never change."""

    id: str
    title: str
    area: Area
    order: int
    make: "Callable[[Desk], Panel]"


def discover() -> tuple[PanelSpec, ...]:
    """Every panel, in order. Raises when there is none, as in a frozen program without its submodules."""
    found: list[PanelSpec] = []
    for module in pkgutil.iter_modules(__path__):
        if module.ispkg:
            found.append(importlib.import_module(f"{__name__}.{module.name}").PANEL)
    if not found:
        raise RuntimeError("no panel was found: the package app.ui.panels is incomplete")
    return tuple(sorted(found, key=lambda spec: (list(Area).index(spec.area), spec.order)))
