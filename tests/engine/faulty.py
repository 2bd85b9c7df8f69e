"""Faults of the simulated live gateway, and what the window has to say of each."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.engine.live_run import Run

SOURCE = "databento_live"


@dataclass(frozen=True)
class Case:
    """`shows` is what the window has to say of it; `heal` is what ends it, where it does not end by itself;
    `logs` are the warnings that belong to it, beside that of the end."""

    name: str
    begin: Callable[[Run], object]
    shows: Callable[[Run], object]
    logs: tuple[str, ...] = ()
    heal: Callable[[Run], object] = lambda run: None
    is_gap: bool = True


def fault(kind: str, route: str = "stream/trades", **more: object) -> Callable[[Run], object]:
    return lambda run: run.farm.faults.set(SOURCE, route, kind, **more)  # type: ignore[arg-type]


def says(text: str) -> Callable[[Run], object]:
    """In the reason of the gap, in the health row or in a notice."""

    def said(run: Run) -> bool:
        health = run.health()
        row = health.note if health is not None else ""
        return any(text in place for place in (row, run.notices(), *(gap.reason for gap in run.gaps())))

    return said


def again(run: Run) -> None:
    """What the user does: mends it, then asks again."""
    run.farm.faults.clear()
    health = run.health()
    assert health is not None
    run.host.submit(run.host.engine.restart(health.source)).result(5)
