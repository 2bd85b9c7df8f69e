"""Bars of the chart as a table to take along, with where they come from and what is missing in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from app.domain.anchors import NOT_YET
from app.domain.table import Kind, Table, TableColumn, Value
from app.domain.units import POINT, Ns, iso
from app.domain.updates import GapChanged
from app.ui.panels.pressure.wide import Wide

_NOT_SAID: Final = "not said"


@dataclass(frozen=True, slots=True)
class Heading:
    """Provenance of what is taken along."""

    contract: str
    mode: str
    source: str
    fidelity: str
    state: str
    sides: str
    as_of: Ns | None
    received: Ns | None
    exported: Ns
    version: str

    def facts(self) -> tuple[tuple[str, str], ...]:
        return (
            ("contract", self.contract),
            ("mode", self.mode),
            ("source", self.source),
            ("fidelity", self.fidelity),
            ("state", self.state),
            ("aggressor sides", self.sides),
            ("as of", _stamp(self.as_of)),
            ("received", _stamp(self.received)),
            ("exported", iso(self.exported)),
            ("program", f"Pitwall {self.version}"),
        )

    def words(self) -> str:
        """For the foot of a picture."""
        return (
            f"{self.contract} · {self.mode} · {self.source} {self.fidelity} · {self.state} · "
            f"sides {self.sides} · as of {_stamp(self.as_of)} · Pitwall {self.version}"
        )


def bars_table(
    wide: Wide, cvd_before: int, cvd_since: Ns, heading: Heading, gaps: Sequence[GapChanged]
) -> Table:
    """`cvd_before` is Σ (B − S) at the anchor, from which the column of cumulative delta counts."""
    bars = wide.candles
    starts = tuple(iso(Ns(start)) for start in bars.start.tolist())
    prices = (("open", bars.open), ("high", bars.high), ("low", bars.low), ("close", bars.close))
    counts = (
        ("bought", bars.bought), ("sold", bars.sold), ("no_side", bars.unknown), ("trades", bars.trades),
        ("delta", bars.delta), ("least_delta_inside", bars.low_delta),
        ("most_delta_inside", bars.high_delta),
    )  # fmt: skip
    columns = (
        TableColumn("start_utc", Kind.TEXT, starts),
        TableColumn("end_utc", Kind.TEXT, tuple(iso(Ns(end)) for end in wide.ends.tolist())),
        *(TableColumn(f"{name}_points", Kind.NUMBER, _points(values)) for name, values in prices),
        *(TableColumn(name, Kind.WHOLE, _whole(values)) for name, values in counts),
        TableColumn("cumulative_delta", Kind.WHOLE, _since(wide, cvd_before, cvd_since)),
    )
    since = ("cumulative delta since", iso(cvd_since) if cvd_since < NOT_YET else "not yet")
    return Table(f"bars-{heading.contract}", (*heading.facts(), since, *_gaps(gaps)), columns)


def _gaps(gaps: Sequence[GapChanged]) -> tuple[tuple[str, str], ...]:
    if not gaps:
        return (("gaps", "none known"),)
    return tuple(
        (
            "gap",
            f"{iso(gap.start)} to {'now' if gap.end is None else iso(gap.end)}, {gap.source}: {gap.reason}",
        )
        for gap in gaps
    )


def _points(values: NDArray[np.int64]) -> tuple[Value, ...]:
    return tuple((values / POINT).tolist())


def _whole(values: NDArray[np.int64]) -> tuple[Value, ...]:
    return tuple(values.tolist())


def _since(wide: Wide, before: int, anchor: Ns) -> tuple[Value, ...]:
    """Nothing for the bars before the anchor."""
    both = zip((wide.end_run - before).tolist(), wide.ends.tolist(), strict=True)
    return tuple(run if end > anchor else None for run, end in both)


def _stamp(at: Ns | None) -> str:
    return _NOT_SAID if at is None else iso(at)
