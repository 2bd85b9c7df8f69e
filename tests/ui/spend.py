"""What a month has cost, as the engine says it to the window."""

from dataclasses import replace

from app.domain.cost import MonthCost, SourceSpend, SpendStatus
from app.domain.routing import SourceId
from app.domain.units import MicroUsd

_DATABENTO, _BARCHART = SourceId("databento"), SourceId("barchart")


def month(**changed: object) -> MonthCost:
    dollars = 1_000_000
    base = MonthCost(
        "Nov 2026", MicroUsd(200 * dollars), MicroUsd(150 * dollars), MicroUsd(179 * dollars),
        MicroUsd(2_370_000), MicroUsd(400_000), MicroUsd(184_100_000), MicroUsd(182_000_000),
        MicroUsd(189_500_000), None, SpendStatus.UNDER,
        (
            SourceSpend(_DATABENTO, MicroUsd(179 * dollars), MicroUsd(2_370_000), MicroUsd(400_000)),
            SourceSpend(_BARCHART, MicroUsd(0), MicroUsd(0), MicroUsd(0)),
        ),
        simulated=True,
    )  # fmt: skip
    return replace(base, **changed)  # type: ignore[arg-type]
