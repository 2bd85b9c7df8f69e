"""Advice on cost that follows from ledger lines alone; without such a fact there is none.

Each saving is computed from what was really paid this month.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Final

from app.domain.cost import Charge, ChargeState, CostKind, Recommendation
from app.domain.routing import SourceId
from app.domain.units import DAY, HOUR, MINUTE, MicroUsd, Ns, usd

# from the most detailed to the coarsest
_SCHEMAS: Final = (
    "mbo", "mbp-10", "mbp-1", "bbo-1s", "tbbo", "trades", "ohlcv-1s", "ohlcv-1m", "ohlcv-1h", "ohlcv-1d",
)  # fmt: skip
_WHOLE_DAY_MIN: Final = DAY // MINUTE
# how a ledger line of live data names what was bought
LIVE: Final = "live"


def recommendations(
    charges: Iterable[Charge],
    streaming: Collection[SourceId] = (),
    regular: Callable[[Ns], bool] = lambda _: True,
) -> tuple[Recommendation, ...]:
    """`charges` is the newest line of each reservation, `streaming` the sources whose live plan is in use,
    `regular` says whether a moment lies in regular hours. The largest saving comes first.
    """
    bought = [c for c in charges if c.kind is CostKind.METERED and c.state is ChargeState.SETTLED]
    found = [
        *_bought_again(bought),
        *_could_be_replayed(bought, streaming),
        *_finer_than_others(bought),
        *_outside_regular_hours(bought, regular),
    ]
    return tuple(sorted((one for one in found if one.saving), key=lambda one: -one.saving))


def _bought_again(bought: list[Charge]) -> Iterator[Recommendation]:
    """History is billed on every send, so the same request costs again."""
    same: dict[tuple[str, ...], list[Charge]] = defaultdict(list)
    for charge in sorted(bought, key=lambda charge: charge.at):
        if charge.request_hash:
            key = (charge.source, charge.dataset, charge.schema, charge.request_hash)
            same[key].append(charge)
    for first, *again in same.values():
        saving = MicroUsd(sum(charge.actual or 0 for charge in again))
        sentence = (
            f"The same {first.schema or 'data'} request to {first.source} was bought {len(again) + 1} times. "
            f"Buying only missing ranges would have saved ${usd(saving):,.2f}; so would a batch order, which "
            "may be loaded again for 30 days."
        )
        yield Recommendation("buy missing ranges only", sentence, saving)


def _could_be_replayed(bought: list[Charge], streaming: Collection[SourceId]) -> Iterator[Recommendation]:
    """The last day is replayed free by a live plan."""
    recent = [c for c in bought if c.source in streaming and c.start is not None and c.start >= c.at - DAY]
    saving = MicroUsd(sum(charge.actual or 0 for charge in recent))
    sentence = (
        f"{len(recent)} purchases lay wholly within the last 24 hours, which the live plan replays free: "
        f"${usd(saving):,.2f} less."
    )
    yield Recommendation(
        "free replay instead of history", sentence, saving, ("chart_backfill", _WHOLE_DAY_MIN)
    )


def _outside_regular_hours(bought: list[Charge], regular: Callable[[Ns], bool]) -> Iterator[Recommendation]:
    """Only of live data that is charged by its size: on a flat plan fewer hours save nothing."""
    streamed: dict[SourceId, list[Charge]] = defaultdict(list)
    for charge in bought:
        if charge.schema == LIVE:
            streamed[charge.source].append(charge)
    for source, lines in streamed.items():
        saving = MicroUsd(sum(line.actual or 0 for line in lines if not regular(line.at)))
        whole = MicroUsd(sum(line.actual or 0 for line in lines))
        sentence = (
            f"${usd(saving):,.2f} of the ${usd(whole):,.2f} for live data of {source} came outside regular "
            "hours: disconnected then, it would cost that much less."
        )
        setting = (f"{source}_hours", "regular hours")
        yield Recommendation("live only in market hours", sentence, saving, setting)


def _finer_than_others(bought: list[Charge]) -> Iterator[Recommendation]:
    """The same hours, at the price this month's own purchases of the next coarser schema had."""
    hours: dict[tuple[SourceId, str, str], float] = defaultdict(float)
    paid: dict[tuple[SourceId, str, str], int] = defaultdict(int)
    for charge in bought:
        if charge.start is not None and charge.end is not None and charge.schema in _SCHEMAS:
            key = charge.source, charge.dataset, charge.schema
            hours[key] += (charge.end - charge.start) / HOUR
            paid[key] += charge.actual or 0
    for key, length in hours.items():
        source, dataset, schema = key
        coarser = (
            other
            for other in _SCHEMAS[_SCHEMAS.index(schema) + 1 :]
            if hours.get((source, dataset, other), 0.0) > 0
        )
        other = next(coarser, None)
        if other is None or length <= 0:
            continue
        a_coarse_hour = paid[source, dataset, other] / hours[source, dataset, other]
        saving = MicroUsd(max(0, round(paid[key] - a_coarse_hour * length)))
        sentence = (
            f"{length:,.1f} hours of {schema} cost ${usd(MicroUsd(paid[key])):,.2f}; as {other}, at what "
            f"that cost this month, they would have been ${usd(saving):,.2f} cheaper, "
            "without the finer detail."
        )
        yield Recommendation("a coarser schema", sentence, saving)
