"""Advice on cost that follows from ledger lines alone; without such a fact there is none."""

from collections import defaultdict
from collections.abc import Iterable

from app.domain.cost import Charge, ChargeState, CostKind, Recommendation
from app.domain.units import MicroUsd, usd


def recommendations(charges: Iterable[Charge]) -> tuple[Recommendation, ...]:
    """`charges` is the newest line of each reservation. The largest saving comes first."""
    bought: dict[tuple[str, ...], list[Charge]] = defaultdict(list)
    for charge in charges:
        if charge.kind is CostKind.METERED and charge.state is ChargeState.SETTLED and charge.request_hash:
            key = (charge.source, charge.dataset, charge.schema, charge.request_hash)
            bought[key].append(charge)
    found = (_bought_again(sorted(same, key=lambda charge: charge.at)) for same in bought.values())
    return tuple(sorted((one for one in found if one is not None), key=lambda one: -one.saving))


def _bought_again(same: list[Charge]) -> Recommendation | None:
    """History is billed on every send, so the same request costs again."""
    saving = MicroUsd(sum(charge.actual or 0 for charge in same[1:]))
    if not saving:
        return None
    first = same[0]
    sentence = (
        f"The same {first.schema or 'data'} request to {first.source} was bought {len(same)} times. "
        f"Buying only missing ranges would have saved ${usd(saving):,.2f}."
    )
    return Recommendation("buy missing ranges only", sentence, saving)
