"""Advice on cost that follows from ledger lines alone; without such a fact there is none.

Each saving is computed from what was really paid this month. What the month's own figures tell without a
saving is in `habits`.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from app.domain.cost import Charge, ChargeState, CostKind, Recommendation
from app.domain.intervals import Span, share_held
from app.domain.routing import SourceId
from app.domain.units import DAY, HOUR, MINUTE, MicroUsd, Ns, usd

# from the most detailed to the coarsest
_SCHEMAS: Final = (
    "mbo", "mbp-10", "mbp-1", "bbo-1s", "tbbo", "trades", "ohlcv-1s", "ohlcv-1m", "ohlcv-1h", "ohlcv-1d",
)  # fmt: skip
# a sample a second: neither each trade nor each quote can be made of it
_SAMPLED: Final = "bbo-1s"
_MOST_BACKFILL: Final = 0.3
_WHOLE_DAY_MIN: Final = DAY // MINUTE
# how a ledger line of live data names what was bought
LIVE: Final = "live"


@dataclass(frozen=True, slots=True)
class FreeOffer:
    """What a source shows without a price for each request: of these schemas, back to `reach` before now."""

    source: SourceId
    schemas: tuple[str, ...]
    reach: Ns


def recommendations(
    charges: Iterable[Charge],
    streaming: Collection[SourceId] = (),
    regular: Callable[[Ns], bool] = lambda _: True,
    free: Collection[FreeOffer] = (),
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
        *_held_already(bought),
        *_free_elsewhere(bought, free),
        *_much_backfill(bought),
    ]
    return tuple(sorted((one for one in found if one.saving), key=lambda one: -(one.saving or 0)))


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
    """The last day is replayed free by a live plan, unless that is charged by its size."""
    flat = set(streaming) - {c.source for c in bought if c.schema == LIVE}
    recent = [c for c in bought if c.source in flat and c.start is not None and c.start >= c.at - DAY]
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
            f"without the finer detail: choose {other} in the order form where that is enough."
        )
        yield Recommendation("a coarser schema", sentence, saving)


def _held_already(bought: list[Charge]) -> Iterator[Recommendation]:
    """What was bought before holds the same hours, as fine or finer. The ledger does not say of which
    contracts, so it is the most that could have been saved."""
    held: dict[tuple[SourceId, str], list[Charge]] = defaultdict(list)
    saving = 0.0
    history = [charge for charge in bought if charge.schema != LIVE]
    for charge in sorted(history, key=lambda charge: charge.at):
        if charge.start is None or charge.end is None or charge.end <= charge.start:
            continue
        key = charge.source, charge.dataset
        # the same request once more is advice of its own
        earlier = [c for c in held[key] if c.at < charge.at and _holds(c, charge)]
        if not any(c.request_hash and c.request_hash == charge.request_hash for c in earlier):
            span = Span(charge.start, charge.end)
            spans = [Span(c.start, c.end) for c in earlier if c.start is not None and c.end is not None]
            saving += (charge.actual or 0) * share_held(span, spans)
        held[key].append(charge)
    amount = MicroUsd(round(saving))
    sentence = (
        f"${usd(amount):,.2f} went for hours that were bought before, as fine or finer: as far as it was for "
        "the same contracts, back-tests can read what is on the shelf."
    )
    yield Recommendation("cached data for back-tests", sentence, amount)


def _holds(one: Charge, other: Charge) -> bool:
    if one.schema == other.schema:
        return True
    if one.schema not in _SCHEMAS or other.schema not in _SCHEMAS or one.schema == _SAMPLED:
        return False
    return _SCHEMAS.index(one.schema) < _SCHEMAS.index(other.schema)


def _free_elsewhere(bought: list[Charge], free: Collection[FreeOffer]) -> Iterator[Recommendation]:
    """Only what the other source shows of the whole range that was bought; a purchase counts once."""
    by_offer: dict[FreeOffer, list[Charge]] = defaultdict(list)
    for charge in bought:
        able = (
            offer
            for offer in free
            if offer.source != charge.source
            and charge.schema in offer.schemas
            and charge.start is not None
            and charge.start >= charge.at - offer.reach
        )
        offer = next(able, None)
        if offer is not None:
            by_offer[offer].append(charge)
    for offer, lines in by_offer.items():
        saving = MicroUsd(sum(line.actual or 0 for line in lines))
        schemas = ", ".join(sorted({line.schema for line in lines}))
        sentence = (
            f"${usd(saving):,.2f} went for recent {schemas} of which {offer.source} shows the same without a "
            "price for each request, as late as that source is."
        )
        yield Recommendation("a free source", sentence, saving)


def _much_backfill(bought: list[Charge]) -> Iterator[Recommendation]:
    """What was bought of the past beside a stream that is charged by its size."""
    live: dict[SourceId, int] = defaultdict(int)
    past: dict[SourceId, int] = defaultdict(int)
    for charge in bought:
        of = live if charge.schema == LIVE else past
        of[charge.source] += charge.actual or 0
    for source, streamed in live.items():
        if not streamed or past[source] <= _MOST_BACKFILL * streamed:
            continue
        saving = MicroUsd(past[source] - round(_MOST_BACKFILL * streamed))
        sentence = (
            f"${usd(MicroUsd(past[source])):,.2f} of {source} was bought for the past, "
            f"{past[source] / streamed:.0%} of the ${usd(MicroUsd(streamed)):,.2f} for its stream: at "
            f"{_MOST_BACKFILL:.0%} it would have been ${usd(saving):,.2f} less."
        )
        yield Recommendation("less backfill", sentence, saving)
